import type { Timeline } from '../timeline/timeline.ts';
import type { Window } from '../timeline/window.ts';
import type { Seen } from '../types/outbox.ts';
import type { RoomCore } from './room.ts';

/** Where nothing of others is left to be read, all is seen up to the end of the log: reactions and changes as well, which nobody marks. */
const throughLog = (readSeq: number, window: Window | null, { log, selfUserId }: Timeline): number => {
  const isWhole = window !== null && window.floorSeq <= readSeq + 1 && window.newerCursor === null;
  if (!isWhole) return readSeq;
  const isUnread = window.messages.some(
    ({ seq, userId, deletedAt }) => seq > readSeq && userId !== selfUserId && deletedAt === undefined,
  );
  return isUnread ? readSeq : Math.max(readSeq, log.position ?? 0);
};

/**
 * What a message says of what its writer has seen. Where nothing is known, the server knows as much: they have seen nothing
 * beyond that.
 * @param rootId of the thread that they write to; undefined: the room.
 * @returns undefined of a client that never says what is read.
 */
export const seenOf = (
  { marksRead, keeper, marker, threadReads }: RoomCore['parts'],
  rootId: string | undefined,
): Seen | undefined => {
  if (!marksRead) return undefined;
  const timeline = keeper.get();
  const { epoch } = timeline.log;
  // What is known of another log, as the list may be before the room was entered, the server does not believe.
  if (epoch === null) return { seenSeq: 0 };
  const seenSeq =
    rootId === undefined
      ? throughLog(marker.seenSeq(), timeline.live, timeline)
      : throughLog(threadReads.seenSeq(rootId), timeline.threads.get(rootId)?.window ?? null, timeline);
  return { seenSeq, epoch };
};
