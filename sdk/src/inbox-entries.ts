import type { ChatMessage, Member, ServerEvent } from '@boltorezka/protocol';
import type { InboxItem } from './types/inbox.ts';

/** The newest first, each message once; of two, the one that is there stays, and is read where either is. */
export const mergeEntries = (
  entries: readonly InboxItem[],
  more: readonly InboxItem[],
): readonly InboxItem[] => {
  const known = new Map(entries.map((item) => [item.message.id, item]));
  for (const item of more) {
    const former = known.get(item.message.id);
    if (!former) known.set(item.message.id, item);
    else if (item.isRead && !former.isRead) known.set(item.message.id, { ...former, isRead: true });
  }
  return [...known.values()].sort((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt));
};

/** Up to where somebody has read a room, or one of its threads. */
interface ReadPlace {
  roomId: string;
  threadRootId: string | null;
  seq: number;
  /** All of the room, its threads included. */
  isAll: boolean;
}

export const markReadUpTo = (
  entries: readonly InboxItem[],
  { roomId, threadRootId, seq, isAll }: ReadPlace,
): { entries: readonly InboxItem[]; count: number } => {
  const isUpTo = ({ message }: InboxItem) =>
    message.threadRootId === threadRootId && message.seq !== null && message.seq <= seq;
  const isRead = (item: InboxItem) => !item.isRead && item.roomId === roomId && (isAll || isUpTo(item));
  const count = entries.filter(isRead).length;
  if (count === 0) return { entries, count };
  return { entries: entries.map((item) => (isRead(item) ? { ...item, isRead: true } : item)), count };
};

const followed: ReadonlySet<ServerEvent['type']> = new Set([
  ...(['inbox.added', 'chat.readChanged', 'chat.threadReadChanged'] as const),
  ...(['chat.messageChanged', 'user.renamed', 'room.removed', 'room.created'] as const),
]);

/** Whether an inbox is another after it. */
export const isEventOfInbox = ({ type }: ServerEvent): boolean => followed.has(type);

/** The message was deleted, or names this person no more. */
export const isGone = ({ message, kind }: InboxItem, now: ChatMessage, selfId: string | null): boolean =>
  message.id === now.id &&
  (now.deletedAt !== undefined ||
    (kind === 'mention' && !now.mentions?.some(({ userId }) => userId === selfId)));

export const withName = (
  entries: readonly InboxItem[],
  { userId, userName }: Member,
): readonly InboxItem[] =>
  entries.some(({ message }) => message.userId === userId && message.userName !== userName)
    ? entries.map((item) =>
        item.message.userId === userId ? { ...item, message: { ...item.message, userName } } : item,
      )
    : entries;
