import { useTranslation } from 'react-i18next';
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
