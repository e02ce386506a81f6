import type { ChatMessage } from '@boltorezka/protocol';
import { applyFact, type Fact, revisionOf } from './facts.ts';

/** A stretch of a room's messages, or of those of one thread, without holes. */
export interface Window {
  /** Null: the room's own messages. */
  threadRootId: string | null;
  /** Every message from here on is in it, up to `ceilingSeq`. */
  floorSeq: number;
  /** Infinity: it grows with the log. */
  ceilingSeq: number;
  /** In the order of their positions, each once. */
  messages: readonly ChatMessage[];
  /** Lead to what is before and behind; null where there is nothing. */
  olderCursor: string | null;
  newerCursor: string | null;
}

/** A page of the history, as it was at some moment since it was asked for. */
export interface Page {
  messages: readonly ChatMessage[];
  olderCursor: string | null;
  newerCursor: string | null;
}

/** What grows with the log from a position on, and holds nothing of before. */
export const windowFrom = (threadRootId: string | null, floorSeq: number): Window => ({
  threadRootId,
  floorSeq,
  ceilingSeq: Number.POSITIVE_INFINITY,
  messages: [],
  olderCursor: null,
  newerCursor: null,
});

/** Where a message of this position belongs; within one epoch a position names a message as its id does. */
export const indexOfSeq = (messages: readonly ChatMessage[], seq: number): number => {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((messages[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
};

const belongsTo = (window: Window, { seq, threadRootId }: ChatMessage): boolean =>
  seq >= window.floorSeq && seq <= window.ceilingSeq && (threadRootId ?? null) === window.threadRootId;

/** In a thread, what is told of it beside a message is not that message’s own. */
export const withoutThread = ({ thread: _summary, ...message }: ChatMessage): ChatMessage => message;

/** Of two states of a message the later one; where they are of one moment, the one that is there stays. */
const latest = (known: ChatMessage | undefined, next: ChatMessage): ChatMessage =>
  known && revisionOf(known) >= revisionOf(next) ? known : next;

/** Merges states in, whatever of them is known. */
const upsert = (messages: readonly ChatMessage[], states: readonly ChatMessage[]): readonly ChatMessage[] => {
  const next = [...messages];
  let isChanged = false;
  for (const state of states) {
    const index = indexOfSeq(next, state.seq);
    const known = next[index]?.seq === state.seq ? next[index] : undefined;
    const kept = latest(known, state);
    if (kept === known) continue;
    next.splice(index, known ? 1 : 0, kept);
    isChanged = true;
  }
  return isChanged ? next : messages;
};

/** Where a fact may begin to change something: what quotes a message was written after it. */
const firstConcerned = (messages: readonly ChatMessage[], fact: Fact): number =>
  fact.kind === 'state' ? indexOfSeq(messages, fact.message.seq) : 0;

const replaceEach = (messages: readonly ChatMessage[], fact: Fact): readonly ChatMessage[] => {
  let next: ChatMessage[] | null = null;
  for (let index = firstConcerned(messages, fact); index < messages.length; index += 1) {
    const message = messages[index] as ChatMessage;
    const replaced = applyFact(message, fact);
    if (replaced === message) continue;
    // Most that is told changes nothing that is here: a long list is copied for what does.
    next ??= [...messages];
    next[index] = replaced;
  }
  return next ?? messages;
};

/** What a fact of the log's present changes in a window; the same window where that is nothing. */
export const applyToWindow = (window: Window, fact: Fact): Window => {
  const changed = replaceEach(window.messages, fact);
  const messages =
    fact.kind === 'state' && fact.isArrival && belongsTo(window, fact.message)
      ? upsert(changed, [fact.hasReactions ? fact.message : withoutReactions(fact.message)])
      : changed;
  return messages === window.messages ? window : { ...window, messages };
};

const withoutReactions = ({ reactions: _none, ...message }: ChatMessage): ChatMessage => message;

const firstSeqOf = ({ messages, olderCursor }: Page): number | null =>
  olderCursor === null ? 0 : (messages[0]?.seq ?? null);

const ownMessages = (threadRootId: string | null, { messages }: Page): readonly ChatMessage[] =>
  messages
    .filter((message) => (message.threadRootId ?? null) === threadRootId)
    .map((message) => (threadRootId === null ? message : withoutThread(message)));

/** Puts a page before the window that it was asked for. */
export const withOlder = (window: Window, page: Page): Window => ({
  ...window,
  floorSeq: Math.min(window.floorSeq, firstSeqOf(page) ?? window.floorSeq),
  olderCursor: page.olderCursor,
  messages: upsert(window.messages, ownMessages(window.threadRootId, page)),
});

/** Puts a page behind the window that it was asked for. */
export const withNewer = (window: Window, page: Page): Window => ({
  ...window,
  ceilingSeq: Math.max(window.ceilingSeq, page.messages.at(-1)?.seq ?? 0),
  newerCursor: page.newerCursor,
  messages: upsert(window.messages, ownMessages(window.threadRootId, page)),
});

/** What was read in the middle of the past. */
export const windowOf = (threadRootId: string | null, page: Page): Window => {
  const first = firstSeqOf(page) ?? 0;
  return withNewer(
    { ...windowFrom(threadRootId, first), ceilingSeq: 0, olderCursor: page.olderCursor },
    page,
  );
};

/** The two as one, where the past one reaches up to the one at the newest; else null. */
export const joinWindows = (past: Window, live: Window): Window | null => {
  if (past.newerCursor !== null && past.ceilingSeq < live.floorSeq) return null;
  return {
    ...live,
    floorSeq: Math.min(past.floorSeq, live.floorSeq),
    olderCursor: past.floorSeq < live.floorSeq ? past.olderCursor : live.olderCursor,
    messages: upsert(live.messages, past.messages),
  };
};
