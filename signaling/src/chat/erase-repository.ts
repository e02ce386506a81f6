import type { EventPayload } from '@boltorezka/protocol';
import type { Database, Queryable } from '../platform/db.ts';

/** So many messages are blanked under a room's lock at once: others write there meanwhile. */
const batchSize = 500;

/** A thread tells how many replies it has: those that are there. */
const recountThreads = async (tx: Queryable, erasedIds: string[], revision: number): Promise<void> => {
  await tx.query(
    `UPDATE messages r SET thread_reply_count = t.replies, thread_last_reply_at = t.latest, revision = $2
     FROM (
       SELECT root.id, count(m.id) AS replies, max(m.created_at) AS latest
       FROM (SELECT DISTINCT thread_root_id AS id FROM messages WHERE id = ANY($1::uuid[]) AND thread_root_id IS NOT NULL)
         AS root
       LEFT JOIN messages m ON m.thread_root_id = root.id AND m.deleted_at IS NULL GROUP BY root.id
     ) t WHERE t.id = r.id`,
    [erasedIds, revision],
  );
};

/** Takes as many positions of the room's log as there are messages, blanks them, and says where the log stands. */
const eraseBatch = async (
  tx: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<EventPayload<'room.position'> | undefined> => {
  const [room] = await tx.query<{ last_seq: string; epoch: string }>(
    'SELECT last_seq, epoch FROM rooms WHERE id = $1 FOR UPDATE',
    [roomId],
  );
  if (!room) return undefined;
  const ids = await tx.query<{ id: string }>(
    `SELECT id FROM messages WHERE room_id = $1 AND user_id = $2 AND deleted_at IS NULL ORDER BY seq LIMIT $3`,
    [roomId, userId, batchSize],
  );
  if (ids.length === 0) return undefined;
  const erasedIds = ids.map(({ id }) => id);
  const seq = Number(room.last_seq) + ids.length;
  await tx.query(
    `UPDATE messages m SET text = '', deleted_at = now(), revision = $2::bigint + n.place, mentions = NULL,
       mentions_everyone = false, previews = NULL, pinned_at = NULL
     FROM unnest($1::uuid[]) WITH ORDINALITY AS n (id, place) WHERE m.id = n.id`,
    [erasedIds, room.last_seq],
  );
  await tx.query('DELETE FROM attachments WHERE message_id = ANY($1::uuid[])', [erasedIds]);
  await tx.query('DELETE FROM reactions WHERE message_id = ANY($1::uuid[])', [erasedIds]);
  await recountThreads(tx, erasedIds, seq);
  await tx.query('UPDATE rooms SET last_seq = $2 WHERE id = $1', [roomId, seq]);
  return { roomId, seq, epoch: room.epoch };
};

/**
 * Blanks all that somebody wrote, as if each message was deleted: rooms go on between the batches. Whoever is in the room
 * and has seen less than the position that is told asks for what changed.
 */
export const createEraseRepository = (
  db: Database,
  onErased: (position: EventPayload<'room.position'>) => void,
) => ({
  eraseMessagesOf: async (userId: string): Promise<void> => {
    const rooms = await db.query<{ room_id: string }>(
      'SELECT DISTINCT room_id FROM messages WHERE user_id = $1 AND deleted_at IS NULL',
      [userId],
    );
    for (const { room_id: roomId } of rooms) {
      let position: EventPayload<'room.position'> | undefined;
      do {
        position = await db.transaction((tx) => eraseBatch(tx, { roomId, userId }));
        if (position) onErased(position);
      } while (position);
    }
    await db.query('DELETE FROM attachments WHERE user_id = $1 AND message_id IS NULL', [userId]);
  },
});
