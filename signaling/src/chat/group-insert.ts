import type { AppError, ChatMessage, ReadState } from '@boltorezka/protocol';
import { readMessagesById } from '../messages/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { addToInboxes, type InboxAddition, type Mark, markThreads, type ThreadMark } from '../reads/index.ts';
import { deleteClosings } from '../rooms/index.ts';
import { lockFreeRooms, lockRooms, placeKey } from './facts-repository.ts';
import { readGroupContext } from './group-context.ts';
import { claimAttachments, updateThreadCounts, writeMessages } from './group-insert-repository.ts';
import { type GroupPlan, type PlannedMessage, planGroup } from './group-plan.ts';
import type { MessageNews, NamedMessage, RoomActivity, Written } from './new-message.ts';
import { readRetryNews } from './retry-news.ts';

/** What became of one: written, found to be a retry, or refused alone; `busy` is one that was left, its room being locked. */
export type InsertOutcome = Written | { error: AppError } | 'busy';

/** What to do about a room that another transaction has locked: leave its messages, or wait for it. */
export type WhenLocked = 'leave' | 'wait';

/** Of several messages of one person to one room the last one marks what they have read. */
const marksOf = (written: PlannedMessage[]): Map<string, Mark> =>
  new Map(
    written.flatMap(({ message: { userId, roomId, seq }, ordinal }) =>
      ordinal === null
        ? []
        : [[placeKey({ userId, roomId }), { userId, roomId, seq, messageCount: ordinal }]],
    ),
  );

const threadKey = ({ userId, rootId }: Pick<ThreadMark, 'userId' | 'rootId'>): string =>
  `${userId} ${rootId}`;

/** The same of their replies to one thread. */
const threadMarksOf = (written: PlannedMessage[]): Map<string, ThreadMark> =>
  new Map(
    written.flatMap(({ message: { userId, roomId, seq, threadRootId: rootId } }) =>
      rootId === undefined ? [] : [[threadKey({ userId, rootId }), { userId, roomId, rootId, seq }]],
    ),
  );

/** What writing has read. */
interface Reading {
  marks: Map<string, Mark>;
  threadMarks: Map<string, ThreadMark>;
  /** By place: what inboxes hold unread of threads, and how rooms stand whose threads were read. */
  unreadInThreads: Map<string, number>;
  rooms: Map<string, ReadState>;
  /** By room: whose list it is in again. */
  reopened: Map<string, string[]>;
}

const readBy = (message: ChatMessage, reading: Reading): Partial<MessageNews> => {
  const { userId, threadRootId: rootId, seq } = message;
  const place = placeKey(message);
  if (rootId !== undefined) {
    if (reading.threadMarks.get(threadKey({ userId, rootId }))?.seq !== seq) return {};
    const readOfRoom = reading.rooms.get(place);
    return { isThreadRead: true, ...(readOfRoom && { readOfRoom }) };
  }
  const mark = reading.marks.get(place);
  if (mark?.seq !== seq) return {};
  // Under the room's lock nothing newer of its own was there to be unread.
  return { read: { ...mark, unreadMentionCount: reading.unreadInThreads.get(place) ?? 0 } };
};

const activityOf = ({ message, ordinal, facts }: PlannedMessage): RoomActivity | undefined =>
  ordinal === null
    ? undefined
    : {
        roomId: message.roomId,
        roomSlug: facts.found.room.slug,
        seq: message.seq,
        messageCount: ordinal,
        lastMessageAt: message.createdAt,
        authors: [{ userId: message.userId, messageCount: 1 }],
        isPublic: facts.found.facts.isPublic,
      };

const newsOf = (planned: PlannedMessage, reading: Reading, inbox: InboxAddition[]): MessageNews => {
  const { thread, message, ordinal, facts } = planned;
  const activity = activityOf(planned);
  const beginsDirect = ordinal === 1 && facts.found.facts.kind === 'direct';
  const reopenedFor = reading.reopened.get(message.roomId);
  return {
    ...(thread && { thread }),
    ...(activity && { activity }),
    ...readBy(message, reading),
    inbox,
    beginsDirect,
    ...(reopenedFor && { reopenedFor }),
  };
};

/** What a message looks like that quotes another or carries attachments is read back; the others are known already. */
const withRenderings = async (
  tx: Queryable,
  { written, outcomes }: GroupPlan,
): Promise<Map<string, ChatMessage>> => {
  const byId = new Map(written.map(({ message }) => [message.id, message]));
  const unknown = [
    ...written.flatMap(({ message, replyTo, attachmentIds }) =>
      replyTo !== null || attachmentIds.length > 0 ? [message.id] : [],
    ),
    // A retry gets its message as it is now: what was deleted meanwhile does not come back.
    ...outcomes.flatMap((outcome) =>
      outcome.kind === 'retry' && !byId.has(outcome.messageId) ? [outcome.messageId] : [],
    ),
  ];
  const read = await readMessagesById(tx, unknown);
  // Nobody may have been told of a retry: then it is told with its thread.
  const rootIds = [...read.values()].flatMap(({ threadRootId }) => threadRootId ?? []);
  return new Map([...(await readMessagesById(tx, rootIds)), ...byId, ...read]);
};

