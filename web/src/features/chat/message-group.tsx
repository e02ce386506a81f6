import type { OpenRoom, TimelineMessage } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './chat.module.css';
import type { MessageGroup } from './group-messages.ts';
import type { Times } from './times.ts';

interface FailedMessageProps {
  message: TimelineMessage;
  room: OpenRoom;
}

const FailedMessage = ({ message, room }: FailedMessageProps) => {
  const { t } = useTranslation();
  return (
    <div className={styles.failure} role="alert">
      <p className={styles.failureText}>
        <Icon name="alert" small />
        <span>
          {t('chat.failed')} {message.error ? t(errorTextKey(message.error)) : null}
        </span>
      </p>
      <Button variant="link" data-testid="chat-retry" onClick={() => room.retry(message.key)}>
        {t('chat.retry')}
      </Button>
      <Button variant="link" data-testid="chat-discard" onClick={() => room.discard(message.key)}>
        {t('chat.discard')}
      </Button>
    </div>
  );
};

interface MessageViewProps extends FailedMessageProps {
  times: Times;
}

const MessageView = ({ message, room, times }: MessageViewProps) => {
  const { t } = useTranslation();
  const { status, text, createdAt, userName } = message;
  return (
    <li className={styles.item}>
      <p
        className={styles.text}
        title={times.moment(createdAt)}
        data-testid="chat-message"
        data-status={status}
        data-user-name={userName}
      >
        {text}
      </p>
      {status === 'sending' ? <p className={styles.sending}>{t('chat.sending')}</p> : null}
      {status === 'failed' ? <FailedMessage message={message} room={room} /> : null}
    </li>
  );
};

interface MessageGroupProps {
  group: MessageGroup;
  times: Times;
  room: OpenRoom;
}

/** What one person said in one breath. */
export const MessageGroupView = ({ group, times, room }: MessageGroupProps) => (
  <article className={styles.group}>
    <Avatar userId={group.userId} name={group.userName} />
    <div className={styles.groupBody}>
      <h3 className={styles.groupHead}>
        <span className={styles.author}>{group.userName}</span>
        <time className={styles.time} dateTime={group.startedAt} title={times.moment(group.startedAt)}>
          {times.time(group.startedAt)}
        </time>
      </h3>
      <ul>
        {group.messages.map((message) => (
          <MessageView key={message.key} message={message} room={room} times={times} />
        ))}
      </ul>
    </div>
  </article>
);
