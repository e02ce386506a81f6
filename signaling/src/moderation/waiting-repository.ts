import type { Queryable } from '../platform/db.ts';

export interface Waiting {
  roomSlug: string;
  joinRequestCount: number;
  reportCount: number;
  /** Whose it is to look: moderators and owners, and administrators who may enter the room. */
  moderatorIds: string[];
}

/** @returns undefined where the room is gone. */
export const selectWaiting = async (db: Queryable, roomId: string): Promise<Waiting | undefined> => {
  const [row] = await db.query<{
    slug: string;
    request_count: string;
    report_count: string;
    moderator_ids: string[];
  }>(
    `SELECT r.slug,
       (SELECT count(*) FROM join_requests j JOIN users u ON u.id = j.user_id
        WHERE j.room_id = r.id AND u.deleted_at IS NULL) AS request_count,
       (SELECT count(*) FROM reports p WHERE p.room_id = r.id AND p.resolved_at IS NULL) AS report_count,
       ARRAY(SELECT m.user_id FROM room_members m WHERE m.room_id = r.id AND m.role IN ('owner', 'moderator')
         UNION SELECT u.id FROM users u LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id
         WHERE u.is_administrator AND u.deleted_at IS NULL AND (r.is_public OR m.user_id IS NOT NULL))::text[]
         AS moderator_ids
     FROM rooms r WHERE r.id = $1 AND r.deleted_at IS NULL`,
    [roomId],
  );
  return (
    row && {
      roomSlug: row.slug,
      joinRequestCount: Number(row.request_count),
      reportCount: Number(row.report_count),
      moderatorIds: row.moderator_ids,
    }
  );
};

/** Where something waits for this person, of the rooms that are theirs to look after. */
export const selectWaitingFor = async (
  db: Queryable,
  userId: string,
): Promise<(Omit<Waiting, 'moderatorIds'> & { roomId: string })[]> => {
  const rows = await db.query<{ id: string; slug: string; request_count: string; report_count: string }>(
    `SELECT * FROM (
       SELECT r.id, r.slug,
         (SELECT count(*) FROM join_requests j JOIN users u ON u.id = j.user_id
          WHERE j.room_id = r.id AND u.deleted_at IS NULL) AS request_count,
         (SELECT count(*) FROM reports p WHERE p.room_id = r.id AND p.resolved_at IS NULL) AS report_count
       FROM rooms r JOIN users me ON me.id = $1
       LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = me.id
       WHERE r.deleted_at IS NULL AND r.kind = 'room' AND (m.role IN ('owner', 'moderator')
         OR (me.is_administrator AND (r.is_public OR m.user_id IS NOT NULL)))
     ) w WHERE request_count > 0 OR report_count > 0`,
    [userId],
  );
  return rows.map((row) => ({
    roomId: row.id,
    roomSlug: row.slug,
    joinRequestCount: Number(row.request_count),
    reportCount: Number(row.report_count),
  }));
};
