import type { ListedThread } from '@boltorezka/sdk';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { type Pages, usePages } from '../../lib/use-pages.ts';
import { Button } from '../../ui/button.tsx';
import { useExcerpt } from '../chat/message/quotation.tsx';
import { Entry } from '../chat/panels/entry.tsx';
import type { PanelBodyProps } from '../chat/panels/panel-body.tsx';
import styles from '../chat/panels/panels.module.css';
import { useTimes } from '../chat/times.ts';

type ThreadsPanelProps = Pick<PanelBodyProps, 'room' | 'state' | 'conversation'>;

/** The threads of the room, read again when somebody writes to one or reads one. */
const useThreads = ({ room, state: { unreadThreads } }: ThreadsPanelProps): Pages<ListedThread> => {
  const ask = useCallback(
    async (cursor: string | undefined) => {
      const { threads, nextCursor } = await room.listThreads(cursor);
      return { items: threads, nextCursor };
    },
    [room],
  );
  const pages = usePages(ask);
  const { refresh } = pages;
  const known = useRef(unreadThreads);
  useEffect(() => {
    if (known.current === unreadThreads) return;
    known.current = unreadThreads;
    refresh();
  }, [unreadThreads, refresh]);
  return pages;
};

const ThreadItem = ({ thread, state, conversation }: ThreadsPanelProps & { thread: ListedThread }) => {
  const { t } = useTranslation();
  const times = useTimes();
  const excerptOf = useExcerpt();
  const { id, userName, createdAt, thread: summary } = thread.root;
  const unread = state.unreadThreads[id ?? ''] ?? 0;
  const replies = t('thread.replies', { count: summary?.replyCount ?? 0 });
  return (
    <Entry
      userName={userName}
      createdAt={summary?.lastReplyAt ?? createdAt}
      times={times}
      where={unread > 0 ? `${replies}, ${t('thread.unread', { count: unread })}` : replies}
      isUnread={unread > 0}
      testId="thread-entry"
      onOpen={() => id !== null && conversation.openThread(id)}
    >
      {excerptOf(thread.root)}
    </Entry>
  );
};

/** Which conversations began with a message of the room, the one answered last first. */
export const ThreadsPanel = (props: ThreadsPanelProps) => {
  const { t } = useTranslation();
  const { items, error, hasMore, status, loadMore, refresh } = useThreads(props);
  if (error) {
    return (
      <div className={styles.note} role="alert">
        <p>{t(errorTextKey(error))}</p>
        <Button onClick={refresh}>{t('common.tryAgain')}</Button>
      </div>
    );
  }
  if (items === null) return <p className={styles.note}>{t('app.loading')}</p>;
  if (items.length === 0) return <p className={styles.note}>{t('thread.none')}</p>;
  return (
    <div className={styles.body}>
      <ul className={styles.entries}>
        {items.map((thread) => (
          <li key={thread.root.key}>
            <ThreadItem {...props} thread={thread} />
          </li>
        ))}
      </ul>
      {hasMore ? (
        <div className={styles.more}>
          <Button variant="link" aria-disabled={status === 'loading'} onClick={loadMore}>
            {t('thread.older')}
          </Button>
        </div>
      ) : null}
    </div>
  );
};
