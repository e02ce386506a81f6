import type { OpenRoom, TimelineMessage } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './message.module.css';

/** Usually a message is sent before the eye could read the word. */
const patienceMs = 500;

const Sending = ({ since }: { since: string }) => {
  const { t } = useTranslation();
  const [isShown, setShown] = useState(() => Date.now() - Date.parse(since) >= patienceMs);
  useEffect(() => {
    if (isShown) return;
    const timer = setTimeout(() => setShown(true), patienceMs);
    return () => clearTimeout(timer);
  }, [isShown]);
  return isShown ? <p className={styles.sending}>{t('chat.sending')}</p> : null;
};

interface MessageStatusProps {
  message: TimelineMessage;
  room: OpenRoom;
  onSettle: () => void;
}

const Failed = ({ message, room, onSettle }: MessageStatusProps) => {
  const { t } = useTranslation();
  const retry = (): void => {
    onSettle();
    room.retry(message.key);
  };
  const discard = (): void => {
    onSettle();
    room.discard(message.key);
  };
  return (
    <div className={styles.failure}>
      <p className={styles.failureText}>
        <Icon name="alert" small />
        <span>
          {t('chat.failed')} {message.error ? t(errorTextKey(message.error)) : null}
        </span>
      </p>
      <Button variant="link" data-testid="chat-retry" onClick={retry}>
        {t('chat.retry')}
      </Button>
      <Button variant="link" data-testid="chat-discard" onClick={discard}>
        {t('chat.discard')}
      </Button>
    </div>
  );
};

/** What has become of a message that the server has not confirmed. */
export const MessageStatus = (props: MessageStatusProps) =>
  props.message.status === 'failed' ? <Failed {...props} /> : <Sending since={props.message.createdAt} />;
