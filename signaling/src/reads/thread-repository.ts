import {
  AppError,
  type ChatMessage,
  limits,
  type ReadState,
  type ThreadReadState,
} from '@boltorezka/protocol';
import { readMessagesById } from '../messages/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { maxWalked } from './seen-repository.ts';
import { selectReadStates } from './state-repository.ts';

/** Somebody has read a thread up to a position. */
export interface ThreadMark {
  userId: string;
  roomId: string;
  rootId: string;
  seq: number;
  /** As of `Mark`. */
  sinceSeq?: number;
}

/**
 * Moves marks forward, never back, and marks what the inboxes hold of the threads up to there as read. As with the marks of
 * rooms, nobody waits for an inbox.
 */
const marking = `
  WITH mark AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[])
    AS n (user_id, room_id, root_id, seq, since_seq)),
  moved AS (INSERT INTO thread_reads AS w (user_id, root_id, seq) SELECT user_id, root_id, seq FROM mark
    ON CONFLICT (user_id, root_id) DO UPDATE SET seq = EXCLUDED.seq WHERE w.seq < EXCLUDED.seq),
  seen AS (SELECT i.user_id, i.message_id FROM mark n
    JOIN inbox i ON i.user_id = n.user_id AND i.room_id = n.room_id AND i.thread_root_id = n.root_id
    AND i.seq <= n.seq AND i.seq > n.since_seq WHERE i.read_at IS NULL FOR UPDATE OF i SKIP LOCKED),
  cleared AS (UPDATE inbox i SET read_at = now() FROM seen s
    WHERE i.user_id = s.user_id AND i.message_id = s.message_id RETURNING i.user_id, i.room_id)
  SELECT DISTINCT user_id, room_id FROM cleared`;

/** In the transaction that writes what was read. @returns how the rooms of those stand whose inboxes hold less now. */
export const markThreads = async (
  tx: Queryable,
  marks: ThreadMark[],
): Promise<{ userId: string; state: ReadState }[]> => {
  if (marks.length === 0) return [];
  const rows = await tx.query<{ user_id: string; room_id: string }>(marking, [
    marks.map(({ userId }) => userId),
    marks.map(({ roomId }) => roomId),
    marks.map(({ rootId }) => rootId),
    marks.map(({ seq }) => seq),
    marks.map(({ sinceSeq }) => sinceSeq ?? 0),
  ]);
  return selectReadStates(
    tx,
    rows.map(({ user_id: userId, room_id: roomId }) => ({ userId, roomId })),
  );
};

/**
 * Up to where a person has read the thread of the message `m` in the room `r`. One that they never looked into is old to
 * them as far as it was written before they first read the room; to who never read the room, all of it is.
 */
const readSeq = 'coalesce(w.seq, d.threads_since_seq, r.last_seq)';
const readerOf = (
  person: string,
): string => `LEFT JOIN thread_reads w ON w.root_id = m.id AND w.user_id = ${person}
  LEFT JOIN room_reads d ON d.room_id = r.id AND d.user_id = ${person}`;
const reader = readerOf('$1');

/** Of more than are looked through, what is theirs or gone may stand before what is unread. */
const unreadCountOf = (person: string, until = ''): string =>
  `(SELECT count(*) FROM (SELECT FROM (SELECT t.user_id, t.deleted_at FROM messages t
      WHERE t.thread_root_id = m.id AND t.seq > ${readSeq} ${until} ORDER BY t.seq LIMIT ${maxWalked}) t
    WHERE t.deleted_at IS NULL AND t.user_id <> ${person} LIMIT ${limits.maxUnreadReplies}) unread)`;

export interface PlaceAsked {
  userId: string;
  roomId: string;
}

interface StandingRow {
  id: string;
  read_seq: string;
  unread_count: string;
}

const standing = `m.id, ${readSeq} AS read_seq, ${unreadCountOf('$1')} AS unread_count`;

/** How somebody's reading of a thread stands. */
export interface ThreadStanding {
  rootId: string;
  readSeq: number;
  unreadCount: number;
}

const toStanding = ({ id, read_seq, unread_count }: StandingRow): ThreadStanding => ({
  rootId: id,
  readSeq: Number(read_seq),
  unreadCount: Number(unread_count),
});

const selectStanding = async (
  db: Queryable,
  { userId, roomId, rootId }: PlaceAsked & { rootId: string },
): Promise<ThreadStanding & { lastSeq: number }> => {
  const [row] = await db.query<StandingRow & { last_seq: string }>(
    `SELECT ${standing}, r.last_seq FROM messages m JOIN rooms r ON r.id = m.room_id ${reader}
     WHERE m.id = $3 AND m.room_id = $2 AND m.thread_root_id IS NULL`,
    [userId, roomId, rootId],
  );
  if (!row) throw new AppError('NotFound', 'There is no such message.');
  return { ...toStanding(row), lastSeq: Number(row.last_seq) };
};

