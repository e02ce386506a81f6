import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Mark } from '../../ui/mark.tsx';
import { LanguageSelect } from '../settings/language-select.tsx';
import { ThemeSelect } from '../settings/theme-select.tsx';
import styles from './auth.module.css';

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

/** Around every page that somebody sees before they are in. */
export const EntryFrame = ({ children }: { children: ReactNode }) => {
  const { t } = useTranslation();
  useEffect(() => {
    // Whoever was here before may have left the name of a room.
    document.title = t('app.name');
  }, [t]);
  return (
    <div className={styles.page}>
      <Welcome />
      <div className={styles.side}>
        <main className={styles.card}>{children}</main>
        <footer className={styles.choices}>
          <LanguageSelect />
          <ThemeSelect />
        </footer>
      </div>
    </div>
  );
};
