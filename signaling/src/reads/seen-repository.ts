import type { Queryable } from '../platform/db.ts';
import { toPlainArray } from '../platform/sql-array.ts';

/** A message whose writer had seen the room's log up to a position. */
export interface SeenAsked {
  messageId: string;
  userId: string;
  roomId: string;
  /** Null: it is the room's own. */
  rootId: string | null;
  seenSeq: number;
}

/** Up to where somebody has read a room or a thread, as far as their mark says and they have seen. */
export interface Reach {
  seq: number;
  /** The room's own messages up to there; of a thread nothing. */
  messageCount: number;
  /** Others have written there since, or it cannot be told. */
  isUnseen: boolean;
  /** There is a mark already. */
  isMarked: boolean;
  /** Up to where it was read before: what was put there since then, nobody says they have seen. */
  sinceSeq: number;
}

/** So many messages behind a mark are looked through for one of somebody else: it is done for each that is written. */
export const maxWalked = 1_000;

/** Messages that are gone cannot be seen, and hold nobody up. Of more than are looked through, one may be another's. */
const unseenSql = (condition: string): string => {
  const behind = `FROM messages m WHERE ${condition} AND m.seq > k.seq ORDER BY m.seq`;
  return `(EXISTS (SELECT FROM (SELECT m.user_id, m.deleted_at ${behind} LIMIT ${maxWalked}) b
       WHERE b.user_id <> n.user_id AND b.deleted_at IS NULL)
     OR (SELECT true ${behind} OFFSET ${maxWalked} LIMIT 1) IS NOT NULL)`;
};

const ofRooms = `
  SELECT n.message_id, k.seq, coalesce(w.seq, 0) AS since_seq, w.seq IS NOT NULL AS is_marked,
    ${unseenSql('m.room_id = n.room_id AND m.thread_root_id IS NULL')} AS is_unseen,
    coalesce((SELECT m.ordinal FROM messages m WHERE m.room_id = n.room_id AND m.seq <= k.seq AND m.thread_root_id IS NULL
      ORDER BY m.seq DESC LIMIT 1), 0) AS message_count
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[]) AS n (message_id, user_id, room_id, seen)
  LEFT JOIN room_reads w ON w.user_id = n.user_id AND w.room_id = n.room_id
  CROSS JOIN LATERAL (SELECT greatest(n.seen, w.seq) AS seq) k`;

/** What is old of a thread that nobody looked into, as everywhere. */
const ofThreads = `
  SELECT n.message_id, k.seq, o.seq AS since_seq, w.seq IS NOT NULL AS is_marked,
    ${unseenSql('m.thread_root_id = n.root_id')} AS is_unseen, 0 AS message_count
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::uuid[]) AS n (message_id, user_id, room_id, seen, root_id)
  JOIN rooms r ON r.id = n.room_id
  LEFT JOIN room_reads d ON d.user_id = n.user_id AND d.room_id = n.room_id
  LEFT JOIN thread_reads w ON w.user_id = n.user_id AND w.root_id = n.root_id
  CROSS JOIN LATERAL (SELECT coalesce(w.seq, d.threads_since_seq, r.last_seq) AS seq) o
  CROSS JOIN LATERAL (SELECT greatest(n.seen, o.seq) AS seq) k`;

interface ReachRow {
  message_id: string;
  seq: string;
  message_count: string;
  is_unseen: boolean;
  since_seq: string;
  is_marked: boolean;
}

const valuesOf = (asked: SeenAsked[]): string[] => [
  toPlainArray(asked.map(({ messageId }) => messageId)),
  toPlainArray(asked.map(({ userId }) => userId)),
  toPlainArray(asked.map(({ roomId }) => roomId)),
  toPlainArray(asked.map(({ seenSeq }) => seenSeq)),
];

const selectOfRooms = async (tx: Queryable, asked: SeenAsked[]): Promise<ReachRow[]> =>
  asked.length === 0 ? [] : tx.query<ReachRow>(ofRooms, valuesOf(asked));

const selectOfThreads = async (tx: Queryable, asked: SeenAsked[]): Promise<ReachRow[]> => {
  if (asked.length === 0) return [];
  const rootIds = toPlainArray(asked.map(({ rootId }) => rootId));
  return tx.query<ReachRow>(ofThreads, [...valuesOf(asked), rootIds]);
};

/** As it stands before these messages are written, under their rooms' locks. By the messages' ids. */
export const selectReaches = async (tx: Queryable, asked: SeenAsked[]): Promise<Map<string, Reach>> => {
  const { rooms = [], threads = [] } = Object.groupBy(asked, ({ rootId }) =>
    rootId === null ? 'rooms' : 'threads',
  );
  const rows = [...(await selectOfRooms(tx, rooms)), ...(await selectOfThreads(tx, threads))];
  return new Map(
    rows.map((row) => [
      row.message_id,
      {
        seq: Number(row.seq),
        messageCount: Number(row.message_count),
        isUnseen: row.is_unseen,
        isMarked: row.is_marked,
        sinceSeq: Number(row.since_seq),
      },
    ]),
  );
};
