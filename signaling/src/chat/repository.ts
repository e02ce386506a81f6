import { type ChatMessage, limits } from '@boltorezka/protocol';
import { readMessages, readMessagesById } from '../messages/index.ts';
import type { Queryable } from '../platform/db.ts';

/** Which of a room's messages a page is of. */
export interface HistoryOf {
  roomId: string;
  /** Only the replies in the thread of this message. */
  threadRootId?: string | undefined;
  withoutThreads?: boolean | undefined;
}

export interface PageAsked extends HistoryOf {
  readerId: string;
  limit: number;
}

/** A part of the log, and whether there is more on either side of it. */
export interface Page {
  messages: ChatMessage[];
  /** What is older begins before this position; also of a page that holds nothing. */
  startSeq: number | undefined;
  hasOlder: boolean;
  hasNewer: boolean;
}

/** What a returning client may take in one go; more would only cut it off again. */
const maxReplayedJsonLength = 512 * 1024;

/** Conditions of a message `m`; a thread has an index of its own. */
const conditionsOf = ({ threadRootId, withoutThreads }: HistoryOf): string =>
  threadRootId === undefined
    ? `m.room_id = $1 AND $2::uuid IS NULL${withoutThreads ? ' AND m.thread_root_id IS NULL' : ''}`
    : 'm.room_id = $1 AND m.thread_root_id = $2';

const valuesOf = ({ roomId, threadRootId }: HistoryOf): unknown[] => [roomId, threadRootId ?? null];

/** Oldest first, the page that ends just before `beforeSeq`. */
const olderThan = async (
  db: Queryable,
  asked: PageAsked,
  beforeSeq: number | undefined,
): Promise<{ messages: ChatMessage[]; hasMore: boolean }> => {
  // One more than asked for tells whether there is another page.
  const messages = await readMessages(
    db,
    {
      sql: `SELECT m.id FROM messages m WHERE ${conditionsOf(asked)} AND ($3::bigint IS NULL OR m.seq < $3)
        ORDER BY m.seq DESC LIMIT $4`,
      values: [...valuesOf(asked), beforeSeq ?? null, asked.limit + 1],
      orderBy: 'm.seq',
    },
    asked.readerId,
  );
  const hasMore = messages.length > asked.limit;
  return { messages: hasMore ? messages.slice(1) : messages, hasMore };
};

/** Oldest first, the page that begins just after `afterSeq`. */
const newerThan = async (
  db: Queryable,
  asked: PageAsked,
  afterSeq: number,
): Promise<{ messages: ChatMessage[]; hasMore: boolean }> => {
  const messages = await readMessages(
    db,
    {
      sql: `SELECT m.id FROM messages m WHERE ${conditionsOf(asked)} AND m.seq > $3 ORDER BY m.seq LIMIT $4`,
      values: [...valuesOf(asked), afterSeq, asked.limit + 1],
      orderBy: 'm.seq',
    },
    asked.readerId,
  );
  return { messages: messages.slice(0, asked.limit), hasMore: messages.length > asked.limit };
};

const hasOlderThan = async (db: Queryable, of: HistoryOf, seq: number): Promise<boolean> => {
  const rows = await db.query(`SELECT FROM messages m WHERE ${conditionsOf(of)} AND m.seq < $3 LIMIT 1`, [
    ...valuesOf(of),
    seq,
  ]);
  return rows.length > 0;
};

/** Half of the page up to the position, half after it; where one side has less, the other is not longer for it. */
const around = async (db: Queryable, asked: PageAsked, seq: number): Promise<Page> => {
  const olderLimit = Math.floor(asked.limit / 2) + 1;
  const older = await olderThan(db, { ...asked, limit: Math.min(olderLimit, asked.limit) }, seq + 1);
  // A page of nothing leads nowhere.
  const leastNewer = older.messages.length === 0 ? 1 : 0;
  const newer = await newerThan(db, { ...asked, limit: Math.max(leastNewer, asked.limit - olderLimit) }, seq);
  return {
    messages: [...older.messages, ...newer.messages],
    startSeq: older.messages[0]?.seq,
    hasOlder: older.hasMore,
    hasNewer: newer.hasMore,
  };
};

/**
 * The position from which on all was written then or later; behind the last one where nothing was. A room's messages stand
 * in the order of their times: halving finds it in some twenty looks at the index that there is, and needs none of its own.
 */
const selectSeqAt = async (db: Queryable, roomId: string, time: string): Promise<number> => {
  const [row] = await db.query<{ seq: string }>(
    `WITH RECURSIVE halves (before, seq) AS (
       SELECT 0::bigint, last_seq + 1 FROM rooms WHERE id = $1
       UNION ALL
       SELECT CASE WHEN n.is_before THEN n.middle ELSE n.before END, CASE WHEN n.is_before THEN n.seq ELSE n.middle END
       FROM (SELECT h.before, h.seq, h.middle, coalesce((SELECT m.created_at < $2 FROM messages m
             WHERE m.room_id = $1 AND m.seq >= h.middle ORDER BY m.seq LIMIT 1), false) AS is_before
           FROM (SELECT before, seq, (before + seq) / 2 AS middle FROM halves WHERE seq - before > 1) h) n)
     SELECT min(seq) AS seq FROM halves`,
    [roomId, time],
  );
  return Number(row?.seq ?? 0);
};

/** The page around the first message of then or later. */
const aroundTime = async (db: Queryable, asked: PageAsked, time: string): Promise<Page> => {
  const from = await selectSeqAt(db, asked.roomId, time);
  const [first] = await db.query<{ seq: string }>(
    `SELECT m.seq FROM messages m WHERE ${conditionsOf(asked)} AND m.seq >= $3 ORDER BY m.seq LIMIT 1`,
    [...valuesOf(asked), from],
  );
  return around(db, asked, Number(first?.seq ?? from));
};

