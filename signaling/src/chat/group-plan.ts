import { AppError, type ChatMessage, type Mention, type ThreadSummary } from '@boltorezka/protocol';
import type { Notice } from '../reads/index.ts';
import { type Facts, placeKey, type StoredMessage } from './facts-repository.ts';
import type { GroupContext } from './group-context.ts';
import type { PlacedMessage, RoomCount, ThreadCount } from './group-insert-repository.ts';
import type { NamedMessage, NewMessage } from './new-message.ts';
import { assertMayAdd, assertNotTooSoon, noSuchMessage } from './permission.ts';

/** A message that will be written, and what follows from it. */
export interface PlannedMessage extends PlacedMessage {
  facts: Facts;
  thread: ThreadSummary | undefined;
  notices: Notice[];
  seenSeq: number | undefined;
}

export type PlannedOutcome =
  | { kind: 'write'; planned: PlannedMessage }
  /** The same name was written before, in this group or earlier. */
  | { kind: 'retry'; messageId: string }
  | { kind: 'refused'; error: AppError };

export interface GroupPlan {
  /** One a message, in the order given. */
  outcomes: PlannedOutcome[];
  written: PlannedMessage[];
  rooms: RoomCount[];
  threads: ThreadCount[];
}

/** What the messages of the group have changed so far. */
interface Tally {
  rooms: Map<string, RoomCount>;
  threads: Map<string, ThreadCount>;
  named: Map<string, string>;
  lastOwnAt: Map<string, Date>;
  claimed: Set<string>;
  written: PlannedMessage[];
}

/** A position of another log is none: then it is as far as their mark says. */
const seenSeqOf = ({ seenSeq, epoch }: NewMessage, message: ChatMessage): number | undefined =>
  seenSeq === undefined || epoch === undefined || epoch === message.epoch ? seenSeq : 0;

/** @throws AppError `NotFound`, `ValidationError`. */
const threadRootOf = (
  { threadRootId, roomId }: NewMessage,
  { referred }: GroupContext,
): StoredMessage | undefined => {
  if (threadRootId === undefined) return undefined;
  const root = referred.get(threadRootId);
  if (!root || root.roomId !== roomId) throw noSuchMessage();
  if (root.isDeleted) throw new AppError('NotFound', 'The message of this thread was deleted.');
  if (root.threadRootId === null) return root;
  throw new AppError(
    'ValidationError',
    'threadRootId: This message is in a thread itself; write to the thread of its first message.',
  );
};

/** @throws AppError `NotFound` where one of them is not there to be sent. */
const claimedBy = (entry: NewMessage, { attachments }: GroupContext, tally: Tally): string[] => {
  const ids = [...new Set(entry.attachmentIds ?? [])];
  for (const id of ids) {
    const found = attachments.get(id);
    const isTheirs = found?.roomId === entry.roomId && found.userId === entry.userId;
    if (isTheirs && !tally.claimed.has(id)) continue;
    throw new AppError('NotFound', 'An attachment is not there any more; upload it again.');
  }
  return ids;
};

/** @throws AppError where this person may not write this here, now. */
const assertMaySend = (entry: NewMessage, facts: Facts, root: StoredMessage | undefined): void => {
  assertMayAdd(facts, 'write');
  if (root?.replyCount === 0) assertMayAdd(facts, 'startThread');
  if ((entry.attachmentIds ?? []).length > 0) assertMayAdd(facts, 'attach');
  if (entry.mentionsEveryone) assertMayAdd(facts, 'mentionEveryone');
};

const mentionsOf = (entry: NewMessage, { readers }: GroupContext): Mention[] =>
  [...new Set(entry.mentions ?? [])].flatMap((userId) => readers.get(placeKey({ ...entry, userId })) ?? []);

const noticesOf = (
  message: Pick<ChatMessage, 'mentions' | 'mentionsEveryone' | 'threadRootId'>,
  quoted: StoredMessage | undefined,
): Notice[] => [
  ...(message.mentions ?? []).map(({ userId }) => ({ kind: 'mention' as const, userId })),
  ...(quoted && !quoted.isDeleted ? [{ kind: 'reply' as const, userId: quoted.userId }] : []),
  ...(message.threadRootId === undefined ? [] : [{ kind: 'thread' as const }]),
  ...(message.mentionsEveryone ? [{ kind: 'everyone' as const }] : []),
];

