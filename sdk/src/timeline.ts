import type { AppError, ChatMessage, RestMessage } from '@boltorezka/protocol';
import { keyOf, toTimelineMessage } from './timeline/message-view.ts';
import type { TimelineMessage } from './types.ts';

/**
 * What is known of a room's log. Everything here is pure: a timeline and a fact give the next timeline, in whatever
 * order and however often the facts arrive.
 */
export interface Timeline {
  /** The log that the positions belong to; null before the first snapshot. */
  epoch: string | null;
  /** In the order of `seq`, each once. */
  sent: readonly TimelineMessage[];
  /** Our own that the server has not confirmed, in the order they were written. */
  pending: readonly TimelineMessage[];
  /** Everything up to here has been seen; null while that cannot be said. */
  position: number | null;
  /** Positions that were seen past a gap. */
  ahead: readonly number[];
}

export const emptyTimeline: Timeline = { epoch: null, sent: [], pending: [], position: null, ahead: [] };

export const messagesOf = (timeline: Timeline): TimelineMessage[] => [...timeline.sent, ...timeline.pending];

/** REST v1 names fields in snake_case, WS v1 in camelCase. */
export const toChatMessage = (message: RestMessage): ChatMessage => ({
  id: message.id,
  roomId: message.room_id,
  userId: message.user_id,
  userName: message.user_name,
  text: message.text,
  createdAt: message.created_at,
  seq: message.seq,
  epoch: message.epoch,
  ...(message.client_message_id !== undefined && { clientMessageId: message.client_message_id }),
});

const seqOf = (message: TimelineMessage | undefined): number => message?.seq ?? 0;

/** Where a message of this position belongs; within one epoch a position names a message as its id does. */
const indexOfSeq = (sent: readonly TimelineMessage[], seq: number): number => {
  let low = 0;
  let high = sent.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (seqOf(sent[middle]) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
};

const advance = (timeline: Timeline, position: number | null, seen: readonly number[]): Timeline => {
  if (position === null) return { ...timeline, position, ahead: [...timeline.ahead, ...seen] };
  let next = position;
  const ahead: number[] = [];
  for (const seq of [...timeline.ahead, ...seen].sort((a, b) => a - b)) {
    if (seq === next + 1) next = seq;
    else if (seq > next && ahead.at(-1) !== seq) ahead.push(seq);
  }
  return { ...timeline, position: next, ahead };
};

const withoutPending = (timeline: Timeline, keys: ReadonlySet<string>): readonly TimelineMessage[] =>
  timeline.pending.some(({ key }) => keys.has(key))
    ? timeline.pending.filter(({ key }) => !keys.has(key))
    : timeline.pending;

const insert = (
  timeline: Timeline,
  messages: readonly ChatMessage[],
  selfUserId: string | null,
): Timeline => {
  const own = messages.filter(({ epoch }) => epoch === timeline.epoch);
  if (own.length === 0) return timeline;
  const sent = [...timeline.sent];
  for (const message of own) {
    const index = indexOfSeq(sent, message.seq);
    if (sent[index]?.seq !== message.seq) sent.splice(index, 0, toTimelineMessage(message, selfUserId));
  }
  const keys = new Set(own.map((message) => keyOf(message, selfUserId)));
  return { ...timeline, sent, pending: withoutPending(timeline, keys) };
};

/** Takes messages in, new or known, in any order; those of another log mean nothing here. */
export const applyMessages = (
  timeline: Timeline,
  messages: readonly ChatMessage[],
  selfUserId: string | null,
): Timeline => {
  const next = insert(timeline, messages, selfUserId);
  if (next === timeline) return timeline;
  const seen = messages.filter(({ epoch }) => epoch === timeline.epoch).map(({ seq }) => seq);
  return advance(next, next.position, seen);
};

/** Older pages fill in below: they say nothing about the position. */
export const applyOlder = insert;

export interface Snapshot {
  epoch: string;
  seq: number;
  recovered: boolean;
  missed: readonly ChatMessage[];
}

/** What `room.join` answered. Unless it recovered, the newest page of the history must follow. */
export const applySnapshot = (
  timeline: Timeline,
  snapshot: Snapshot,
  selfUserId: string | null,
): Timeline => {
  const { epoch, seq, recovered, missed } = snapshot;
  // After a restored backup the old positions, and what stood there, mean nothing. Where the page that should have
  // followed an earlier snapshot never came, a stray live message must not pass for what reaches up to here.
  const isContinuous = timeline.epoch === epoch && (recovered || timeline.position !== null);
  const base = isContinuous ? timeline : { ...timeline, sent: [] };
  const next = insert({ ...base, epoch }, missed, selfUserId);
  return recovered
    ? advance(next, Math.max(seq, base.position ?? 0), [])
    : { ...next, position: null, ahead: [] };
};

/**
 * The newest page, read before the room was ever joined: as much of its log as if we had been there until then. What
 * has happened since is for the snapshot to tell.
 */
export const applyPageAhead = (
  timeline: Timeline,
  messages: readonly ChatMessage[],
  selfUserId: string | null,
): Timeline => {
  const last = messages.at(-1);
  if (!last || timeline.epoch !== null) return timeline;
  return { ...insert({ ...timeline, epoch: last.epoch }, messages, selfUserId), position: last.seq };
};

/**
 * The newest page, read after a snapshot at `snapshotSeq` that did not recover. Where it does not reach back to what is
 * already here, the older messages go: a hole in the middle would never be filled.
 */
export const applyNewestPage = (
  timeline: Timeline,
  page: { messages: readonly ChatMessage[]; snapshotSeq: number },
  selfUserId: string | null,
): { timeline: Timeline; startedOver: boolean } => {
  const first = page.messages[0]?.seq ?? 0;
  const last = page.messages.at(-1)?.seq ?? page.snapshotSeq;
  const known = timeline.sent.filter((message) => seqOf(message) <= page.snapshotSeq);
  const startedOver = known.length === 0 || seqOf(known.at(-1)) < first - 1;
  const kept = startedOver ? timeline.sent.filter((message) => seqOf(message) > last) : timeline.sent;
  const merged = insert({ ...timeline, sent: kept }, page.messages, selfUserId);
  // A page that was read after the snapshot may know more than it.
  const position = Math.max(last, page.snapshotSeq);
  const seen = merged.sent.map(seqOf).filter((seq) => seq > position);
  return { timeline: advance({ ...merged, ahead: [] }, position, seen), startedOver };
};

/** Shows a message before the server has it. */
export const addPending = (timeline: Timeline, message: TimelineMessage): Timeline => ({
  ...timeline,
  pending: [...timeline.pending, message],
});

export const removePending = (timeline: Timeline, key: string): Timeline => ({
  ...timeline,
  pending: withoutPending(timeline, new Set([key])),
});

/** With an error the message has failed; without one it is on its way again. */
export const setPendingError = (timeline: Timeline, key: string, error: AppError | null): Timeline => ({
  ...timeline,
  pending: timeline.pending.map((message) =>
    message.key === key ? { ...message, status: error ? 'failed' : 'sending', error } : message,
  ),
});
