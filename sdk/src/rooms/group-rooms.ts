import type { GroupedRooms, RoomEntry } from '../types/rooms.ts';

const compare = (one: string, other: string): number => one.localeCompare(other);

const byPlace = (one: RoomEntry, other: RoomEntry): number =>
  one.position - other.position || compare(one.title, other.title) || compare(one.slug, other.slug);

const byTitle = (one: RoomEntry, other: RoomEntry): number => compare(one.title, other.title);

const lastHeardOf = ({ lastMessageAt, createdAt }: RoomEntry): string => lastMessageAt ?? createdAt;

const byLastMessage = (one: RoomEntry, other: RoomEntry): number =>
  Date.parse(lastHeardOf(other)) - Date.parse(lastHeardOf(one));

/** Puts the list of rooms in the order to be shown; it depends on nothing but the list. */
export const groupRooms = (rooms: readonly RoomEntry[]): GroupedRooms => {
  const open = rooms.filter(({ archivedAt, kind }) => archivedAt === null && kind === 'room');
  const categories = Map.groupBy(open, ({ category }) => category);
  const groups = [...categories]
    .map(([category, members]) => ({ category, rooms: members.toSorted(byPlace) }))
    .sort((one, other) => {
      if (one.category === null) return -1;
      return other.category === null ? 1 : compare(one.category, other.category);
    });
  return {
    groups,
    direct: rooms.filter(({ kind, isClosed }) => kind === 'direct' && !isClosed).toSorted(byLastMessage),
    archived: rooms
      .filter(({ archivedAt, kind }) => archivedAt !== null && kind === 'room')
      .toSorted(byTitle),
  };
};
