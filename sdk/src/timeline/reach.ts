import { historyCursorOf } from '@boltorezka/protocol';
import type { Timeline } from './timeline.ts';
import { indexOfSeq, type Window } from './window.ts';

/** How much of a room is held, and where its reader is. */
export interface Reach {
  /** More messages than this are not held in one stretch; Infinity: whatever was loaded is. */
  maxLoaded: number;
  /** The position before the reader's eyes; null: the newest, whatever comes. */
  lookSeq: number | null;
}

/** What is let go of is let go of in one go, or every message that comes would move all that is shown. */
const keptOf = ({ maxLoaded }: Reach): number => Math.max(1, Math.floor((maxLoaded * 2) / 3));

/** So many of the newest stay at hand for whoever reads further back: the way to them asks nobody. */
const atHandOf = (reach: Reach): number => Math.max(1, Math.min(50, reach.maxLoaded - keptOf(reach)));

/** Without what is older than its newest `count`. */
const newestOf = (window: Window, epoch: string, count: number): Window => {
  const messages = window.messages.slice(-count);
  const [first] = messages;
  if (!first || messages.length === window.messages.length) return window;
  const { seq } = first;
  return { ...window, messages, floorSeq: seq, olderCursor: historyCursorOf({ epoch, seq }) };
};

/** Without what is newer than its oldest `count`: it grows no longer with the log. */
const oldestOf = (window: Window, epoch: string, count: number): Window => {
  const messages = window.messages.slice(0, count);
  const last = messages.at(-1);
  if (!last || messages.length === window.messages.length) return window;
  const { seq } = last;
  return { ...window, messages, ceilingSeq: seq, newerCursor: historyCursorOf({ epoch, seq }) };
};

/**
 * Where the part to be kept begins: what goes stands at the end that is far from the reader, or at both where there is more
 * than that on both sides of them.
 */
const beginningOf = ({ messages }: Window, { lookSeq }: Reach, kept: number): number => {
  const last = messages.length - kept;
  const place = lookSeq === null ? messages.length : indexOfSeq(messages, lookSeq);
  const margin = kept / 4;
  if (place * 2 >= messages.length && place >= last + margin) return last;
  if (place < kept - margin) return 0;
  return Math.max(0, Math.min(last, place - Math.floor(kept / 2)));
};

const isLongerThan = ({ messages }: Window, count: number): boolean => messages.length > count;

const fitted = (window: Window, epoch: string, reach: Reach): Window => {
  if (!isLongerThan(window, reach.maxLoaded)) return window;
  const kept = keptOf(reach);
  const begin = beginningOf(window, reach, kept);
  return oldestOf(newestOf(window, epoch, window.messages.length - begin), epoch, kept);
};

/**
 * Lets go of what is far from the reader, once more than enough is loaded: it is read anew by cursor. Where the reader is
 * further back, it is the newest that go, and what stays is a part of the past.
 */
export const withinReach = (timeline: Timeline, reach: Reach): Timeline => {
  const { past, live, log, openPages, isNewestMissing } = timeline;
  // A page that is on its way says where it joins what was held when it was asked for.
  if (openPages > 0 || isNewestMissing || log.epoch === null) return timeline;
  const { epoch } = log;
  const atHand = atHandOf(reach);
  if (!past) {
    const next = fitted(live, epoch, reach);
    if (next.ceilingSeq === live.ceilingSeq) return next === live ? timeline : { ...timeline, live: next };
    return { ...timeline, past: next, live: newestOf(live, epoch, atHand), newerCount: 0 };
  }
  const nextPast = fitted(past, epoch, reach);
  // In the middle of the past, the newest are nobody's to look at.
  const nextLive = isLongerThan(live, atHand * 2) ? newestOf(live, epoch, atHand) : live;
  return nextPast === past && nextLive === live ? timeline : { ...timeline, past: nextPast, live: nextLive };
};
