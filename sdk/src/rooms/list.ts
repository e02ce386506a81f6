import type { EventPayload, Member, ServerEvent } from '@boltorezka/protocol';
import type { RoomEntry } from '../types/rooms.ts';
import { fromCreated, unreadOf, withDetails } from './room-entry.ts';

/** Puts rooms in behind those that are known; of one that is known twice, the first stays. */
export const mergeRooms = (rooms: readonly RoomEntry[], more: readonly RoomEntry[]): readonly RoomEntry[] => {
  const known = new Set(rooms.map(({ id }) => id));
  const added = more.filter(({ id }) => !known.has(id));
  return added.length === 0 ? rooms : [...rooms, ...added];
};

/** The room as it is now, in its place; behind the others where it is new. */
export const putRoom = (rooms: readonly RoomEntry[], room: RoomEntry): readonly RoomEntry[] =>
  rooms.some(({ id }) => id === room.id)
    ? rooms.map((other) => (other.id === room.id ? room : other))
    : [...rooms, room];

const areSame = (one: RoomEntry, other: RoomEntry): boolean =>
  (Object.keys(one) as (keyof RoomEntry)[]).every((name) => Object.is(one[name], other[name]));

export const changeRoom = (
  rooms: readonly RoomEntry[],
  id: string,
  change: (room: RoomEntry) => RoomEntry,
): readonly RoomEntry[] => {
  const known = rooms.find((room) => room.id === id);
  const next = known && change(known);
  return next && !areSame(known, next) ? putRoom(rooms, next) : rooms;
};

type IsBlocked = (userId: string) => boolean;

/** What this person wrote themselves is not told apart: how they have read with it is told as well, and counts it. */
const withActivity = (
  room: RoomEntry,
  { messageCount, lastMessageAt, authors = [] }: EventPayload<'lobby.activity'>,
  isBlocked: IsBlocked,
): RoomEntry => {
  const added = messageCount - room.messageCount;
  if (added < 0) return room;
  const ofBlocked = authors
    .filter(({ userId }) => isBlocked(userId))
    .reduce((sum, author) => sum + author.messageCount, 0);
  return {
    ...room,
    ...{ messageCount, lastMessageAt },
    unreadCount: room.unreadCount + added,
    blockedCount: room.blockedCount + Math.min(added, ofBlocked),
  };
};

/** How far this person has read; what is behind what is known says nothing. */
export const withRead = (
  room: RoomEntry,
  {
    seq,
    messageCount,
    roomMessageCount = messageCount,
    unreadMentionCount,
  }: EventPayload<'chat.readChanged'>,
): RoomEntry => {
  if (room.readSeq !== null && seq < room.readSeq) return room;
  // Nobody has read it for that: what is told is how much of it names this person.
  if (room.readSeq === null && seq === 0 && messageCount === 0)
    return { ...room, mentionCount: unreadMentionCount };
  const total = Math.max(room.messageCount, roomMessageCount);
  // Of the same position, what counts less was counted before this person wrote something more.
  const known = room.readSeq === seq ? room.messageCount - room.unreadCount : 0;
  return {
    ...room,
    messageCount: total,
    readSeq: seq,
    unreadCount: unreadOf(total, Math.max(messageCount, known)),
    mentionCount: unreadMentionCount,
  };
};

/** Whoever was sent out of a public room, or has left it, may still enter: it stays in the list, without a role there; a guest stays one. */
const withoutRoom = (
  rooms: readonly RoomEntry[],
  { roomId, reason }: EventPayload<'room.removed'>,
): readonly RoomEntry[] => {
  const known = rooms.find(({ id }) => id === roomId);
  if (known?.isPublic && (reason === 'kicked' || reason === 'left'))
    return changeRoom(rooms, roomId, (room) => ({
      ...room,
      myRole: room.myRole === 'guest' ? 'guest' : null,
    }));
  return known ? rooms.filter(({ id }) => id !== roomId) : rooms;
};

/** A direct room is called as its other person. */
const withOtherName = (rooms: readonly RoomEntry[], { userId, userName }: Member): readonly RoomEntry[] => {
  const known = rooms.find(({ directWith }) => directWith?.userId === userId);
  return known
    ? changeRoom(rooms, known.id, (room) =>
        room.directWith?.userName === userName ? room : { ...room, directWith: { userId, userName } },
      )
    : rooms;
};

/** What an event changes in the list of rooms; the same list where that is nothing. */
export const applyListEvent = (
  rooms: readonly RoomEntry[],
  event: ServerEvent,
  isBlocked: IsBlocked,
): readonly RoomEntry[] => {
  switch (event.type) {
    case 'room.created':
      return mergeRooms(rooms, [fromCreated(event.payload)]);
    case 'room.updated':
      return changeRoom(rooms, event.payload.roomId, (room) => withDetails(room, event.payload));
    case 'room.removed':
      return withoutRoom(rooms, event.payload);
    case 'lobby.activity':
      return changeRoom(rooms, event.payload.roomId, (room) => withActivity(room, event.payload, isBlocked));
    case 'room.selfChanged':
      return changeRoom(rooms, event.payload.roomId, (room) => ({ ...room, myRole: event.payload.role }));
    case 'direct.closedChanged':
      return changeRoom(rooms, event.payload.roomId, (room) => ({
        ...room,
        isClosed: event.payload.isClosed,
      }));
    case 'chat.readChanged':
      return changeRoom(rooms, event.payload.roomId, (room) => withRead(room, event.payload));
    case 'user.renamed':
      return withOtherName(rooms, event.payload);
    default:
      return rooms;
  }
};

/** Somebody named this person, or answered them. It says nothing of how many there were before. */
export const applyMention = (rooms: readonly RoomEntry[], event: ServerEvent): readonly RoomEntry[] =>
  event.type === 'inbox.added' && !event.payload.isRead
    ? changeRoom(rooms, event.payload.roomId, (room) => ({ ...room, mentionCount: room.mentionCount + 1 }))
    : rooms;
