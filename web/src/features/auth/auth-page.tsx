import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './auth.module.css';
import { AuthForm } from './auth-form.tsx';
import { EntryFrame } from './entry-frame.tsx';
import { InvitationNotice } from './invitation-notice.tsx';
import type { AuthMode } from './model.ts';
import { useInvitation, useRegistrationMode } from './use-invitation.ts';

/** Why nobody can sign up here, or not without an invitation. */
const NoSignUp = ({ closed }: { closed: boolean }) => {
  const { t } = useTranslation();
  return (
    <Notice tone="info" testId="auth-no-sign-up" icon="lock">
      {t(closed ? 'invite.closed' : 'invite.needed')}
    </Notice>
  );
};

interface AuthPageProps {
  /** The code that somebody came with. */
  invitation: string | null;
}

/** The first page: sign in, or create an account. */
export const AuthPage = ({ invitation }: AuthPageProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { endedByServer } = useStore(client.auth.state);
  const registration = useRegistrationMode();
  const face = useInvitation(invitation);
  const [mode, setMode] = useState<AuthMode>(invitation ? 'sign-up' : 'sign-in');
  const signingIn = mode === 'sign-in';
  // A code may make the first administrator, also of a server that is closed to others.
  const canSignUp = registration === 'open' || invitation !== null;
  return (
    <EntryFrame>
      {endedByServer ? (
        <Notice tone="warning" testId="auth-ended">
          {t('auth.endedByServer')}
        </Notice>
      ) : null}
      <h1 className={styles.title}>{signingIn ? t('auth.signIn') : t('auth.signUp')}</h1>
      <InvitationNotice face={face} />
      {signingIn || canSignUp ? (
        <AuthForm key={mode} mode={mode} invitation={invitation} />
      ) : (
        <NoSignUp closed={registration === 'closed'} />
      )}
      <Button
        variant="link"
        data-testid="auth-mode"
        data-mode={mode}
        onClick={() => setMode(signingIn ? 'sign-up' : 'sign-in')}
      >
        {signingIn ? t('auth.toSignUp') : t('auth.toSignIn')}
      </Button>
    </EntryFrame>
  );
};
