import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Mark } from '../../ui/mark.tsx';
import { Notice } from '../../ui/notice.tsx';
import { LanguageSelect } from '../settings/language-select.tsx';
import { ThemeSelect } from '../settings/theme-select.tsx';
import styles from './auth.module.css';
import { AuthForm } from './auth-form.tsx';
import type { AuthMode } from './model.ts';

const promises: readonly { key: 'promiseTalk' | 'promiseKeep' | 'promiseOwn'; icon: IconName }[] = [
  { key: 'promiseTalk', icon: 'mic' },
  { key: 'promiseKeep', icon: 'check' },
  { key: 'promiseOwn', icon: 'server' },
];

/** What this place is, for somebody who was only sent its address. */
const Welcome = () => {
  const { t } = useTranslation();
  return (
    <header className={styles.welcome}>
      <p className={styles.brand}>
        <Mark large />
        {t('app.name')}
      </p>
      <p className={styles.tagline}>{t('app.tagline')}</p>
      <ul className={styles.promises}>
        {promises.map(({ key, icon }) => (
          <li key={key} className={styles.promise}>
            <Icon name={icon} />
            {t(`auth.${key}`)}
          </li>
        ))}
      </ul>
    </header>
  );
};

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
      <Welcome />
      <div className={styles.side}>
        <main className={styles.card}>
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
        <footer className={styles.choices}>
          <LanguageSelect />
          <ThemeSelect />
        </footer>
      </div>
    </div>
  );
};
