import type { JoinRequest } from '@boltorezka/protocol';
import { isLetIn } from '../access/index.ts';
import type { Queryable } from '../platform/db.ts';

interface Place {
  roomId: string;
  userId: string;
}

/** @returns true where the person had not asked before. */
export const upsertRequest = async (
  tx: Queryable,
  { roomId, userId, text }: Place & { text: string },
): Promise<boolean> => {
  const [row] = await tx.query<{ is_new: boolean }>(
    `INSERT INTO join_requests (room_id, user_id, text) VALUES ($1, $2, $3)
     ON CONFLICT (room_id, user_id) DO UPDATE SET text = $3 RETURNING xmax = 0 AS is_new`,
    [roomId, userId, text],
  );
  return row?.is_new ?? false;
};

/** @returns false where the person had not asked. */
export const deleteRequest = async (db: Queryable, { roomId, userId }: Place): Promise<boolean> => {
  const rows = await db.query('DELETE FROM join_requests WHERE room_id = $1 AND user_id = $2 RETURNING 1', [
    roomId,
    userId,
  ]);
  return rows.length > 0;
};

/** The rooms that these people have asked to be let in to. */
export const selectAskedRoomIds = async (db: Queryable, userIds: string[]): Promise<string[]> => {
  const rows = await db.query<{ room_id: string }>(
    'SELECT DISTINCT room_id FROM join_requests WHERE user_id = ANY($1::uuid[])',
    [userIds],
  );
  return rows.map((row) => row.room_id);
};

/** What somebody has asked of a room, and what its moderators have said of them. */
export interface DoorRow {
  text: string | null;
  asked_at: Date | null;
  reason: string | null;
  expires_at: Date | null;
}

export const selectDoor = async (db: Queryable, { roomId, userId }: Place): Promise<DoorRow | undefined> => {
  const [row] = await db.query<DoorRow>(
    `SELECT j.text, j.created_at AS asked_at, b.reason, b.expires_at FROM (SELECT $1::uuid AS room_id, $2::uuid AS user_id) p
     LEFT JOIN join_requests j ON j.room_id = p.room_id AND j.user_id = p.user_id
     LEFT JOIN room_bans b ON b.room_id = p.room_id AND b.user_id = p.user_id
       AND (b.expires_at IS NULL OR b.expires_at > now())`,
    [roomId, userId],
  );
  return row;
};

interface RequestRow {
  user_id: string;
  name: string;
  text: string;
  created_at: Date;
}

/** Of those who are still here, the first one first. */
export const selectRequests = async (
  db: Queryable,
  roomId: string,
  limit: number,
): Promise<JoinRequest[]> => {
  const rows = await db.query<RequestRow>(
    `SELECT j.user_id, u.name, j.text, j.created_at FROM join_requests j JOIN users u ON u.id = j.user_id
     WHERE j.room_id = $1 AND ${isLetIn('u')} ORDER BY j.created_at, j.user_id LIMIT $2`,
    [roomId, limit],
  );
  return rows.map((row) => ({
    user_id: row.user_id,
    user_name: row.name,
    text: row.text,
    created_at: row.created_at.toISOString(),
  }));
};
