import { randomUUID } from 'node:crypto';
import type { Database, Queryable } from '../platform/db.ts';
import { deleteRequests, selectMemberIds } from './repository.ts';

/** What one statement deletes: a room may hold more than a statement's time allows for. */
const messagesAtOnce = 2_000;

/**
 * Makes a room one that nobody is in, knows of, or finds by its address, which is free again. What was written there is
 * `purgeRoom`'s.
 * @returns who belonged to it.
 */
export const abandonRoom = async (tx: Queryable, roomId: string): Promise<string[]> => {
  const memberIds = await selectMemberIds(tx, roomId);
  await tx.query(
    `UPDATE rooms SET deleted_at = now(), slug = $2, title = '', topic = '', is_public = false, accepts_requests = false
     WHERE id = $1`,
    [roomId, `deleted-${randomUUID()}`],
  );
  await tx.query('DELETE FROM room_members WHERE room_id = $1', [roomId]);
  await deleteRequests(tx, roomId);
  await tx.query('DELETE FROM invitations WHERE room_id = $1', [roomId]);
  return memberIds;
};

/** Deletes an abandoned room and all that is in it; some of it, where the signal fires. */
export const purgeRoom = async (db: Database, roomId: string, signal: AbortSignal): Promise<void> => {
  for (;;) {
    if (signal.aborted) return;
    const deleted = await db.query(
      `DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE room_id = $1 LIMIT ${messagesAtOnce})
       RETURNING 1`,
      [roomId],
    );
    if (deleted.length < messagesAtOnce) break;
  }
  await db.query('DELETE FROM rooms WHERE id = $1 AND deleted_at IS NOT NULL', [roomId]);
};

/** Rooms whose deletion has begun and has not ended. */
export const selectAbandonedRooms = async (db: Queryable): Promise<string[]> => {
  const rows = await db.query<{ id: string }>('SELECT id FROM rooms WHERE deleted_at IS NOT NULL');
  return rows.map(({ id }) => id);
};
