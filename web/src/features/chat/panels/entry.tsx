import type { ReactNode } from 'react';
import { cx } from '../../../lib/cx.ts';
import type { Times } from '../times.ts';
import styles from './panels.module.css';

interface EntryProps {
  userName: string;
  createdAt: string;
  times: Times;
  /** What is said before the time: the room, or what happened. */
  where?: string | undefined;
  isUnread?: boolean;
  testId: string;
  onOpen: () => void;
  children: ReactNode;
}

/** A message in a list of messages from here and there: it leads to where it was written. */
export const Entry = (props: EntryProps) => {
  const { userName, createdAt, times, where, isUnread = false, testId, onOpen, children } = props;
  return (
    <button
      type="button"
      className={cx(styles.entry, isUnread && styles.unreadEntry)}
      data-testid={testId}
      data-unread={isUnread}
      onClick={onOpen}
    >
      <span className={styles.entryHead}>
        <bdi className={styles.entryAuthor}>{userName}</bdi>
        {where ? <span>{where}</span> : null}
        <time dateTime={createdAt} title={times.moment(createdAt)}>
          {times.when(createdAt)}
        </time>
      </span>
      <span className={styles.entryText} dir="auto">
        {children}
      </span>
    </button>
  );
};
