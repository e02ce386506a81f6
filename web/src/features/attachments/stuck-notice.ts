import type { DraftPlace, RoomEntry } from '@boltorezka/sdk';
import type { Stuck } from './send-queue.ts';

const ofRooms = {
  file: 'files.stuck',
  thread: 'files.stuckInThread',
  removed: 'files.stuckOutside',
} as const;
const ofDirect = {
  file: 'files.stuckDirect',
  thread: 'files.stuckDirectInThread',
  removed: 'files.stuckDirectOutside',
} as const;

/** What did not go, in a word of the texts. A room of two is its other person: one writes to them, and not in them. */
export const stuckNotice = (place: DraftPlace, why: Stuck, room: RoomEntry | null) => {
  const kind = why === 'file' && place.threadRootId !== undefined ? 'thread' : why;
  return room?.directWith
    ? { key: ofDirect[kind], values: { name: room.directWith.userName } }
    : { key: ofRooms[kind], values: { room: room?.title ?? place.roomSlug } };
};
