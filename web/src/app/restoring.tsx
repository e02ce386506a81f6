import type { AppError } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { SignOutButton } from '../features/unsent/sign-out-button.tsx';
import { UnsentList } from '../features/unsent/unsent-list.tsx';
import { useUnsent } from '../features/unsent/use-unsent.ts';
import { errorTextKey } from '../lib/error-text.ts';
import { useServices } from '../lib/services.tsx';
import { Button } from '../ui/button.tsx';
import styles from './app.module.css';
import { Loading } from './loading.tsx';

/** Who was signed in is being signed in again; where that does not succeed, it says why, what waits here, and lets go. */
export const Restoring = ({ error }: { error: AppError | null }) => {
  const { t } = useTranslation();
  const { auth } = useServices().client;
  const things = useUnsent();
  const isUnsent = things.messages.length + things.drafts.length > 0;
  if (!error) return <Loading />;
  return (
    <main className={styles.crash} data-testid="restore-failed">
      <div role="alert">
        <h1 className={styles.crashTitle}>{t('auth.restoreFailed')}</h1>
        <p>{t(errorTextKey(error))}</p>
        {isUnsent ? <p>{t('unsent.safe')}</p> : null}
      </div>
      <UnsentList {...things} />
      <div className={styles.actions}>
        <Button variant="primary" data-testid="restore-now" onClick={() => auth.restoreNow()}>
          {t('connection.tryNow')}
        </Button>
        <SignOutButton />
      </div>
    </main>
  );
};
