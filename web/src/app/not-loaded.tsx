import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import { Button } from '../ui/button.tsx';
import styles from './app.module.css';
import { mayReload, reloadOnceReachable } from './reload.ts';

interface NotLoadedProps {
  /** Lives as long as this tab. */
  storage: () => Storage;
}

/**
 * A part of the page without which it shows nothing did not come: a network failed at the wrong moment, or the server has
 * another version of the page by now. Nobody writes or talks yet, so the page reloads by itself; not for ever, since what is
 * missing after that stays missing.
 */
export const NotLoaded = ({ storage }: NotLoadedProps) => {
  const { t } = useTranslation();
  const [isLeft] = useState(() => !mayReload(storage));
  useEffect(() => {
    if (isLeft) return;
    const leaving = new AbortController();
    void reloadOnceReachable({ storage, location: window.location, device: window }, leaving.signal);
    return () => leaving.abort();
  }, [isLeft, storage]);
  return (
    <main className={cx(styles.crash, !isLeft && styles.late)} data-testid="not-loaded" data-left={isLeft}>
      <div role="alert">
        <h1 className={styles.crashTitle}>{t('app.notLoadedTitle')}</h1>
        <p>{t(isLeft ? 'app.notLoadedAgain' : 'app.notLoadedText')}</p>
      </div>
      <Button variant="primary" onClick={() => window.location.reload()}>
        {t('app.reload')}
      </Button>
    </main>
  );
};
