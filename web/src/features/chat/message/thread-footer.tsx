import type { TimelineMessage } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/icon.tsx';
import type { Times } from '../times.ts';
import styles from './parts.module.css';
import { useSurface } from './surface.tsx';

interface ThreadFooterProps {
  message: TimelineMessage;
  times: Times;
}

/** That a conversation of its own began with this message, and the way to it. */
export const ThreadFooter = ({ message, times }: ThreadFooterProps) => {
  const { t } = useTranslation();
  const { acts } = useSurface();
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
    </button>
  );
};
