import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { LanguageSelect } from '../settings/language-select.tsx';
import styles from './auth.module.css';
import { AuthForm } from './auth-form.tsx';
import type { AuthMode } from './model.ts';

/** The first page: sign in, or create an account. */
export const AuthPage = () => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { endedByServer } = useStore(client.auth.state);
  const [mode, setMode] = useState<AuthMode>('sign-in');
  useEffect(() => {
    // Whoever was here before may have left the name of a room.
    document.title = t('app.name');
  }, [t]);
  const signingIn = mode === 'sign-in';
  return (
    <div className={styles.page}>
      <main className={styles.card}>
        <header>
          <p className={styles.brand}>{t('app.name')}</p>
          <p className={styles.tagline}>{t('app.tagline')}</p>
        </header>
        {endedByServer ? (
          <Notice tone="warning" testId="auth-ended">
            {t('auth.endedByServer')}
          </Notice>
        ) : null}
        <h1 className={styles.title}>{signingIn ? t('auth.signIn') : t('auth.signUp')}</h1>
        <AuthForm key={mode} mode={mode} />
        <Button
          variant="link"
          data-testid="auth-mode"
          data-mode={mode}
          onClick={() => setMode(signingIn ? 'sign-up' : 'sign-in')}
        >
          {signingIn ? t('auth.toSignUp') : t('auth.toSignIn')}
        </Button>
      </main>
      <footer className={styles.language}>
        <LanguageSelect />
      </footer>
    </div>
  );
};
