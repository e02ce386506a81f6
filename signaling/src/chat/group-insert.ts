import type { AppError, ChatMessage, ReadState } from '@boltorezka/protocol';
import { readMessagesById } from '../messages/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import {
  addToInboxes,
  type InboxAddition,
  markThreads,
  selectReadStates,
  selectThreadStandings,
  type ThreadStanding,
} from '../reads/index.ts';
import { deleteClosings } from '../rooms/index.ts';
import { lockFreeRooms, lockRooms, placeKey } from './facts-repository.ts';
import { readGroupContext } from './group-context.ts';
import { claimAttachments, updateThreadCounts, writeMessages } from './group-insert-repository.ts';
import { type GroupMarks, readMarks } from './group-marks.ts';
import { type GroupPlan, type PlannedMessage, planGroup } from './group-plan.ts';
import type { MessageNews, NamedMessage, RoomActivity, Written } from './new-message.ts';
import { readRetryNews } from './retry-news.ts';

/** What became of one: written, found to be a retry, or refused alone; `busy` is one that was left, its room being locked. */
export type InsertOutcome = Written | { error: AppError } | 'busy';

/** What to do about a room that another transaction has locked: leave its messages, or wait for it. */
export type WhenLocked = 'leave' | 'wait';

/** What writing has read. */
interface Reading {
  marks: GroupMarks;
  /** By place: what inboxes hold unread still, and how rooms stand whose threads were read, or whose mark is held. */
  unreadMentions: Map<string, number>;
  rooms: Map<string, ReadState>;
  /** By message: how threads stand with it whose mark is held. */
  threads: Map<string, ThreadStanding>;
  /** By room: whose list it is in again. */
  reopened: Map<string, string[]>;
}

/** By place: what the group has put into inboxes. */
type Additions = Map<string, InboxAddition[]>;

const readBy = (
  { message, ordinal }: PlannedMessage,
  reading: Reading,
  additions: Additions,
): Partial<MessageNews> => {
  const place = placeKey(message);
  // What the group itself has put into the writer's inbox before this message, and they have not seen, is told before it.
  const namedCount = (additions.get(place) ?? []).filter(
    ({ entry }) => !entry.isRead && entry.message.seq < message.seq,
  ).length;
  const counting = (unreadCount: number) => ({ unreadMentionCount: unreadCount + namedCount });
  const state = reading.rooms.get(place);
  const readOfRoom = state && { ...state, ...counting(state.unreadMentionCount) };
  const ofThread = reading.marks.threads.get(message.id);
  if (ofThread) {
    const { readSeq: seq, unreadCount } = reading.threads.get(message.id) ?? {
      readSeq: ofThread.seq,
      unreadCount: 0,
    };
    return { readOfThread: { seq, unreadCount }, ...(readOfRoom && { readOfRoom }) };
  }
  const mark = reading.marks.rooms.get(message.id);
  // As far as the message: of what stands behind it in the group it is told after it.
  if (mark?.isHeld && readOfRoom && ordinal !== null)
    return { readOfRoom: { ...readOfRoom, roomMessageCount: ordinal } };
  return mark ? { read: { ...mark, ...counting(reading.unreadMentions.get(place) ?? 0) } } : {};
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

const newsOf = (
  planned: PlannedMessage,
  reading: Reading,
  additions: Additions,
): Omit<MessageNews, 'inbox'> => {
  const { thread, message, ordinal, facts } = planned;
  const activity = activityOf(planned);
  const beginsDirect = ordinal === 1 && facts.found.facts.kind === 'direct';
  const reopenedFor = reading.reopened.get(message.roomId);
  return {
    ...(thread && { thread }),
    ...(activity && { activity }),
    ...readBy(planned, reading, additions),
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

/** How rooms stand whose threads were read, or whose mark is held. By place. */
const readRooms = async (tx: Queryable, marks: GroupMarks): Promise<Reading['rooms']> => {
  const ofThreads = await markThreads(tx, [...marks.threads.values()]);
  const held = await selectReadStates(
    tx,
    [...marks.rooms.values()].filter(({ isHeld }) => isHeld),
  );
  return new Map(
    [...ofThreads, ...held].map(({ userId, state }) => [placeKey({ userId, roomId: state.roomId }), state]),
  );
};

/** The same of threads, as far as the messages: of what stands behind those in the group it is told after them. */
const readThreads = (tx: Queryable, { threads }: GroupMarks): Promise<Reading['threads']> =>
  selectThreadStandings(
    tx,
    [...threads].flatMap(([messageId, { userId, rootId, ownSeq, isHeld }]) =>
      isHeld ? [{ messageId, userId, rootId, beforeSeq: ownSeq }] : [],
    ),
  );

const nothingRead = (marks: GroupMarks): Reading => ({
  marks,
  ...{ unreadMentions: new Map(), rooms: new Map(), threads: new Map(), reopened: new Map() },
});

const write = async (tx: Queryable, plan: GroupPlan): Promise<Reading> => {
  const { written, rooms: counts } = plan;
  const marks = await readMarks(tx, written);
  if (written.length === 0) return nothingRead(marks);
  const kept = [...marks.rooms.values()].filter(({ isKept }) => isKept);
  const placed = { placed: written, rooms: counts, marks: kept };
  const unreadMentions = await writeMessages(tx, placed);
  await updateThreadCounts(tx, plan.threads);
  await claimAttachments(tx, written);
  // Asked behind what has written the marks: whoever moves one at another device has done so, or waits for these messages.
  const rooms = await readRooms(tx, marks);
  const threads = await readThreads(tx, marks);
  return { marks, unreadMentions, rooms, threads, reopened: await reopen(tx, written) };
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
  const byMessage = Map.groupBy(told.inbox, ({ entry }) => entry.message.id);
  const byPlace = Map.groupBy(told.inbox, ({ userId, entry: { roomId } }) => placeKey({ userId, roomId }));
  return outcomes.map((outcome): InsertOutcome => {
    if (outcome.kind === 'refused') return { error: outcome.error };
    const id = outcome.kind === 'retry' ? outcome.messageId : outcome.planned.message.id;
    const message = told.messages.get(id);
    if (!message) throw new Error('a message that was written is not there');
    if (outcome.kind === 'retry') {
      const news = told.retried.get(id);
      return { message, isRetry: true, ...(news && { news }) };
    }
    const news = newsOf(outcome.planned, told.reading, byPlace);
    return { message, isRetry: false, news: { ...news, inbox: byMessage.get(id) ?? [] } };
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