/** The room's next position; of a message of its own also its next number. */
const countInRoom = (tally: Tally, facts: Facts, isInThread: boolean): RoomCount => {
  const { room } = facts.found;
  const before = tally.rooms.get(room.id) ?? {
    roomId: room.id,
    seq: facts.lastSeq,
    messageCount: facts.messageCount,
    lastMessageAt: null,
  };
  const count = {
    roomId: room.id,
    seq: before.seq + 1,
    messageCount: before.messageCount + (isInThread ? 0 : 1),
    lastMessageAt: isInThread ? before.lastMessageAt : facts.now.toISOString(),
  };
  tally.rooms.set(room.id, count);
  return count;
};

const countInThread = (tally: Tally, root: StoredMessage, reply: ChatMessage): ThreadSummary => {
  const replyCount = (tally.threads.get(root.id)?.replyCount ?? root.replyCount) + 1;
  const lastReplyAt = reply.createdAt;
  tally.threads.set(root.id, { rootId: root.id, replyCount, lastReplyAt, seq: reply.seq });
  return { replyCount, lastReplyAt };
};

const toMessage = (entry: NewMessage, facts: Facts, mentions: Mention[]): Omit<ChatMessage, 'seq'> => ({
  id: entry.id,
  roomId: entry.roomId,
  userId: entry.userId,
  userName: facts.userName,
  text: entry.text,
  createdAt: facts.now.toISOString(),
  epoch: facts.found.epoch,
  ...(entry.clientMessageId === undefined ? {} : { clientMessageId: entry.clientMessageId }),
  ...(entry.threadRootId === undefined ? {} : { threadRootId: entry.threadRootId }),
  ...(mentions.length === 0 ? {} : { mentions }),
  ...(entry.mentionsEveryone ? { mentionsEveryone: true } : {}),
});

/** @throws AppError where it may not be written. */
const planOne = (entry: NamedMessage, context: GroupContext, tally: Tally): PlannedMessage => {
  const facts = context.facts.get(placeKey(entry));
  if (!facts) throw new AppError('RoomNotFound', 'This room is gone.');
  // Whoever may not be here does not learn what is here.
  assertMayAdd(facts, 'write');
  const root = threadRootOf(entry, context);
  assertMaySend(entry, facts, root);
  const quoted = entry.replyTo === undefined ? undefined : context.referred.get(entry.replyTo);
  if (entry.replyTo !== undefined && quoted?.roomId !== entry.roomId) throw noSuchMessage();
  const attachmentIds = claimedBy(entry, context, tally);
  assertNotTooSoon(facts, tally.lastOwnAt.get(placeKey(entry)) ?? facts.lastOwnAt);
  // Decided: from here on the group counts with it.
  const { seq, messageCount } = countInRoom(tally, facts, root !== undefined);
  const message = { ...toMessage(entry, facts, mentionsOf(entry, context)), seq };
  for (const id of attachmentIds) tally.claimed.add(id);
  tally.lastOwnAt.set(placeKey(entry), facts.now);
  return {
    message,
    ordinal: root ? null : messageCount,
    replyTo: quoted?.id ?? null,
    retryKey: entry.retryKey,
    attachmentIds,
    facts,
    thread: root && countInThread(tally, root, message),
    notices: noticesOf(message, quoted),
    seenSeq: seenSeqOf(entry, message),
  };
};

const decide = (entry: NamedMessage, context: GroupContext, tally: Tally): PlannedOutcome => {
  const key = entry.retryKey;
  // Before anything is asked: who may write no more still learns that this was written.
  const messageId = key && (context.earlier.get(key) ?? tally.named.get(key));
  if (messageId) return { kind: 'retry', messageId };
  try {
    const planned = planOne(entry, context, tally);
    if (key) tally.named.set(key, planned.message.id);
    tally.written.push(planned);
    return { kind: 'write', planned };
  } catch (error) {
    if (error instanceof AppError) return { kind: 'refused', error };
    throw error;
  }
};

/** Decides what becomes of each message of a group, one after the other: each sees what those before it have changed. */
export const planGroup = (group: NamedMessage[], context: GroupContext): GroupPlan => {
  const tally: Tally = {
    rooms: new Map(),
    threads: new Map(),
    named: new Map(),
    lastOwnAt: new Map(),
    claimed: new Set(),
    written: [],
  };
  const outcomes = group.map((entry) => decide(entry, context, tally));
  return {
    outcomes,
    written: tally.written,
    rooms: [...tally.rooms.values()],
    threads: [...tally.threads.values()],
  };
};
