import type { Member, RoomEntry } from '@boltorezka/sdk';
import { marksOf } from './marks.ts';
import { rankMatches } from './match.ts';
import { roomName } from './room-name.ts';

/** Where one may want to go. */
export type Place = { kind: 'room'; room: RoomEntry } | { kind: 'person'; person: Member };

/** More than these nobody reads: another letter is faster. */
const maxPlaces = 12;

const heardAt = ({ lastMessageAt, createdAt }: RoomEntry): number => Date.parse(lastMessageAt ?? createdAt);

const weightOf = (room: RoomEntry): number => {
  const { mentionCount, unreadCount } = marksOf(room);
  if (mentionCount > 0) return 2;
  return unreadCount > 0 ? 1 : 0;
};

/** Where I was named first, then what I have not read, then where something was written last. */
const byNeed = (one: RoomEntry, other: RoomEntry): number =>
  weightOf(other) - weightOf(one) || heardAt(other) - heardAt(one);

interface Wanted {
  query: string;
  rooms: readonly RoomEntry[];
  /** Who was found by name. */
  people: readonly Member[];
  /** The room that is open: nobody has to be led there. */
  currentSlug: string | null;
  selfId: string | null;
}

/** Where the quick switcher leads: rooms, then people with whom there is no conversation yet. */
export const findPlaces = ({ query, rooms, people, currentSlug, selfId }: Wanted): Place[] => {
  const others = rooms.filter(({ slug }) => slug !== currentSlug).toSorted(byNeed);
  const found = rankMatches(
    query,
    others.map((room) => ({ item: room, names: [roomName(room), room.slug] })),
  );
  const known = new Set(rooms.flatMap(({ directWith }) => (directWith ? [directWith.userId] : [])));
  const strangers = people.filter(({ userId }) => userId !== selfId && !known.has(userId));
  return [
    ...found.map((room) => ({ kind: 'room' as const, room })),
    ...strangers.map((person) => ({ kind: 'person' as const, person })),
  ].slice(0, maxPlaces);
};
