import type { Database, Queryable } from '../platform/db.ts';
import { lockRoom } from '../rooms/index.ts';

/** What one transaction blanks: the room is locked as long. */
const messagesAtOnce = 200;

/** A message that was blanked. */
export interface Erased {
  id: string;
  seq: number;
  epoch: string;
  threadRootId: string | undefined;
}

interface ErasedRow {
  id: string;
  revision: string;
  epoch: string;
  thread_root_id: string | null;
}

/** The oldest first; each takes a position of the room's log, which is its revision. */
const blank = async (
  tx: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<ErasedRow[]> =>
  tx.query<ErasedRow>(
    `WITH doomed AS (
       SELECT id, row_number() OVER (ORDER BY seq) AS n FROM (
         SELECT id, seq FROM messages WHERE room_id = $1 AND user_id = $2 AND deleted_at IS NULL
           AND created_at > now() - interval '1 day' ORDER BY seq LIMIT ${messagesAtOnce}) oldest
     ), room AS (
       UPDATE rooms SET last_seq = last_seq + (SELECT count(*) FROM doomed) WHERE id = $1
       RETURNING last_seq - (SELECT count(*) FROM doomed) AS before_seq, epoch
     )
     UPDATE messages m SET text = '', deleted_at = now(), mentions = NULL, mentions_everyone = false, previews = NULL,
       pinned_at = NULL, revision = room.before_seq + doomed.n
     FROM doomed, room WHERE m.id = doomed.id
     RETURNING m.id, m.revision, room.epoch, m.thread_root_id`,
    [roomId, userId],
  );

/** What a thread's first message says of its thread, now that replies are gone; its revision is the latest of theirs. */
const settleThreads = async (tx: Queryable, erased: ErasedRow[]): Promise<void> => {
  const replies = erased.filter(({ thread_root_id }) => thread_root_id !== null);
  if (replies.length === 0) return;
  await tx.query(
    `UPDATE messages root SET thread_reply_count = GREATEST(root.thread_reply_count - n.count, 0),
       revision = GREATEST(root.revision, n.revision),
       thread_last_reply_at = (SELECT max(created_at) FROM messages
         WHERE thread_root_id = root.id AND deleted_at IS NULL)
     FROM (SELECT root_id, count(*)::int AS count, max(revision) AS revision
       FROM unnest($1::uuid[], $2::bigint[]) AS reply (root_id, revision) GROUP BY root_id) n
     WHERE root.id = n.root_id`,
    [replies.map((reply) => reply.thread_root_id), replies.map((reply) => reply.revision)],
  );
};

/**
 * Blanks some of what somebody wrote in a room in the last day, as deletion does: words, attachments and reactions are gone
 * for good.
 * @returns what was blanked, in the order of positions; nothing where nothing is left.
 */
export const eraseSome = (
  db: Database,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<Erased[]> =>
  db.transaction(async (tx) => {
    await lockRoom(tx, { roomId });
    const rows = await blank(tx, { roomId, userId });
    if (rows.length === 0) return [];
    const ids = rows.map(({ id }) => id);
    await tx.query('DELETE FROM attachments WHERE message_id = ANY($1::uuid[])', [ids]);
    await tx.query('DELETE FROM reactions WHERE message_id = ANY($1::uuid[])', [ids]);
    await settleThreads(tx, rows);
    return rows
      .map((row) => ({
        ...{ id: row.id, seq: Number(row.revision), epoch: row.epoch },
        threadRootId: row.thread_root_id ?? undefined,
      }))
      .sort((one, other) => one.seq - other.seq);
  });