/** By the ids of messages: how their thread stood to somebody before them, with what is read now. */
export const selectThreadStandings = async (
  tx: Queryable,
  asked: { messageId: string; userId: string; rootId: string; beforeSeq: number }[],
): Promise<Map<string, ThreadStanding>> => {
  if (asked.length === 0) return new Map();
  const rows = await tx.query<StandingRow & { message_id: string }>(
    `SELECT n.message_id, m.id, ${readSeq} AS read_seq,
       ${unreadCountOf('n.user_id', 'AND t.seq < n.before_seq')} AS unread_count
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[]) AS n (message_id, user_id, root_id, before_seq)
     JOIN messages m ON m.id = n.root_id JOIN rooms r ON r.id = m.room_id ${readerOf('n.user_id')}`,
    [
      asked.map(({ messageId }) => messageId),
      asked.map(({ userId }) => userId),
      asked.map(({ rootId }) => rootId),
      asked.map(({ beforeSeq }) => beforeSeq),
    ],
  );
  return new Map(rows.map((row) => [row.message_id, toStanding(row)]));
};

const newestFirst = 'ORDER BY m.thread_last_reply_at DESC, m.id DESC';

const selectUnread = async (db: Queryable, { userId, roomId }: PlaceAsked): Promise<ThreadStanding[]> => {
  const rows = await db.query<StandingRow>(
    `SELECT * FROM (SELECT ${standing} FROM (SELECT m.id, m.room_id FROM messages m WHERE m.room_id = $2 AND m.thread_reply_count > 0
         ${newestFirst} LIMIT ${limits.maxUnreadThreads}) m
       JOIN rooms r ON r.id = m.room_id ${reader}) n WHERE n.unread_count > 0`,
    [userId, roomId],
  );
  return rows.map(toStanding);
};

/** A place in the list of a room's threads, from the one answered last on. */
export interface ThreadPlace {
  /** Microseconds, as PostgreSQL keeps them: milliseconds would name several threads. */
  atUs: string;
  rootId: string;
}

export interface ListedThread extends ThreadStanding {
  root: ChatMessage;
  place: ThreadPlace;
}

const list = async (
  db: Queryable,
  { userId, roomId, before, limit }: PlaceAsked & { before: ThreadPlace | undefined; limit: number },
): Promise<ListedThread[]> => {
  const rows = await db.query<StandingRow & { at_us: string }>(
    `SELECT ${standing}, (extract(epoch FROM m.thread_last_reply_at) * 1000000)::bigint AS at_us
     FROM messages m JOIN rooms r ON r.id = m.room_id ${reader}
     WHERE m.room_id = $2 AND m.thread_reply_count > 0 AND ($3::bigint IS NULL
       OR (m.thread_last_reply_at, m.id) < (timestamptz 'epoch' + $3 * interval '1 microsecond', $4::uuid))
     ${newestFirst} LIMIT $5`,
    [userId, roomId, before?.atUs ?? null, before?.rootId ?? null, limit],
  );
  const ids = rows.map(({ id }) => id);
  const roots = await readMessagesById(db, ids, userId);
  return rows.flatMap((row) => {
    const root = roots.get(row.id);
    return root ? [{ ...toStanding(row), root, place: { atUs: row.at_us, rootId: row.id } }] : [];
  });
};

/** What a mark changed, and whether that is news. */
export interface ThreadMarked {
  state: ThreadReadState;
  isChanged: boolean;
  rooms: { userId: string; state: ReadState }[];
}

/** How far somebody has read the threads of a room. */
export const createThreadReadRepository = (db: Database) => ({
  /** @throws AppError `NotFound` where the room has no such message, or that is in a thread itself. */
  mark: (
    { userId, room, rootId }: { userId: string; room: { id: string; slug: string }; rootId: string },
    seq: number,
  ): Promise<ThreadMarked> =>
    db.transaction(async (tx) => {
      const asked = { userId, roomId: room.id, rootId };
      const before = await selectStanding(tx, asked);
      // No further than the room's log goes, and never back.
      const reached = Math.max(Math.min(seq, before.lastSeq), before.readSeq);
      const rooms = await markThreads(tx, [{ ...asked, seq: reached }]);
      const after = await selectStanding(tx, asked);
      const state = {
        roomId: room.id,
        roomSlug: room.slug,
        threadRootId: rootId,
        seq: after.readSeq,
        unreadCount: after.unreadCount,
      };
      return { state, rooms, isChanged: before.readSeq !== after.readSeq || rooms.length > 0 };
    }),

  /** The threads that hold something unread. */
  unread: (asked: PlaceAsked): Promise<ThreadStanding[]> => selectUnread(db, asked),

  /** The one answered last first. */
  list: (asked: PlaceAsked & { before: ThreadPlace | undefined; limit: number }): Promise<ListedThread[]> =>
    list(db, asked),
});

export type ThreadReadRepository = ReturnType<typeof createThreadReadRepository>;
