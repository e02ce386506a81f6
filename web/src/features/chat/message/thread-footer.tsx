import type { TimelineMessage } from '@boltorezka/sdk';
import { useCallback, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/icon.tsx';
import type { Times } from '../times.ts';
import styles from './parts.module.css';
import { useSurface } from './surface.tsx';

interface ThreadFooterProps {
  message: TimelineMessage;
  times: Times;
}

/** Replies that I have not read. Only the footer that this is about is drawn anew when it changes. */
const useUnreadReplies = (rootId: string | null): number => {
  const { state } = useSurface().room;
  const subscribe = useCallback((listener: () => void) => state.subscribe(listener), [state]);
  return useSyncExternalStore(subscribe, () => state.get().unreadThreads[rootId ?? ''] ?? 0);
};

/** That a conversation of its own began with this message, and the way to it. */
export const ThreadFooter = ({ message, times }: ThreadFooterProps) => {
  const { t } = useTranslation();
  const { acts } = useSurface();
  const unread = useUnreadReplies(message.id);
  if (!message.thread || message.thread.replyCount === 0) return null;
  const { replyCount, lastReplyAt } = message.thread;
  return (
    <button
      type="button"
      className={styles.threadFooter}
      data-testid="chat-thread"
      onClick={() => acts.openThread(message)}
    >
      <Icon name="thread" small />
      <span className={styles.threadCount}>{t('thread.replies', { count: replyCount })}</span>
      {lastReplyAt ? (
        <span className={styles.threadTime}>{t('thread.last', { time: times.when(lastReplyAt) })}</span>
      ) : null}
      {unread > 0 ? (
        <span className={styles.threadUnread} data-testid="thread-unread">
          {t('thread.unread', { count: unread })}
        </span>
      ) : null}
    </button>
  );
};
