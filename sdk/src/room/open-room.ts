import { AppError, type Quotation } from '@boltorezka/protocol';
import { waitUntil } from '../store.ts';
import { excerptOf } from '../timeline/facts.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { EditInput, RetryHow, SendInput, TimelineMessage } from '../types/message.ts';
import type { OpenRoom, OpenThread, ThreadPage } from '../types/room.ts';
import { toMessage } from './history.ts';
import type { RoomCore } from './room.ts';
import { seenOf } from './seen.ts';

const toInput = (input: string | SendInput): SendInput =>
  typeof input === 'string' ? { text: input } : input;

const isWorthSending = ({ text, attachments = [] }: SendInput): boolean =>
  text.trim() !== '' || attachments.length > 0;

/** What a message quotes of the one that it answers, as the server would. */
const quote = (messages: readonly TimelineMessage[], id: string | undefined): Quotation | null => {
  const quoted = messages.find((message) => message.id !== null && message.id === id);
  if (!quoted?.id || quoted.seq === null) return null;
  const { seq, userId, userName, isDeleted } = quoted;
  return { messageId: quoted.id, seq, userId, userName, text: excerptOf(quoted.text), isDeleted };
};

/** Whoever wants to see another part of a room that is just being entered waits for so long at most. */
const entryPatienceMs = 10_000;

const isThere = async ({ state }: RoomCore): Promise<void> => {
  const limit = { timeoutMs: entryPatienceMs, signal: new AbortController().signal };
  await waitUntil(state, ({ status }) => status !== 'joining', limit);
  if (state.get().status === 'joined') return;
  throw new AppError('Unavailable', 'The room is not entered yet. Try again when it is.', {
    retryable: true,
  });
};

/** What is done about what is mine and on its way: a message by its key, or a change of one that is there. */
const createWays = ({ parts, state }: RoomCore) => {
  const changedId = (key: string): string | null =>
    state.get().messages.find((message) => message.key === key)?.id ?? null;
  return {
    retry: (key: string, how?: RetryHow): void => {
      if (!parts.post.retry(key, how)) parts.post.retryChanges(changedId(key) ?? key);
    },
    discard: (key: string): void => {
      if (!parts.post.discard(key)) parts.post.discardChanges(changedId(key) ?? key);
    },
  };
};

/** My own, which is in view before the newest page of the thread: what stands between them was not seen. */
const isAhead = ({ acked, threads }: Timeline, rootId: string, seq: number): boolean =>
  !threads.get(rootId)?.window && acked.some((message) => message.seq === seq);

const openThread = (core: RoomCore, rootId: string): OpenThread => {
  const { threads, threadReads, post, typing, keeper } = core.parts;
  const state = threads.open(rootId);
  const changedId = (key: string): string => {
    const { messages, root } = state.get();
    return [...messages, ...(root ? [root] : [])].find((message) => message.key === key)?.id ?? key;
  };
  let isOpen = true;
  return {
    state,
    send: (given, onKept) => {
      const input = toInput(given);
      if (!isWorthSending(input)) return;
      const { messages, root } = state.get();
      const quotation = quote([...messages, ...(root ? [root] : [])], input.replyTo);
      const seen = seenOf(core.parts, rootId);
      post.send({ ...input, threadRootId: rootId }, { quotation, seen, onKept });
    },
    retry: (key, how) => {
      if (!post.retry(key, how)) post.retryChanges(changedId(key));
    },
    discard: (key) => {
      if (!post.discard(key)) post.discardChanges(changedId(key));
    },
    loadOlder: () => threads.loadOlder(rootId),
    markRead: (seq) => {
      if (!isAhead(keeper.get(), rootId, seq)) threadReads.markRead(rootId, seq);
    },
    notifyTyping: () => typing.notifyTyping(rootId),
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      threads.close(rootId);
    },
  };
};

