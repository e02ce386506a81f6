import type { ChatMessage } from '@boltorezka/protocol';
import { toKnownFact } from './facts.ts';
import { applyFacts, type ThreadView, type Timeline, withoutShown } from './timeline.ts';
import { joinWindows, type Page, type Window, windowFrom, windowOf, withNewer, withOlder } from './window.ts';

/** A page was asked for: from here on it is remembered what happens, since the page may be older. */
export const beginPage = (timeline: Timeline): Timeline => ({
  ...timeline,
  openPages: timeline.openPages + 1,
});

/** The page is in, or will never be. */
export const endPage = (timeline: Timeline): Timeline => {
  const openPages = timeline.openPages - 1;
  return { ...timeline, openPages, kept: openPages === 0 ? [] : timeline.kept };
};

/**
 * What of a page has already come into effect: the rest is told by events, in order. So that nothing that happened between
 * the two is ever missing among them.
 */
const upToNow = ({ log }: Timeline, page: Page): Page => ({
  ...page,
  messages: page.messages.filter(({ seq }) => seq <= (log.position ?? 0)),
});

/** What the page says, and then again what has happened since it was asked for. */
const catchUp = (timeline: Timeline, page: Page): Timeline => {
  const { kept, openPages } = timeline;
  const quiet = { ...timeline, openPages: 0 };
  // What the page holds is also news for whatever else shows the same messages, or quotes them.
  const told = applyFacts(quiet, page.messages.map(toKnownFact));
  return { ...applyFacts(told, kept), kept, openPages };
};

/** The newest page, which a snapshot left to be read: what was shown before it goes. */
export const applyNewestPage = (timeline: Timeline, page: Page): Timeline => {
  const live = withOlder(timeline.live, upToNow(timeline, page));
  return withoutShown(catchUp({ ...timeline, live, stale: [], isNewestMissing: false }, page));
};

/** Once the past that is looked at reaches up to the newest, they are one. */
const joinPast = (timeline: Timeline, past: Window): Timeline => {
  const position = timeline.log.position ?? 0;
  const messages = past.messages.filter(({ seq }) => seq <= position);
  const joined = joinWindows({ ...past, messages }, timeline.live);
  return joined ? { ...timeline, live: joined, past: null } : { ...timeline, past };
};

/** The page before what is shown. */
export const applyOlderPage = (timeline: Timeline, page: Page): Timeline => {
  const { past, live } = timeline;
  const next = past
    ? { ...timeline, past: withOlder(past, page) }
    : { ...timeline, live: withOlder(live, page) };
  return catchUp(next, page);
};

/** The page that follows what is looked at in the middle of the past. */
export const applyNewerPage = (timeline: Timeline, page: Page): Timeline =>
  timeline.past ? catchUp(joinPast(timeline, withNewer(timeline.past, page)), page) : timeline;

/** The page around a message: what is looked at from here on. */
export const applyPageAround = (timeline: Timeline, page: Page): Timeline => {
  const newerCount = timeline.past ? timeline.newerCount : 0;
  return catchUp(joinPast({ ...timeline, past: null, newerCount }, windowOf(null, page)), page);
};

export const returnToNewest = (timeline: Timeline): Timeline =>
  timeline.past ? { ...timeline, past: null } : timeline;

const withThread = (timeline: Timeline, rootId: string, thread: ThreadView): Timeline => ({
  ...timeline,
  threads: new Map([...timeline.threads, [rootId, thread]]),
});

const findById = (timeline: Timeline, id: string): ChatMessage | undefined =>
  [timeline.live.messages, timeline.past?.messages ?? [], timeline.stale]
    .flatMap((messages) => [...messages])
    .find((message) => message.id === id);

export const openThread = (timeline: Timeline, rootId: string): Timeline =>
  timeline.threads.has(rootId)
    ? timeline
    : withThread(timeline, rootId, { root: findById(timeline, rootId) ?? null, window: null });

export const closeThread = (timeline: Timeline, rootId: string): Timeline => {
  const threads = new Map(timeline.threads);
  return threads.delete(rootId) ? withoutShown({ ...timeline, threads }) : timeline;
};

/** The message that began a thread, read by itself. */
export const applyThreadRoot = (timeline: Timeline, root: ChatMessage): Timeline => {
  const thread = timeline.threads.get(root.id);
  if (!thread) return timeline;
  // Before its page is in, what is shown may be of before a snapshot: what happened until then would be missing.
  const next = withThread(timeline, root.id, {
    ...thread,
    root: thread.window ? (thread.root ?? root) : root,
  });
  return catchUp(next, { messages: [root], olderCursor: null, newerCursor: null });
};

/** A page of a thread: its newest where none is in, else the one before what is shown. */
export const applyThreadPage = (timeline: Timeline, rootId: string, page: Page): Timeline => {
  const thread = timeline.threads.get(rootId);
  if (!thread) return timeline;
  // What comes from here on belongs to it, whatever the page holds.
  const base = thread.window ?? windowFrom(rootId, (timeline.log.position ?? 0) + 1);
  const window = withOlder(base, upToNow(timeline, page));
  return withoutShown(catchUp(withThread(timeline, rootId, { ...thread, window }), page));
};
