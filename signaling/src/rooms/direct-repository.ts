import type { RoomDetails } from '@boltorezka/protocol';
import { isLetIn } from '../access/index.ts';
import type { Queryable } from '../platform/db.ts';
import { type RoomRow, roomColumns, toRoomDetails } from './guard-repository.ts';

/** The same whoever of the two asks. */
export const directKeyOf = (userIds: readonly [string, string]): string => [...userIds].sort().join(':');

/** Somebody to write to; undefined where they are not here, or not any more. Neither account is deleted until the transaction ends. */
export const selectAddressee = async (
  tx: Queryable,
  { userId, byUserId }: { userId: string; byUserId: string },
): Promise<{ userName: string; isBlocked: boolean } | undefined> => {
  const [row] = await tx.query<{ name: string; is_blocked: boolean }>(
    `SELECT u.name, EXISTS (SELECT 1 FROM blocks WHERE (user_id = $1 AND blocked_user_id = $2)
       OR (user_id = $2 AND blocked_user_id = $1)) AS is_blocked
     FROM users u JOIN users me ON me.id = $2 AND me.deleted_at IS NULL WHERE u.id = $1 AND ${isLetIn('u')}
     FOR KEY SHARE OF u, me`,
    [userId, byUserId],
  );
  return row && { userName: row.name, isBlocked: row.is_blocked };
};

/** @returns undefined where the two have one already. */
export const insertDirectRoom = async (
  tx: Queryable,
  room: { id: string; slug: string; userIds: readonly [string, string] },
): Promise<RoomDetails | undefined> => {
  const [row] = await tx.query<RoomRow>(
    `INSERT INTO rooms AS r (id, slug, title, is_public, kind, direct_key, accepts_requests, created_by)
     VALUES ($1, $2, '', false, 'direct', $3, false, $4) ON CONFLICT (direct_key) DO NOTHING RETURNING ${roomColumns}`,
    [room.id, room.slug, directKeyOf(room.userIds), room.userIds[0]],
  );
  if (!row) return undefined;
  await tx.query(
    `INSERT INTO room_members (room_id, user_id, role) SELECT $1, n.id, 'member' FROM unnest($2::uuid[]) AS n (id)`,
    [room.id, [...room.userIds]],
  );
  return toRoomDetails(row);
};

/** The other one of a room of two, and the room. */
export const selectOtherOfDirect = async (
  db: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<{ otherId: string; room: RoomDetails } | undefined> => {
  const [row] = await db.query<RoomRow & { other_id: string }>(
    `SELECT ${roomColumns}, m.user_id AS other_id FROM rooms r
     JOIN room_members m ON m.room_id = r.id AND m.user_id <> $2 WHERE r.id = $1 AND r.kind = 'direct'`,
    [roomId, userId],
  );
  return row && { otherId: row.other_id, room: toRoomDetails(row) };
};

export const selectDirectRoomId = async (
  tx: Queryable,
  userIds: readonly [string, string],
): Promise<string | undefined> => {
  const [row] = await tx.query<{ id: string }>('SELECT id FROM rooms WHERE direct_key = $1', [
    directKeyOf(userIds),
  ]);
  return row?.id;
};