const createChangers = ({ post }: RoomCore['parts']) => ({
  edit: (messageId: string, given: string | EditInput, onKept?: () => void): void => {
    const { text, mentions = [] } = typeof given === 'string' ? { text: given } : given;
    if (text.trim() !== '') post.change({ kind: 'edit', messageId, text, mentions }, onKept);
  },
  delete: (messageId: string): void => post.change({ kind: 'delete', messageId }),
  react: (messageId: string, emoji: string, isSet: boolean): void =>
    post.change({ kind: 'react', messageId, emoji, isSet }),
  pin: (messageId: string, isPinned: boolean): void => post.change({ kind: 'pin', messageId, isPinned }),
  dismissPreview: (messageId: string, url: string): void =>
    post.change({ kind: 'dismissPreview', messageId, url }),
});

const jumpTo = async (core: RoomCore, messageId: string): Promise<void> => {
  const { keeper, history } = core.parts;
  const { past, live } = keeper.get();
  const isIn = (messages: readonly { id: string }[]) => messages.some(({ id }) => id === messageId);
  const seq = [...(past?.messages ?? []), ...live.messages].find(({ id }) => id === messageId)?.seq;
  if (seq !== undefined) {
    if (!past || !isIn(past.messages)) keeper.returnToNewest();
    keeper.lookAt(seq);
    return;
  }
  await isThere(core);
  await history.loadAround(messageId);
};

const jumpToPosition = async (core: RoomCore, seq: number): Promise<void> => {
  const { keeper, history } = core.parts;
  const { past, live, isNewestMissing } = keeper.get();
  const isInPast = past !== null && past.floorSeq <= seq && seq < past.ceilingSeq;
  if (isInPast || (live.floorSeq <= seq && !isNewestMissing)) {
    if (!isInPast) keeper.returnToNewest();
    keeper.lookAt(seq);
    return;
  }
  await isThere(core);
  await history.loadAt(seq);
};

const jumpToTime = async (core: RoomCore, at: Date): Promise<string | null> => {
  await isThere(core);
  return core.parts.history.loadAtTime(at);
};

const listThreads = async ({ parts }: RoomCore, cursor?: string): Promise<ThreadPage> => {
  const page = await parts.threadReads.list(cursor);
  return {
    threads: page.threads.map(({ root, unread_count }) => ({
      root: parts.keeper.view(toMessage(root)),
      unreadCount: unread_count,
    })),
    nextCursor: page.next_cursor,
  };
};

/** Without the newest page, what is in view last says nothing of what stands before it: that was not seen. */
const isContinuous = ({ past, isNewestMissing }: Timeline): boolean => past !== null || !isNewestMissing;

/** The face of a room that is handed out; `close` is called once at most. */
export const toOpenRoom = (
  core: RoomCore,
  deps: { loadPins: () => Promise<Parameters<typeof toMessage>[0][]>; close: () => void },
): OpenRoom => {
  const { state, parts } = core;
  let isOpen = true;
  return {
    state,
    ...createChangers(parts),
    ...createWays(core),
    send: (given, onKept) => {
      const input = toInput(given);
      if (!isWorthSending(input)) return;
      const quotation = quote(state.get().messages, input.replyTo);
      const seen = seenOf(parts, input.threadRootId);
      parts.post.send(input, { quotation, seen, onKept });
      if (input.threadRootId === undefined) parts.keeper.returnToNewest();
    },
    loadOlder: async () => {
      if (!state.get().loadingOlder) await parts.history.loadOlder();
    },
    loadNewer: async () => {
      if (!state.get().loadingNewer) await parts.history.loadNewer();
    },
    jumpTo: (messageId) => jumpTo(core, messageId),
    jumpToPosition: (seq) => jumpToPosition(core, seq),
    jumpToTime: (at) => jumpToTime(core, at),
    returnToNewest: () => parts.keeper.returnToNewest(),
    lookAt: (seq) => parts.keeper.lookAt(seq),
    markRead: (seq) => {
      if (isContinuous(parts.keeper.get())) parts.marker.markRead(seq);
    },
    moveUnreadLine: () => core.moveUnreadLine(),
    notifyTyping: () => parts.typing.notifyTyping(null),
    openThread: (rootId) => openThread(core, rootId),
    listThreads: (cursor) => listThreads(core, cursor),
    loadPins: async () => (await deps.loadPins()).map((message) => parts.keeper.view(toMessage(message))),
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      deps.close();
    },
  };
};