const selectPins = (db: Queryable, roomId: string, readerId: string): Promise<ChatMessage[]> =>
  readMessages(
    db,
    {
      sql: `SELECT id FROM messages WHERE room_id = $1 AND pinned_at IS NOT NULL
        ORDER BY pinned_at DESC, seq DESC LIMIT ${limits.maxPinsPerRoom}`,
      values: [roomId],
      orderBy: 'm.pinned_at DESC, m.seq DESC',
    },
    readerId,
  );

/** Asked before anything is read: a whole room comes back at once, and most of what is too much is far too much. */
const isTooMuch = async (db: Queryable, roomId: string, afterSeq: number): Promise<boolean> => {
  const [row] = await db.query<{ count: number; length: number }>(
    `SELECT count(*)::int AS count, coalesce(sum(length(text)), 0)::int AS length FROM (
       SELECT text FROM messages WHERE room_id = $1 AND revision > $2 ORDER BY revision LIMIT $3) m`,
    [roomId, afterSeq, limits.maxReplayedMessages + 1],
  );
  if (!row) return false;
  return row.count > limits.maxReplayedMessages || row.length > limits.maxReplayedTextLength;
};

/** By revision; two that one event changed, a reply and the first message of its thread, in the order they were written. */
const selectChanged = async (
  db: Queryable,
  roomId: string,
  { afterSeq, readerId }: { afterSeq: number; readerId: string },
): Promise<ChatMessage[] | undefined> => {
  if (await isTooMuch(db, roomId, afterSeq)) return undefined;
  const missed = await readMessages(
    db,
    {
      sql: 'SELECT id FROM messages WHERE room_id = $1 AND revision > $2 ORDER BY revision LIMIT $3',
      values: [roomId, afterSeq, limits.maxReplayedMessages + 1],
      orderBy: 'm.revision, m.seq',
    },
    readerId,
  );
  // More may have been written since it was asked how much there is.
  if (missed.length > limits.maxReplayedMessages) return undefined;
  return JSON.stringify(missed).length > maxReplayedJsonLength ? undefined : missed;
};

export interface ReactionPeople {
  emoji: string;
  count: number;
  people: { user_id: string; user_name: string }[];
}

const maxPeoplePerEmoji = 100;

const selectReactionPeople = (db: Queryable, messageId: string): Promise<ReactionPeople[]> =>
  db.query<ReactionPeople>(
    `SELECT emoji, count(*)::int AS count, json_agg(json_build_object('user_id', user_id, 'user_name', name)
       ORDER BY place) FILTER (WHERE place <= ${maxPeoplePerEmoji}) AS people
     FROM (SELECT x.emoji, x.user_id, u.name, x.created_at,
         row_number() OVER (PARTITION BY x.emoji ORDER BY x.created_at, x.user_id) AS place
       FROM reactions x JOIN users u ON u.id = x.user_id WHERE x.message_id = $1) e
     GROUP BY emoji ORDER BY min(created_at), emoji`,
    [messageId],
  );

/** Reads messages. Writing is the writer's, changing the changes'. */
export const createChatRepository = (db: Queryable) => ({
  /** The page that ends just before a position, or the newest one. */
  pageBefore: async (asked: PageAsked, beforeSeq: number | undefined): Promise<Page> => {
    const { messages, hasMore } = await olderThan(db, asked, beforeSeq);
    return { messages, startSeq: messages[0]?.seq, hasOlder: hasMore, hasNewer: beforeSeq !== undefined };
  },

  /** The page that begins just after a position. */
  pageAfter: async (asked: PageAsked, afterSeq: number): Promise<Page> => {
    const { messages, hasMore } = await newerThan(db, asked, afterSeq);
    const startSeq = messages[0]?.seq ?? afterSeq + 1;
    return { messages, startSeq, hasOlder: await hasOlderThan(db, asked, startSeq), hasNewer: hasMore };
  },

  /** The page with this position in its middle. */
  pageAround: (asked: PageAsked, seq: number): Promise<Page> => around(db, asked, seq),

  /** The page with the first message of a time, or after it, in its middle. */
  pageAroundTime: (asked: PageAsked, time: string): Promise<Page> => aroundTime(db, asked, time),

  /** Pinned last, first. */
  pins: (roomId: string, readerId: string) => selectPins(db, roomId, readerId),

  /**
   * What was written or changed after a position, each message once, as it is now.
   * @returns undefined where that is more than a client takes in one go.
   */
  changedAfter: (roomId: string, asked: { afterSeq: number; readerId: string }) =>
    selectChanged(db, roomId, asked),

  /** One message; its reactions only where somebody reads it. Whether that person may is the caller's to ask. */
  byId: async (messageId: string, readerId?: string): Promise<ChatMessage | undefined> =>
    (await readMessagesById(db, [messageId], readerId)).get(messageId),

  /** The room of a message that a thread may begin with: not deleted, and in no thread itself. */
  findRootRoom: async (messageId: string): Promise<string | undefined> => {
    const [row] = await db.query<{ room_id: string }>(
      'SELECT room_id FROM messages WHERE id = $1 AND thread_root_id IS NULL AND deleted_at IS NULL',
      [messageId],
    );
    return row?.room_id;
  },

  /** Who reacted to a message, in the order they did. */
  reactions: (messageId: string) => selectReactionPeople(db, messageId),
});

export type ChatRepository = ReturnType<typeof createChatRepository>;
