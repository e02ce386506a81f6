import type { ConnectionState } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../lib/services.tsx';
import { useStore } from '../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import styles from './connection-line.module.css';

const useSecondsUntil = (at: number | null): number | null => {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (at === null) return;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? null : Math.max(0, Math.ceil((at - nowMs) / 1000));
};

const ConnectionText = ({ state }: { state: ConnectionState }) => {
  const { t } = useTranslation();
  const seconds = useSecondsUntil(state.nextAttemptAt);
  if (state.status === 'connecting' && state.attempt === 0) return t('connection.connecting');
  // The countdown is for the eye: read aloud each second, it would drown everything else.
  return (
    <>
      {t('connection.reconnecting')}{' '}
      <span aria-live="off">
        {seconds ? t('connection.retryIn', { count: seconds }) : t('connection.retrying')}
      </span>
    </>
  );
};

/** Silent while all is well; otherwise says that the connection is gone and when it is tried again. */
export const ConnectionLine = () => {
  const { t } = useTranslation();
  const { client } = useServices();
  const state = useStore(client.connection.state);
  return (
    <div role="status" data-testid="connection-state" data-status={state.status}>
      {state.status === 'online' ? (
        <span className="visually-hidden">{t('connection.online')}</span>
      ) : (
        <div className={styles.line}>
          <p>
            <ConnectionText state={state} />
          </p>
          {state.status === 'connecting' ? null : (
            <Button variant="link" onClick={() => client.connection.reconnectNow()}>
              {t('connection.tryNow')}
            </Button>
          )}
        </div>
      )}
    </div>
  );
};
