import type { EventPayload } from '@boltorezka/protocol';
import type { RoomEntry } from '../types/rooms.ts';
import { defaultNotify } from './room-entry.ts';

type Removal = EventPayload<'room.removed'>;

/** Everybody hears of a room that opens again, and not all who have been there ask at once. */
const openedSpreadMs = 10_000;

/** Rooms that were lost with something of this person's in them, which what is announced does not say when they are there again. */
export interface LostRooms {
  /** @param known as it was in the list; undefined where that is not known yet. */
  note(removal: Removal, known: RoomEntry | undefined): void;
  /** It is announced: what is this person's of it is asked for, where there may be something. */
  handleCreated(created: EventPayload<'room.created'>): void;
  /** Also: nothing is asked for any more. */
  forget(): void;
}

export interface LostRoomsDeps {
  /** Never rejects. */
  readOne: (slug: string) => Promise<void>;
  random: () => number;
}

/** Whoever makes a room, closes it and opens it again has nobody ask for it who has never been there. */
const hasSomethingOfMine = ({ kind, readSeq, myRole, notify, mentionCount }: RoomEntry): boolean =>
  readSeq !== null || myRole !== null || mentionCount > 0 || notify !== defaultNotify(kind);

export const createLostRooms = ({ readOne, random }: LostRoomsDeps): LostRooms => {
  const lost = new Map<string, Removal['reason']>();
  /** By room: it is asked for in a while. */
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  const cancel = (roomId: string): void => {
    clearTimeout(timers.get(roomId));
    timers.delete(roomId);
  };
  const readSoon = (roomId: string, slug: string): void => {
    cancel(roomId);
    const read = () => {
      timers.delete(roomId);
      void readOne(slug);
    };
    timers.set(roomId, setTimeout(read, Math.round(random() * openedSpreadMs)));
  };
  return {
    note: ({ roomId, reason }, known) => {
      cancel(roomId);
      // One that was lost before may have come back without what is this person's, and have been lost before that was read.
      if (lost.has(roomId) || !known || hasSomethingOfMine(known)) lost.set(roomId, reason);
    },
    handleCreated: ({ roomId, roomSlug, kind, isPublic }) => {
      const lostBy = lost.get(roomId);
      if (isPublic && lostBy === 'closed') readSoon(roomId, roomSlug);
      // What only the two of it, or its members, may know is not in what is announced.
      else if (kind === 'direct' || !isPublic || lostBy) void readOne(roomSlug);
    },
    forget: () => {
      for (const roomId of [...timers.keys()]) cancel(roomId);
      lost.clear();
    },
  };
};
