import type { AppError } from '@boltorezka/sdk';
import type { i18n as I18n } from 'i18next';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { AuthPage } from '../features/auth/auth-page.tsx';
import { InvitePage } from '../features/auth/invite-page.tsx';
import { ResetPage } from '../features/auth/reset-page.tsx';
import { SignOutButton } from '../features/unsent/sign-out-button.tsx';
import { UnsentList } from '../features/unsent/unsent-list.tsx';
import { useUnsent } from '../features/unsent/use-unsent.ts';
import { RemoteAudios } from '../features/voice/remote-audios.tsx';
import { errorTextKey } from '../lib/error-text.ts';
import { type Services, ServicesProvider, useServices } from '../lib/services.tsx';
import { useModule } from '../lib/use-module.ts';
import { useStore } from '../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Toaster } from '../ui/toaster.tsx';
import styles from './app.module.css';
import { ErrorBoundary } from './error-boundary.tsx';

// Whoever only signs in has no rooms to show yet: what shows them comes on its own, while a name is being typed.
const loadShell = () => import('./shell.tsx');

/** Who was signed in is being signed in again; where that does not succeed, it says why, what waits here, and lets go. */
const Restoring = ({ error }: { error: AppError | null }) => {
  const { t } = useTranslation();
  const { auth } = useServices().client;
  const things = useUnsent();
  const isUnsent = things.messages.length + things.drafts.length > 0;
  if (!error) {
    return (
      <main className={styles.restoring}>
        <p role="status">{t('app.loading')}</p>
      </main>
    );
  }
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

const Page = () => {
  const { client, router } = useServices();
  const { status, user, error } = useStore(client.auth.state);
  const [place, code] = [useStore(router.place), useStore(router.code)];
  const shell = useModule(loadShell);
  if (place === 'reset' && code) return <ResetPage code={code} />;
  if (status === 'restoring') return <Restoring error={error} />;
  const invitation = place === 'invite' ? code : null;
  if (status === 'signed-out' || !user) return <AuthPage invitation={invitation} />;
  if (invitation) return <InvitePage code={invitation} />;
  if (shell.error) throw shell.error;
  if (!shell.module) return <Restoring error={null} />;
  return (
    <>
      <shell.module.Shell user={user} />
      <RemoteAudios />
    </>
  );
};

interface AppProps {
  services: Services;
  i18n: I18n;
}

export const App = ({ services, i18n }: AppProps) => (
  <I18nextProvider i18n={i18n}>
    <ErrorBoundary>
      <ServicesProvider value={services}>
        <Page />
        <Toaster toasts={services.toasts} />
      </ServicesProvider>
    </ErrorBoundary>
  </I18nextProvider>
);
