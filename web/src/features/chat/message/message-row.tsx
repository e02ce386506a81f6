import type { TimelineMessage } from '@boltorezka/sdk';
import { memo, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../lib/cx.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { AttachmentList } from '../../attachments/attachment-list.tsx';
import { MessageText } from '../markdown/message-text.tsx';
import type { Times } from '../times.ts';
import { Previews } from './link-previews.tsx';
import styles from './message.module.css';
import { MessageMarks } from './message-marks.tsx';
import { MessageStatus } from './message-status.tsx';
import { Quote } from './quotation.tsx';
import { Reactions } from './reactions.tsx';
import { RowSummary } from './row-summary.tsx';
import { useSurface } from './surface.tsx';
import { ThreadFooter } from './thread-footer.tsx';
import { MessageToolbar } from './toolbar.tsx';
import { useRowActivity } from './use-row-activity.ts';
import { useRowKeys } from './use-row-keys.ts';

interface ByLineProps {
  id: string;
  message: TimelineMessage;
  times: Times;
}

const FullByLine = ({ id, message: { userName, createdAt }, times }: ByLineProps) => (
  <p id={id} className={styles.head}>
    <bdi className={styles.author}>{userName}</bdi>{' '}
    <time className={styles.time} dateTime={createdAt} title={times.moment(createdAt)}>
      {times.time(createdAt)}
    </time>
  </p>
);

/** The author and the time are said of each message; the eye sees the time where it looks for it. */
const ShortByLine = ({ id, message: { userName, createdAt }, times }: ByLineProps) => (
  <>
    <span id={id} className="visually-hidden">
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

const Tombstone = ({ id }: { id: string }) => {
  const { t } = useTranslation();
  return (
    <p id={id} className={styles.tombstone} data-testid="chat-deleted">
      {t('chat.deleted')}
    </p>
  );
};

interface ContentProps {
  textId: string;
  message: TimelineMessage;
  times: Times;
}

/** What somebody wrote whom I have blocked; looked at once, it is folded again when it is next shown. */
const Folded = ({ id, onShow }: { id: string; onShow: () => void }) => {
  const { t } = useTranslation();
  return (
    <p id={id} className={styles.tombstone} data-testid="chat-folded">
      {t('chat.folded')}{' '}
      <button type="button" className={styles.unfold} data-testid="chat-unfold" onClick={onShow}>
        {t('chat.unfold')}
      </button>
    </p>
  );
};

const Content = ({ textId, message, times }: ContentProps) => {
  const { me, blockedIds } = useSurface();
  const [isUnfolded, setUnfolded] = useState(false);
  if (message.isDeleted) return <Tombstone id={textId} />;
  if (blockedIds.has(message.userId) && !isUnfolded)
    return <Folded id={textId} onShow={() => setUnfolded(true)} />;
  return (
    <>
      <MessageText id={textId} message={message} meId={me.id} />
      {message.attachments.length > 0 ? <AttachmentList message={message} /> : null}
      {message.previews.length > 0 ? <Previews message={message} /> : null}
      <MessageMarks message={message} times={times} />
      {message.reactions.length > 0 ? <Reactions message={message} /> : null}
    </>
  );
};

interface MessageRowProps {
  message: TimelineMessage;
  startsGroup: boolean;
  times: Times;
  /** It was looked for, and is here. */
  isFound?: boolean;
}

/** One message. The first of its author's in a row names the author. */
export const MessageRow = memo(({ message, startsGroup, times, isFound = false }: MessageRowProps) => {
  const id = useId();
  const { kind, me } = useSurface();
  const { isActive, handlers } = useRowActivity(message);
  const onKeyDown = useRowKeys(message);
  const isForMe = message.mentionsMe || (message.replyTo?.userId === me.id && message.userId !== me.id);
  const ByLine = startsGroup ? FullByLine : ShortByLine;
  const byLine = <ByLine id={`${id}-by`} message={message} times={times} />;
  return (
    <article
      className={cx(
        styles.row,
        startsGroup && styles.first,
        isForMe && styles.forMe,
        isFound && styles.found,
        message.replyTo !== null && !message.isDeleted && styles.answer,
      )}
      tabIndex={-1}
      aria-labelledby={`${id}-by ${id}-text`}
      aria-describedby={`${id}-more`}
      data-row={message.key}
      data-seq={message.seq ?? undefined}
      data-message-id={message.id ?? undefined}
      onKeyDown={onKeyDown}
      {...handlers}
    >
      {message.replyTo && !message.isDeleted ? <Quote quotation={message.replyTo} /> : null}
      {startsGroup ? (
        <span className={styles.avatar}>
          <Avatar userId={message.userId} name={message.userName} />
        </span>
      ) : (
        byLine
      )}
      <div className={styles.body}>
        {startsGroup ? byLine : null}
        <Content textId={`${id}-text`} message={message} times={times} />
        {kind === 'room' && message.thread ? <ThreadFooter message={message} times={times} /> : null}
        <MessageStatus message={message} times={times} />
      </div>
      <RowSummary id={`${id}-more`} message={message} />
      {isActive ? <MessageToolbar message={message} /> : null}
    </article>
  );
});
