import type { ServerEvent } from '@boltorezka/protocol';

const logEventTypes = [
  'chat.message',
  'chat.messageChanged',
  'chat.reactionChanged',
  'room.changed',
  'room.memberChanged',
] as const;

/** What a room's log holds: each of these has taken its next position. */
export type LogEvent = Extract<ServerEvent, { type: (typeof logEventTypes)[number] }>;

export const isLogEvent = (event: ServerEvent): event is LogEvent =>
  (logEventTypes as readonly string[]).includes(event.type);

/** How much of a room's log has been taken in. Pure: a log and what came give the next log. */
export interface RoomLog {
  /** The log that the positions belong to; null before the first snapshot. */
  epoch: string | null;
  /** All that happened up to here has been taken in; null before the first snapshot. */
  position: number | null;
  /** What came before something that precedes it, in order, each position once. */
  waiting: readonly LogEvent[];
  /** The server has told of something at this position. */
  reachedSeq: number;
}

export const emptyLog: RoomLog = { epoch: null, position: null, waiting: [], reachedSeq: 0 };

/** A log, and what is to be taken in now, in its order. */
export interface LogStep {
  log: RoomLog;
  ready: readonly LogEvent[];
}

const seqOf = (event: LogEvent): number => event.payload.seq;

/** Something that happened is known of, and has not come. */
export const isBehind = ({ position, reachedSeq }: RoomLog): boolean =>
  position !== null && reachedSeq > position;

const drain = (log: RoomLog): LogStep => {
  let { position } = log;
  if (position === null) return { log, ready: [] };
  const ready: LogEvent[] = [];
  for (const event of log.waiting) {
    if (seqOf(event) !== position + 1) break;
    position += 1;
    ready.push(event);
  }
  if (ready.length === 0) return { log, ready };
  return { log: { ...log, position, waiting: log.waiting.slice(ready.length) }, ready };
};

/** What waits longer than this is asked for by then; so much may be held for it. */
const maxWaiting = 1_000;

const insert = (waiting: readonly LogEvent[], event: LogEvent): readonly LogEvent[] => {
  // That it happened is remembered, and brings it back.
  if (waiting.length >= maxWaiting) return waiting;
  const index = waiting.findLastIndex((other) => seqOf(other) <= seqOf(event));
  const known = waiting[index];
  return known && seqOf(known) === seqOf(event) ? waiting : waiting.toSpliced(index + 1, 0, event);
};

/** Takes in what came, whenever it did; what is known, and what belongs to another log, changes nothing. */
export const receive = (log: RoomLog, event: LogEvent): LogStep => {
  const { seq, epoch } = event.payload;
  if (epoch !== log.epoch || seq <= (log.position ?? 0)) return { log, ready: [] };
  const reachedSeq = Math.max(log.reachedSeq, seq);
  return drain({ ...log, reachedSeq, waiting: insert(log.waiting, event) });
};

/** The server said that the log stands here. */
export const noteReached = (log: RoomLog, seq: number): RoomLog =>
  seq > log.reachedSeq ? { ...log, reachedSeq: seq } : log;

/** A snapshot holds all that happened up to its position; what came ahead of it may follow now. */
export const jumpTo = (log: RoomLog, { epoch, seq }: { epoch: string; seq: number }): LogStep => {
  const waiting =
    epoch === log.epoch ? log.waiting.filter((event) => seqOf(event) > seq) : ([] as readonly LogEvent[]);
  const last = waiting.at(-1);
  return drain({ epoch, position: seq, waiting, reachedSeq: last ? seqOf(last) : seq });
};
