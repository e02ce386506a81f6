import type { InboxItem, RoomEntry } from '@boltorezka/sdk';

type Counted = Pick<RoomEntry, 'slug' | 'messageCount' | 'unreadCount' | 'readSeq' | 'blockedCount'>;

/** How much the rooms hold that nobody was told of yet. */
export interface NewsOfRooms {
  /** Told by its words: the count of its room, which comes after, holds it once more. */
  noteTold(item: Pick<InboxItem, 'roomSlug' | 'message'>): void;
  /** Looks at the list as it is now. @returns the rooms with something new, and how much. */
  look<Room extends Counted>(rooms: readonly Room[]): { room: Room; count: number }[];
}

export const createNewsOfRooms = (rooms: readonly Counted[]): NewsOfRooms => {
  const toMap = (list: readonly Counted[]) => new Map(list.map((room) => [room.slug, room]));
  let known = toMap(rooms);
  /** The positions of what was told and not counted yet. */
  const told = new Map<string, number[]>();
  const countNew = (was: Counted | undefined, now: Counted): number => {
    if (!was || was === now) return 0;
    const written = Math.max(0, now.messageCount - was.messageCount);
    const waiting = (told.get(now.slug) ?? []).filter((seq) => seq > (now.readSeq ?? 0));
    told.set(now.slug, waiting.slice(written));
    const ofBlocked = Math.max(0, now.blockedCount - was.blockedCount);
    // What I wrote, or read elsewhere, is nothing new; and none of that was told.
    const unread = now.unreadCount - was.unreadCount;
    return Math.max(0, Math.min(written, unread) - waiting.length - ofBlocked);
  };
  return {
    noteTold({ roomSlug, message }) {
      // Rooms do not count what stands in threads; and what named somebody only after an edit was counted before.
      if (message.threadRootId !== null || message.editedAt !== null || message.seq === null) return;
      told.set(roomSlug, [...(told.get(roomSlug) ?? []), message.seq]);
    },
    look(list) {
      const before = known;
      known = toMap(list);
      return list.flatMap((room) => {
        const count = countNew(before.get(room.slug), room);
        return count > 0 ? [{ room, count }] : [];
      });
    },
  };
};
