import type { ReadState } from '@boltorezka/protocol';
import type { Database, Queryable } from '../platform/db.ts';
import { toPlainArray } from '../platform/sql-array.ts';
import { selectReadStates } from './state-repository.ts';

/** Somebody has read a room up to a position. */
export interface Mark {
  userId: string;
  roomId: string;
  seq: number;
  messageCount: number;
  /** What the inbox holds up to there was not before the reader, and stays as it is. */
  sinceSeq?: number;
}

/**
 * The end of a statement that begins with WITH: moves marks forward, never back, and marks what the inboxes hold of the
 * rooms themselves up to there as read; what stands in threads is the threads'. What another transaction is just marking is
 * left to it: nobody waits for an inbox, so that no two wait for each other. Gives what is unread still, by mark.
 * With the first mark, all that threads hold is old: their replies stand behind what a mark of the room names.
 * @param first is the number of the first of `markingValues` among the statement's values.
 */
export const markingSql = (first: number): string =>
  `mark AS (SELECT * FROM unnest($${first}::uuid[], $${first + 1}::uuid[], $${first + 2}::bigint[], $${first + 3}::bigint[],
     $${first + 4}::bigint[]) AS n (user_id, room_id, seq, message_count, since_seq)),
   moved AS (INSERT INTO room_reads AS w (user_id, room_id, seq, message_count, threads_since_seq)
     SELECT n.user_id, n.room_id, n.seq, n.message_count, greatest(n.seq, r.last_seq) FROM mark n JOIN rooms r ON r.id = n.room_id
     ON CONFLICT (user_id, room_id) DO UPDATE SET seq = EXCLUDED.seq, message_count = EXCLUDED.message_count
     WHERE w.seq < EXCLUDED.seq),
   seen AS (SELECT i.user_id, i.message_id FROM mark n
     JOIN inbox i ON i.user_id = n.user_id AND i.room_id = n.room_id AND i.seq <= n.seq AND i.seq > n.since_seq
     WHERE i.read_at IS NULL AND i.thread_root_id IS NULL FOR UPDATE OF i SKIP LOCKED),
   cleared AS (UPDATE inbox i SET read_at = now() FROM seen s
     WHERE i.user_id = s.user_id AND i.message_id = s.message_id)
   SELECT i.user_id, i.room_id, count(*) AS unread_count FROM mark n
   JOIN inbox i ON i.user_id = n.user_id AND i.room_id = n.room_id
   WHERE i.read_at IS NULL AND (i.thread_root_id IS NOT NULL OR i.seq <= n.since_seq) GROUP BY i.user_id, i.room_id`;

/** What a statement with `markingSql` gives, by mark; of those without any unread nothing. */
export interface MarkingRow {
  user_id: string;
  room_id: string;
  unread_count: string;
}

export const markingValues = (marks: Mark[]): unknown[] => [
  toPlainArray(marks.map(({ userId }) => userId)),
  toPlainArray(marks.map(({ roomId }) => roomId)),
  toPlainArray(marks.map(({ seq }) => seq)),
  toPlainArray(marks.map(({ messageCount }) => messageCount)),
  toPlainArray(marks.map(({ sinceSeq }) => sinceSeq ?? 0)),
];

/** The position, no further than the room's log goes, and how many of the room's own messages stand up to there. */
const selectMark = async (
  db: Queryable,
  roomId: string,
  seq: number,
): Promise<Omit<Mark, 'userId' | 'roomId'>> => {
  const [row] = await db.query<{ seq: string; message_count: string | null }>(
    `SELECT least($2::bigint, r.last_seq) AS seq, (SELECT m.ordinal FROM messages m WHERE m.room_id = r.id
       AND m.seq <= $2 AND m.thread_root_id IS NULL ORDER BY m.seq DESC LIMIT 1) AS message_count
     FROM rooms r WHERE r.id = $1`,
    [roomId, seq],
  );
  return { seq: Number(row?.seq ?? 0), messageCount: Number(row?.message_count ?? 0) };
};

export const createReadRepository = (db: Database) => ({
  /** @returns how the person's reading of the room stands, and whether that is news. */
  markRead: async (
    userId: string,
    roomId: string,
    seq: number,
  ): Promise<{ state: ReadState | undefined; isChanged: boolean }> =>
    db.transaction(async (tx) => {
      const [before] = await selectReadStates(tx, [{ userId, roomId }]);
      const mark = { userId, roomId, ...(await selectMark(tx, roomId, seq)) };
      await tx.query(`WITH ${markingSql(1)}`, markingValues([mark]));
      const [after] = await selectReadStates(tx, [{ userId, roomId }]);
      const isChanged = JSON.stringify(before?.state) !== JSON.stringify(after?.state);
      return { state: after?.state, isChanged };
    }),

  /**
   * What another transaction is just marking is left to it, and is unread still if that fails.
   * @returns how the person's reading stands where something was unread.
   */
  markInboxRead: (userId: string): Promise<ReadState[]> =>
    db.transaction(async (tx) => {
      const rows = await tx.query<{ room_id: string }>(
        `WITH seen AS (SELECT message_id FROM inbox WHERE user_id = $1 AND read_at IS NULL FOR UPDATE SKIP LOCKED),
         marked AS (UPDATE inbox i SET read_at = now() FROM seen s
           WHERE i.user_id = $1 AND i.message_id = s.message_id)
         SELECT DISTINCT room_id FROM inbox WHERE user_id = $1 AND read_at IS NULL`,
        [userId],
      );
      const states = await selectReadStates(
        tx,
        rows.map(({ room_id: roomId }) => ({ userId, roomId })),
      );
      return states.map(({ state }) => state);
    }),
});

export type ReadRepository = ReturnType<typeof createReadRepository>;
