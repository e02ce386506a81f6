import type { OpenRoom, TimelineMessage } from '@boltorezka/sdk';
import { memo } from 'react';
import { cx } from '../../lib/cx.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { MessageText } from './markdown/message-text.tsx';
import styles from './message.module.css';
import { MessageStatus } from './message-status.tsx';
import type { Times } from './times.ts';

interface ByLineProps {
  message: TimelineMessage;
  times: Times;
}

const FullByLine = ({ message: { userName, createdAt }, times }: ByLineProps) => (
  <p className={styles.head}>
    <bdi className={styles.author}>{userName}</bdi>{' '}
    <time className={styles.time} dateTime={createdAt} title={times.moment(createdAt)}>
      {times.time(createdAt)}
    </time>
  </p>
);

/** The author and the time are said of each message; the eye sees the time where it looks for it. */
const ShortByLine = ({ message: { userName, createdAt }, times }: ByLineProps) => (
  <>
    <span className="visually-hidden">
      {userName}, {times.time(createdAt)}{' '}
    </span>
    <time
      className={styles.gutterTime}
      dateTime={createdAt}
      title={times.moment(createdAt)}
      aria-hidden="true"
    >
      {times.shortTime(createdAt)}
    </time>
  </>
);

interface MessageRowProps extends ByLineProps {
  startsGroup: boolean;
  room: OpenRoom;
  /** The message's own buttons are about to go, and the focus with them. */
  onSettle: () => void;
}

/** One message. The first of its author's in a row names the author. */
export const MessageRow = memo(({ message, startsGroup, times, room, onSettle }: MessageRowProps) => (
  <article className={cx(styles.row, startsGroup && styles.first)} data-row={message.key}>
    {startsGroup ? (
      <span className={styles.avatar}>
        <Avatar userId={message.userId} name={message.userName} />
      </span>
    ) : (
      <ShortByLine message={message} times={times} />
    )}
    <div className={styles.body}>
      {startsGroup ? <FullByLine message={message} times={times} /> : null}
      <MessageText text={message.text} userName={message.userName} status={message.status} />
      {message.status === 'sent' ? null : (
        <MessageStatus key={message.status} message={message} room={room} onSettle={onSettle} />
      )}
    </div>
  </article>
));
