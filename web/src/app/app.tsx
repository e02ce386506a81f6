import type { i18n as I18n } from 'i18next';
import { I18nextProvider, useTranslation } from 'react-i18next';
import { AuthPage } from '../features/auth/auth-page.tsx';
import { RemoteAudios } from '../features/voice/remote-audios.tsx';
import { type Services, ServicesProvider, useServices } from '../lib/services.tsx';
import { useStore } from '../lib/use-store.ts';
import styles from './app.module.css';
import { ErrorBoundary } from './error-boundary.tsx';
import { Shell } from './shell.tsx';

const Restoring = () => {
  const { t } = useTranslation();
  return (
    <div className={styles.restoring} role="status">
      {t('app.loading')}
    </div>
  );
};

const Page = () => {
  const { client } = useServices();
  const { status, user } = useStore(client.auth.state);
  if (status === 'restoring') return <Restoring />;
  if (status === 'signed-out' || !user) return <AuthPage />;
  return (
    <>
      <Shell user={user} />
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
      </ServicesProvider>
    </ErrorBoundary>
  </I18nextProvider>
);
