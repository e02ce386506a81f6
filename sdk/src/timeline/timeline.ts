import type { ChatMessage } from '@boltorezka/protocol';
import { applyFact, type Fact, factsOf, revisionOf, toMissedFact } from './facts.ts';
import { emptyLog, jumpTo, type LogEvent, type LogStep, noteReached, type RoomLog, receive } from './log.ts';
import { applyToWindow, type Page, type Window, windowFrom, withoutThread } from './window.ts';

/** A thread that is looked at. */
export interface ThreadView {
  root: ChatMessage | null;
  /** Null until its newest page is in. */
  window: Window | null;
}

/**
 * What is known of a room's messages. Everything here is pure: a timeline and what came give the next timeline, and
 * whatever the order, the repetitions and the losses, it ends as the server has it.
 */
export interface Timeline {
  selfUserId: string | null;
  log: RoomLog;
  /** The newest messages; they grow with the log. */
  live: Window;
  /** The page that a snapshot left to be read is not in yet. */
  isNewestMissing: boolean;
  /** What was shown before that snapshot, for as long as that page is on its way. */
  stale: readonly ChatMessage[];
  /** What is looked at in the middle of the past. */
  past: Window | null;
  /** How many of others have come since the past is looked at. */
  newerCount: number;
  threads: ReadonlyMap<string, ThreadView>;
  /** My own that the server has, and that the log does not show yet, or the thread that they were written in. */
  acked: readonly ChatMessage[];
  /** How many pages are on their way. */
  openPages: number;
  /** What happened meanwhile: such a page may be older. */
  kept: readonly Fact[];
}

export const createTimeline = (selfUserId: string | null): Timeline => ({
  selfUserId,
  log: emptyLog,
  live: windowFrom(null, 0),
  isNewestMissing: true,
  stale: [],
  past: null,
  newerCount: 0,
  threads: new Map(),
  acked: [],
  openPages: 0,
  kept: [],
});

const applyToThread = (thread: ThreadView, fact: Fact): ThreadView => {
  const root = thread.root && applyFact(thread.root, fact);
  const window = thread.window && applyToWindow(thread.window, fact);
  return root === thread.root && window === thread.window ? thread : { root, window };
};

const applyToThreads = (
  threads: ReadonlyMap<string, ThreadView>,
  fact: Fact,
): ReadonlyMap<string, ThreadView> => {
  const next = new Map([...threads].map(([rootId, thread]) => [rootId, applyToThread(thread, fact)]));
  return [...threads].every(([rootId, thread]) => next.get(rootId) === thread) ? threads : next;
};

const applyToEach = (messages: readonly ChatMessage[], fact: Fact): readonly ChatMessage[] =>
  messages.length === 0 ? messages : messages.map((message) => applyFact(message, fact));

/** Takes in what is the present state of something, in the order in which it became so. */
export const applyFacts = (timeline: Timeline, facts: readonly Fact[]): Timeline => {
  let next = timeline;
  for (const fact of facts) {
    next = {
      ...next,
      live: applyToWindow(next.live, fact),
      stale: applyToEach(next.stale, fact),
      acked: applyToEach(next.acked, fact),
      past: next.past && applyToWindow(next.past, fact),
      threads: applyToThreads(next.threads, fact),
    };
  }
  if (facts.length === 0 || next.openPages === 0) return next;
  return { ...next, kept: [...next.kept, ...facts] };
};

/** Somebody looks at the thread that the message is in, and its newest page is not in. */
const isInUnreadThread = ({ threads }: Timeline, { threadRootId }: ChatMessage): boolean =>
  threadRootId !== undefined && threads.get(threadRootId)?.window === null;

/** The log has come as far, and what it would show is not read yet. */
const isHidden = (timeline: Timeline, message: ChatMessage): boolean =>
  message.threadRootId === undefined
    ? timeline.isNewestMissing && message.seq < timeline.live.floorSeq
    : isInUnreadThread(timeline, message);

/** What the log shows need not be shown beside it. */
export const withoutShown = (timeline: Timeline): Timeline => {
  const position = timeline.log.position ?? 0;
  const acked = timeline.acked.filter((message) => message.seq > position || isHidden(timeline, message));
  return acked.length === timeline.acked.length ? timeline : { ...timeline, acked };
};

/** Counts what comes while the newest are not looked at. */
const counting = (timeline: Timeline, arrived: readonly ChatMessage[]): Timeline => {
  if (!timeline.past) return timeline;
  const count = arrived.filter(
    ({ threadRootId, userId }) => threadRootId === undefined && userId !== timeline.selfUserId,
  ).length;
  return count === 0 ? timeline : { ...timeline, newerCount: timeline.newerCount + count };
};

const withAcked = (timeline: Timeline, messages: readonly ChatMessage[]): Timeline => {
  const { acked } = timeline;
  const added = messages.filter((message) => acked.every(({ id }) => id !== message.id));
  if (added.length === 0) return timeline;
  return { ...timeline, acked: [...acked, ...added].sort((one, other) => one.seq - other.seq) };
};

