import type { ConnectionState } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useServices } from '../lib/services.tsx';
import { useDeviceOnline } from '../lib/use-device-online.ts';
import { useSecondsUntil } from '../lib/use-seconds-until.ts';
import { useStore } from '../lib/use-store.ts';
import { Button } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import styles from './connection-line.module.css';
import { type ConnectionTrouble, troubleOf } from './connection-trouble.ts';

const icons: Record<ConnectionTrouble, IconName> = {
  connecting: 'reconnecting',
  inCall: 'reconnecting',
  offline: 'offline',
  reconnecting: 'reconnecting',
  serverGone: 'server',
};

interface TroubleLineProps {
  trouble: ConnectionTrouble;
  state: ConnectionState;
  onTryNow: () => void;
}

const TroubleLine = ({ trouble, state, onTryNow }: TroubleLineProps) => {
  const { t } = useTranslation();
  const seconds = useSecondsUntil(state.nextAttemptAt);
  const retries = trouble !== 'connecting' && trouble !== 'offline';
  return (
    <div className={styles.line}>
      <Icon name={icons[trouble]} />
      <p>
        {t(`connection.${trouble}`)}{' '}
        {/* The countdown is for the eye: read aloud each second, it would drown everything else. */}
        {retries ? (
          <span aria-live="off">
            {seconds ? t('connection.retryIn', { count: seconds }) : t('connection.retrying')}
          </span>
        ) : null}
      </p>
      {retries && state.status !== 'connecting' ? (
        <Button variant="link" data-testid="connection-retry" onClick={onTryNow}>
          {t('connection.tryNow')}
        </Button>
      ) : null}
    </div>
  );
};

/** Silent while all is well; otherwise says what is wrong, that nothing is lost, and when it is tried again. */
export const ConnectionLine = () => {
  const { t } = useTranslation();
  const { client } = useServices();
  const state = useStore(client.connection.state);
  const voice = useStore(client.voice.state);
  const trouble = troubleOf(state, useDeviceOnline(), voice.status === 'connected');
  return (
    <div role="status" data-testid="connection-state" data-status={state.status} data-trouble={trouble}>
      {trouble === null ? (
        <span className="visually-hidden">{t('connection.online')}</span>
      ) : (
        <TroubleLine trouble={trouble} state={state} onTryNow={() => client.connection.reconnectNow()} />
      )}
    </div>
  );
};
