import type { NotifyLevel } from '@boltorezka/sdk';

/** Something that was written to somebody, or where they want to hear of all. */
export interface Happening {
  kind: 'mention' | 'everyone' | 'reply' | 'thread' | 'direct' | 'message';
  roomSlug: string;
}

interface Facts {
  happening: Happening;
  level: NotifyLevel;
  /** The room that is on the screen, where the page is looked at; null where it is not. */
  roomInView: string | null;
}

/** Whether it is worth an interruption: never what is before somebody's eyes, nor where they want peace. */
export const isWorthTelling = ({ happening: { kind, roomSlug }, level, roomInView }: Facts): boolean => {
  if (roomInView === roomSlug || level === 'nothing') return false;
  return kind !== 'message' || level === 'all';
};

/** How many messages have come since, of a room that wants all of them told: none while it is read elsewhere. */
export const countNew = (
  before: { messageCount: number; unreadCount: number } | undefined,
  now: { messageCount: number; unreadCount: number },
): number => {
  if (!before) return 0;
  const written = now.messageCount - before.messageCount;
  const unread = now.unreadCount - before.unreadCount;
  return Math.max(0, Math.min(written, unread));
};