/** My own, in a thread that shows nothing yet: they were in view while they were on their way, and stay. */
const withMineOf = (timeline: Timeline, arrived: readonly ChatMessage[]): Timeline => {
  const mine = arrived.filter((message) => message.userId === timeline.selfUserId);
  return withAcked(
    timeline,
    mine.filter((message) => isInUnreadThread(timeline, message)).map(withoutThread),
  );
};

const applyStep = (timeline: Timeline, { log, ready }: LogStep): Timeline => {
  if (log === timeline.log) return timeline;
  const facts = ready.flatMap((event) => factsOf(event, timeline.selfUserId));
  const arrived = ready.flatMap((event) => (event.type === 'chat.message' ? [event.payload] : []));
  const next = withMineOf({ ...timeline, log }, arrived);
  return withoutShown(counting(applyFacts(next, facts), arrived));
};

export interface TimelineStep {
  timeline: Timeline;
  /** What has come into effect with it, in its order. */
  applied: readonly LogEvent[];
}

/** An event of the room's log, whenever it comes. */
export const applyEvent = (timeline: Timeline, event: LogEvent): TimelineStep => {
  const step = receive(timeline.log, event);
  return { timeline: applyStep(timeline, step), applied: step.ready };
};

/** The server has a message of mine. The log shows it as soon as all is in that precedes it. */
export const applyAck = (timeline: Timeline, message: ChatMessage): TimelineStep => {
  const { log, acked } = timeline;
  const isOver = message.seq <= (log.position ?? 0) && !isHidden(timeline, message);
  if (isOver || message.epoch !== log.epoch || acked.some(({ id }) => id === message.id))
    return { timeline, applied: [] };
  const waiting = { ...withAcked(timeline, [message]), log: noteReached(log, message.seq) };
  // How its thread stands with it, the event alone says.
  if (message.threadRootId !== undefined) return { timeline: waiting, applied: [] };
  const { reactions: _none, ...payload } = message;
  return applyEvent(waiting, { type: 'chat.message', payload });
};

/** The server said that the log has come this far. */
export const applyReached = (timeline: Timeline, seq: number): Timeline => {
  const log = noteReached(timeline.log, seq);
  return log === timeline.log ? timeline : { ...timeline, log };
};

/** What `room.join` answered. */
export interface Snapshot {
  epoch: string;
  seq: number;
  recovered: boolean;
  /** By revision. */
  missed: readonly ChatMessage[];
}

/** A snapshot that says nothing of what was before: the newest page has to follow. */
const startOver = (timeline: Timeline, { epoch, seq }: Snapshot): Timeline => {
  const isSameLog = timeline.log.epoch === epoch;
  const shown = timeline.live.messages.length > 0 ? timeline.live.messages : timeline.stale;
  const rootsOf = ([rootId, { root }]: [string, ThreadView]): [string, ThreadView] => [
    rootId,
    { root: isSameLog ? root : null, window: null },
  ];
  return {
    ...timeline,
    live: windowFrom(null, seq + 1),
    isNewestMissing: true,
    stale: isSameLog ? shown : [],
    past: null,
    threads: new Map([...timeline.threads].map(rootsOf)),
    acked: isSameLog ? timeline.acked : [],
    kept: [],
  };
};

const applyMissed = (timeline: Timeline, missed: readonly ChatMessage[]): Timeline => {
  const position = timeline.log.position ?? 0;
  const arrived = missed.filter(({ seq }) => seq > position);
  return counting(applyFacts(withMineOf(timeline, arrived), missed.map(toMissedFact)), arrived);
};

/** Takes a snapshot in; without `recovered`, the newest page has to be read, and so have those of threads. */
export const applySnapshot = (timeline: Timeline, snapshot: Snapshot): TimelineStep => {
  const { epoch, recovered, missed } = snapshot;
  const isContinued = recovered && timeline.log.epoch === epoch && timeline.log.position !== null;
  const seq = isContinued ? Math.max(snapshot.seq, timeline.log.position ?? 0) : snapshot.seq;
  const base = isContinued ? applyMissed(timeline, missed) : startOver(timeline, snapshot);
  const step = jumpTo(timeline.log, { epoch, seq });
  return { timeline: withoutShown(applyStep(base, step)), applied: step.ready };
};

/** The newest page, read before the room was joined: as much of its log as if we had been there until then. */
export const applyPageAhead = (timeline: Timeline, page: Page): Timeline => {
  const [first] = page.messages;
  if (!first || timeline.log.epoch !== null) return timeline;
  // What changed after the last change that it shows will be told, whatever else has happened by then.
  const position = Math.max(...page.messages.map(revisionOf));
  const { log } = jumpTo(timeline.log, { epoch: first.epoch, seq: position });
  return {
    ...timeline,
    log,
    isNewestMissing: false,
    live: {
      ...windowFrom(null, page.olderCursor === null ? 0 : first.seq),
      olderCursor: page.olderCursor,
      messages: page.messages.filter(({ threadRootId }) => threadRootId === undefined),
    },
  };
};
