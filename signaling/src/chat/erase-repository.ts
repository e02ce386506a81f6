import type { ThreadSummary } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';

/** One transaction looks at so many messages at most: others write to the room meanwhile. */
const messagesAtOnce = 200;

/** Which of a room's messages: these, or what somebody wrote after a position. */
export type ErasePick = { ids: string[] } | { userId: string; afterSeq: number };

export interface PickedMessage {
  id: string;
  seq: number;
  isDeleted: boolean;
}

const pickSql = (pick: ErasePick): { where: string; values: unknown[] } =>
  'ids' in pick
    ? { where: 'id = ANY($2::uuid[])', values: [pick.ids] }
    : { where: 'user_id = $2 AND seq > $3', values: [pick.userId, pick.afterSeq] };

/**
 * In the order of the log. What was deleted before is among them: a page costs the same, however little of it is left, and
 * the next one begins after it.
 */
export const selectPicked = async (
  tx: Queryable,
  roomId: string,
  pick: ErasePick,
): Promise<PickedMessage[]> => {
  const { where, values } = pickSql(pick);
  const rows = await tx.query<{ id: string; seq: string; is_deleted: boolean }>(
    `SELECT id, seq, deleted_at IS NOT NULL AS is_deleted FROM messages WHERE room_id = $1 AND ${where}
     ORDER BY seq LIMIT ${messagesAtOnce}`,
    [roomId, ...values],
  );
  return rows.map((row) => ({ id: row.id, seq: Number(row.seq), isDeleted: row.is_deleted }));
};

/** A message that was blanked, and the position that it took. */
export interface ErasedMessage {
  id: string;
  seq: number;
  threadRootId: string | undefined;
}

/** Takes out of the messages all that they said; each takes a position of the room's log, in the order given. */
export const blankMessages = async (
  tx: Queryable,
  roomId: string,
  ids: string[],
): Promise<{ erased: ErasedMessage[]; epoch: string }> => {
  const rows = await tx.query<{ id: string; revision: string; epoch: string; thread_root_id: string | null }>(
    `WITH room AS (
       UPDATE rooms SET last_seq = last_seq + cardinality($2::uuid[]) WHERE id = $1
       RETURNING last_seq - cardinality($2::uuid[]) AS before_seq, epoch
     )
     UPDATE messages m SET text = '', deleted_at = statement_timestamp(), mentions = NULL, mentions_everyone = false,
       previews = NULL, dismissed_previews = NULL, pinned_at = NULL, revision = room.before_seq + n.place
     FROM unnest($2::uuid[]) WITH ORDINALITY AS n (id, place), room WHERE m.id = n.id
     RETURNING m.id, m.revision, m.thread_root_id, room.epoch`,
    [roomId, ids],
  );
  await tx.query('DELETE FROM attachments WHERE message_id = ANY($1::uuid[])', [ids]);
  await tx.query('DELETE FROM reactions WHERE message_id = ANY($1::uuid[])', [ids]);
  const erased = rows
    .map((row) => ({
      ...{ id: row.id, seq: Number(row.revision) },
      threadRootId: row.thread_root_id ?? undefined,
    }))
    .sort((one, other) => one.seq - other.seq);
  return { erased, epoch: rows[0]?.epoch ?? '' };
};

/**
 * Counts threads anew after replies in them were blanked; the position of the last of those is the first message's.
 * @returns how each stands, by its first message.
 */
export const recountThreads = async (
  tx: Queryable,
  erased: ErasedMessage[],
): Promise<Map<string, ThreadSummary>> => {
  const replies = erased.filter(({ threadRootId }) => threadRootId !== undefined);
  if (replies.length === 0) return new Map();
  const rows = await tx.query<{ id: string; count: number; latest: Date | null }>(
    `UPDATE messages root SET thread_reply_count = t.count, thread_last_reply_at = t.latest,
       revision = greatest(root.revision, n.revision)
     FROM (SELECT id, max(revision) AS revision FROM unnest($1::uuid[], $2::bigint[]) AS reply (id, revision) GROUP BY id) n
     CROSS JOIN LATERAL (SELECT count(*)::int AS count, max(created_at) AS latest FROM messages
       WHERE thread_root_id = n.id AND deleted_at IS NULL) t
     WHERE root.id = n.id RETURNING root.id, t.count, t.latest`,
    [replies.map(({ threadRootId }) => threadRootId), replies.map(({ seq }) => seq)],
  );
  return new Map(
    rows.map(({ id, count, latest }) => [
      id,
      { replyCount: count, ...(latest && { lastReplyAt: latest.toISOString() }) },
    ]),
  );
};

/** Where what somebody wrote to a room in the last day begins: after this position. Nothing is held up by asking. */
export const selectLastDay = async (
  db: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<number> => {
  const [row] = await db.query<{ seq: string }>(
    `SELECT seq FROM messages WHERE room_id = $1 AND user_id = $2 AND created_at <= now() - interval '1 day'
     ORDER BY seq DESC LIMIT 1`,
    [roomId, userId],
  );
  return Number(row?.seq ?? 0);
};

/** The next room, in the order of ids, to which somebody has written anything. */
export const selectNextRoom = async (
  db: Queryable,
  userId: string,
  afterRoomId: string | undefined,
): Promise<string | undefined> => {
  const [row] = await db.query<{ room_id: string }>(
    `SELECT room_id FROM messages WHERE user_id = $1 AND ($2::uuid IS NULL OR room_id > $2)
     ORDER BY room_id LIMIT 1`,
    [userId, afterRoomId ?? null],
  );
  return row?.room_id;
};

/** What they wrote, as reports that wait have kept it. */
export const forgetReported = async (db: Queryable, userId: string): Promise<void> => {
  await db.query(
    `UPDATE reports p SET reported_text = NULL, reported_file_names = NULL FROM messages m
     WHERE m.id = p.message_id AND m.user_id = $1 AND p.reported_text IS NOT NULL`,
    [userId],
  );
};

/** Uploads that were never sent. */
export const deleteUnsentAttachments = async (db: Queryable, userId: string): Promise<void> => {
  await db.query('DELETE FROM attachments WHERE user_id = $1 AND message_id IS NULL', [userId]);
};
