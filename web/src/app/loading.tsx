import { useTranslation } from 'react-i18next';
import { useLasting } from '../lib/use-lasting.ts';
import { Button } from '../ui/button.tsx';
import styles from './app.module.css';

/** The whole page waits for something that is usually there at once. */
export const Loading = () => {
  const { t } = useTranslation();
  return (
    <main className={styles.restoring}>
      <p role="status">{t('app.loading')}</p>
    </main>
  );
};

const patienceMs = 10_000;

/** Of code the browser does not give up waiting: what hangs on a connection that is dead, a reload asks for by another. */
export const LoadingCode = () => {
  const { t } = useTranslation();
  if (!useLasting(true, patienceMs)) return <Loading />;
  return (
    <main className={styles.crash} data-testid="loading-long">
      <p role="status">{t('app.loadingLong')}</p>
      <Button variant="primary" onClick={() => window.location.reload()}>
        {t('app.reload')}
      </Button>
    </main>
  );
};
