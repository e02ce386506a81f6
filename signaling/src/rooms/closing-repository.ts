import type { Queryable } from '../platform/db.ts';

interface Place {
  roomId: string;
  userId: string;
}

/** Takes a direct room out of somebody's list. @returns false where it was out already. */
export const insertClosing = async (tx: Queryable, { roomId, userId }: Place): Promise<boolean> => {
  const rows = await tx.query(
    'INSERT INTO closed_rooms (room_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING 1',
    [roomId, userId],
  );
  return rows.length > 0;
};

/** Puts it back. @returns false where it was in the list. */
export const deleteClosing = async (tx: Queryable, { roomId, userId }: Place): Promise<boolean> => {
  const rows = await tx.query('DELETE FROM closed_rooms WHERE room_id = $1 AND user_id = $2 RETURNING 1', [
    roomId,
    userId,
  ]);
  return rows.length > 0;
};

/** Something was written to these rooms, which are the transaction's. @returns in whose lists they are again. */
export const deleteClosings = async (tx: Queryable, roomIds: string[]): Promise<Place[]> => {
  if (roomIds.length === 0) return [];
  const rows = await tx.query<{ room_id: string; user_id: string }>(
    'DELETE FROM closed_rooms WHERE room_id = ANY($1::uuid[]) RETURNING room_id, user_id',
    [[...new Set(roomIds)]],
  );
  return rows.map((row) => ({ roomId: row.room_id, userId: row.user_id }));
};
