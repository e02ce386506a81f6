import type { i18n as I18n } from 'i18next';
import { useEffect } from 'react';
import { I18nextProvider } from 'react-i18next';
import { AuthPage } from '../features/auth/auth-page.tsx';
import { InvitePage } from '../features/auth/invite-page.tsx';
import { ResetPage } from '../features/auth/reset-page.tsx';
import { RemoteAudios } from '../features/voice/remote-audios.tsx';
import { type Services, ServicesProvider, useServices } from '../lib/services.tsx';
import { useModule } from '../lib/use-module.ts';
import { useStore } from '../lib/use-store.ts';
import { Toaster } from '../ui/toaster.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { LoadingCode } from './loading.tsx';
import { NotLoaded } from './not-loaded.tsx';
import { forgetReloads } from './reload.ts';
import { Restoring } from './restoring.tsx';

// Whoever only signs in has no rooms to show yet: what shows them comes on its own, while a name is being typed.
const loadShell = () => import('./shell.tsx');

/** Counts reloads of this tab. */
const ofThisTab = () => window.sessionStorage;

const Page = () => {
  const { client, router } = useServices();
  const { status, user, error } = useStore(client.auth.state);
  const [place, code] = [useStore(router.place), useStore(router.code)];
  const shell = useModule(loadShell);
  useEffect(() => {
    if (shell.module) forgetReloads(ofThisTab);
  }, [shell.module]);
  if (place === 'reset' && code) return <ResetPage code={code} />;
  if (status === 'restoring') return <Restoring error={error} />;
  const invitation = place === 'invite' ? code : null;
  if (status === 'signed-out' || !user) return <AuthPage invitation={invitation} />;
  if (invitation) return <InvitePage code={invitation} />;
  if (shell.error) return <NotLoaded storage={ofThisTab} />;
  if (!shell.module) return <LoadingCode />;
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
