import type { Queryable } from '../platform/db.ts';

/** What is still true of those who are connected. Asked where a change may have been missed. */
export const createAccessRepository = (db: Queryable) => ({
  /** Of these sessions, those that have ended. */
  endedSessions: async (sessionIds: string[]): Promise<string[]> => {
    const rows = await db.query<{ id: string }>(
      `SELECT n.id FROM unnest($1::uuid[]) AS n (id) LEFT JOIN sessions s ON s.id = n.id
       WHERE s.id IS NULL OR s.revoked_at IS NOT NULL OR s.expires_at <= now()`,
      [sessionIds],
    );
    return rows.map(({ id }) => id);
  },

  /** Of these people in these rooms, those who may not be there. */
  strangers: async (
    places: { userId: string; roomId: string }[],
  ): Promise<{ userId: string; roomId: string }[]> => {
    const rows = await db.query<{ user_id: string; room_id: string }>(
      `SELECT n.user_id, n.room_id FROM unnest($1::uuid[], $2::uuid[]) AS n (user_id, room_id)
       LEFT JOIN rooms r ON r.id = n.room_id
       LEFT JOIN room_members m ON m.room_id = n.room_id AND m.user_id = n.user_id
       LEFT JOIN room_bans b ON b.room_id = n.room_id AND b.user_id = n.user_id
         AND (b.expires_at IS NULL OR b.expires_at > now())
       WHERE r.id IS NULL OR b.user_id IS NOT NULL OR (NOT r.is_public AND m.user_id IS NULL)`,
      [places.map(({ userId }) => userId), places.map(({ roomId }) => roomId)],
    );
    return rows.map((row) => ({ userId: row.user_id, roomId: row.room_id }));
  },
});

export type AccessRepository = ReturnType<typeof createAccessRepository>;