/** Those that an earlier transaction has written. */
const retriedOf = ({ outcomes, written }: GroupPlan, messages: Map<string, ChatMessage>): ChatMessage[] => {
  const own = new Set(written.map(({ message }) => message.id));
  const ids = outcomes.flatMap((one) =>
    one.kind === 'retry' && !own.has(one.messageId) ? one.messageId : [],
  );
  return [...new Set(ids)].flatMap((id) => messages.get(id) ?? []);
};

/** A room of two that somebody has closed is in their list again with what is written there. */
const reopen = async (tx: Queryable, written: PlannedMessage[]): Promise<Map<string, string[]>> => {
  const direct = written.filter(({ facts }) => facts.found.facts.kind === 'direct');
  const closings = await deleteClosings(
    tx,
    direct.map(({ message }) => message.roomId),
  );
  const byRoom = Map.groupBy(closings, ({ roomId }) => roomId);
  return new Map([...byRoom].map(([roomId, places]) => [roomId, places.map(({ userId }) => userId)]));
};

const write = async (tx: Queryable, plan: GroupPlan): Promise<Reading> => {
  const { written, rooms: counts, threads } = plan;
  const [marks, threadMarks] = [marksOf(written), threadMarksOf(written)];
  if (written.length === 0)
    return { marks, threadMarks, unreadInThreads: new Map(), rooms: new Map(), reopened: new Map() };
  const placed = { placed: written, rooms: counts, marks: [...marks.values()] };
  const unreadInThreads = await writeMessages(tx, placed);
  await updateThreadCounts(tx, threads);
  await claimAttachments(tx, written);
  const states = await markThreads(tx, [...threadMarks.values()]);
  const rooms = new Map(
    states.map(({ userId, state }) => [placeKey({ userId, roomId: state.roomId }), state]),
  );
  return { marks, threadMarks, unreadInThreads, rooms, reopened: await reopen(tx, written) };
};

const toOutcomes = (
  { outcomes }: GroupPlan,
  told: {
    reading: Reading;
    messages: Map<string, ChatMessage>;
    inbox: InboxAddition[];
    retried: Map<string, MessageNews>;
  },
): InsertOutcome[] => {
  const additions = Map.groupBy(told.inbox, ({ entry }) => entry.message.id);
  return outcomes.map((outcome): InsertOutcome => {
    if (outcome.kind === 'refused') return { error: outcome.error };
    const id = outcome.kind === 'retry' ? outcome.messageId : outcome.planned.message.id;
    const message = told.messages.get(id);
    if (!message) throw new Error('a message that was written is not there');
    if (outcome.kind === 'retry') {
      const news = told.retried.get(id);
      return { message, isRetry: true, ...(news && { news }) };
    }
    const news = newsOf(outcome.planned, told.reading, additions.get(id) ?? []);
    return { message, isRetry: false, news };
  });
};

/** @returns which messages of the group are in rooms that are now the transaction's. */
const lockRoomsOf = async (tx: Queryable, group: NamedMessage[], whenLocked: WhenLocked) => {
  const roomIds = group.map(({ roomId }) => roomId);
  if (whenLocked === 'leave') {
    const free = await lockFreeRooms(tx, roomIds);
    return ({ roomId }: NamedMessage): boolean => free.has(roomId);
  }
  await lockRooms(tx, roomIds);
  return () => true;
};

const insertLocked = async (tx: Queryable, group: NamedMessage[]): Promise<InsertOutcome[]> => {
  const plan = planGroup(group, await readGroupContext(tx, group));
  const reading = await write(tx, plan);
  const messages = await withRenderings(tx, plan);
  const inbox = await addToInboxes(
    tx,
    plan.written.map(({ message, facts, notices }) => ({
      message: messages.get(message.id) ?? message,
      room: facts.found.room,
      notices,
    })),
  );
  const retried = await readRetryNews(tx, retriedOf(plan, messages), messages);
  return toOutcomes(plan, { reading, messages, inbox, retried });
};

/**
 * Writes a group in one transaction. Who may write is decided in it, under the locks of the rooms: a ban that was committed
 * before wins. Each message takes its room's next position; a retry takes none and gets the first result; one that is
 * refused is refused alone. Fails as a whole or not at all.
 * @returns one outcome a message, in the order given.
 */
export const insertGroup = (
  db: Database,
  group: NamedMessage[],
  whenLocked: WhenLocked,
): Promise<InsertOutcome[]> =>
  db.transaction(async (tx) => {
    const isOurs = await lockRoomsOf(tx, group, whenLocked);
    const ours = group.filter(isOurs);
    const outcomes = ours.length > 0 ? await insertLocked(tx, ours) : [];
    const next = outcomes.values();
    return group.map((entry) => (isOurs(entry) ? (next.next().value ?? 'busy') : 'busy'));
  });
