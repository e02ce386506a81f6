import type { Queryable } from '../platform/db.ts';
import { type Mark, type Reach, selectReaches, type ThreadMark } from '../reads/index.ts';
import type { PlannedMessage } from './group-plan.ts';

interface Standing {
  /** Others stand between it and the message. */
  isHeld: boolean;
}

/** What is read by writing. Of several messages of one person to one room or thread, the last one tells it: by its id. */
export interface GroupMarks {
  rooms: Map<string, Mark & Standing & { isKept: boolean }>;
  /** `ownSeq` is the position of that message. */
  threads: Map<string, ThreadMark & Standing & { ownSeq: number }>;
}

/** Whether something may stand between what its writer has seen and the group: only then the database is asked. */
const isBehind = (planned: PlannedMessage): planned is PlannedMessage & { seenSeq: number } =>
  planned.seenSeq !== undefined && planned.seenSeq < planned.facts.lastSeq;

const selectBehind = (tx: Queryable, written: PlannedMessage[]): Promise<Map<string, Reach>> =>
  selectReaches(
    tx,
    written.filter(isBehind).map(({ message, seenSeq }) => ({
      messageId: message.id,
      userId: message.userId,
      roomId: message.roomId,
      rootId: message.threadRootId ?? null,
      seenSeq,
    })),
  );

const allSeen = { isUnseen: false, isMarked: false, sinceSeq: 0 };

/** All that stands before the group: nobody has seen more than that, whatever they say. */
const wholeLog = ({ lastSeq, messageCount }: PlannedMessage['facts']): Reach => ({
  ...allSeen,
  seq: lastSeq,
  messageCount,
});

/** Whether one of the group stands between a position and a message, and is another's. */
const isBetween =
  (seq: number, { message }: PlannedMessage) =>
  (other: PlannedMessage): boolean =>
    other.message.seq > seq && other.message.seq < message.seq && other.message.userId !== message.userId;

/**
 * Up to where somebody has read the room or thread once their messages of the group stand there. A message right behind what
 * its writer has seen moves that; one that others have come before leaves it where it is.
 */
const reachOf = (mine: PlannedMessage[], log: PlannedMessage[], behind: Map<string, Reach>) => {
  let reach: Reach | undefined;
  for (const planned of mine) {
    const { message, ordinal, seenSeq, facts } = planned;
    const own = { ...allSeen, seq: message.seq, messageCount: ordinal ?? 0 };
    if (seenSeq === undefined) {
      reach = own;
      continue;
    }
    const seen = behind.get(message.id) ?? wholeLog(facts);
    const from = reach && reach.seq > seen.seq ? reach : seen;
    const isUnseen = from.isUnseen || log.some(isBetween(from.seq, planned));
    // Who had seen the whole log has seen what was changed in it, too.
    const sinceSeq = Math.min(from.sinceSeq, seen.sinceSeq);
    reach = { ...(isUnseen ? from : own), sinceSeq };
  }
  return reach;
};

const logOf = ({ message }: PlannedMessage): string => message.threadRootId ?? message.roomId;

/**
 * A mark before all messages makes all of them unread that are there: only in a room of two is that what its people expect. One
 * that is there is written as it stands: whoever moves it at the same time waits, and counts the message, or is waited for.
 */
const isWorthKeeping = ({ seq, isMarked }: Reach, { facts }: PlannedMessage): boolean =>
  seq > 0 || isMarked || facts.found.facts.kind === 'direct';

/** What writing these marks as read. However many they are, it is one question of rooms and one of threads at most. */
export const readMarks = async (tx: Queryable, written: PlannedMessage[]): Promise<GroupMarks> => {
  const behind = await selectBehind(tx, written);
  const marks: GroupMarks = { rooms: new Map(), threads: new Map() };
  for (const log of Map.groupBy(written, logOf).values()) {
    for (const mine of Map.groupBy(log, ({ message }) => message.userId).values()) {
      const reach = reachOf(mine, log, behind);
      const last = mine.at(-1);
      if (!reach || !last) continue;
      const { userId, roomId, id, seq: ownSeq, threadRootId: rootId } = last.message;
      const { seq, messageCount, sinceSeq } = reach;
      const mark = { userId, roomId, seq, sinceSeq, isHeld: seq < ownSeq };
      if (rootId !== undefined) marks.threads.set(id, { ...mark, rootId, ownSeq });
      else marks.rooms.set(id, { ...mark, messageCount, isKept: isWorthKeeping(reach, last) });
    }
  }
  return marks;
};
