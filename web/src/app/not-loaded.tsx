import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import { Button } from '../ui/button.tsx';
import styles from './app.module.css';
import { isJustReloaded, reloadOnceReachable } from './reload.ts';

/**
 * A part of the page without which it shows nothing did not come: a network failed at the wrong moment, or the server has
 * another version of the page by now. Nobody writes or talks yet, so the page reloads by itself; once, since what is missing
 * after that stays missing.
 */
export const NotLoaded = () => {
  const { t } = useTranslation();
  const [isAgain] = useState(() => isJustReloaded(performance));
  useEffect(() => {
    if (isAgain) return;
    const leaving = new AbortController();
    void reloadOnceReachable({ signal: leaving.signal, location: window.location, device: window });
    return () => leaving.abort();
  }, [isAgain]);
  return (
    <main className={cx(styles.crash, !isAgain && styles.late)} data-testid="not-loaded" data-again={isAgain}>
      <div role="alert">
        <h1 className={styles.crashTitle}>{t('app.notLoadedTitle')}</h1>
        <p>{t(isAgain ? 'app.notLoadedAgain' : 'app.notLoadedText')}</p>
      </div>
      <Button variant="primary" onClick={() => window.location.reload()}>
        {t('app.reload')}
      </Button>
    </main>
  );
};
