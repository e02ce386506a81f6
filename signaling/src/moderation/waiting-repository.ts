import { isLetIn } from '../access/index.ts';
import type { Queryable } from '../platform/db.ts';
import { isBannedFrom } from '../rooms/index.ts';
import { isServersReport } from './report-repository.ts';

/** How much waits in a room for one of its moderators. */
export interface Waiting {
  roomSlug: string;
  joinRequestCount: number;
  reportCount: number;
}

interface WaitingRow {
  room_id: string;
  slug: string;
  moderator_id: string;
  request_count: string;
  report_count: string;
}

/** Of rooms `r` and moderators `me`: those who are still let in to the server; what is the room's, not about `me`. */
const counts = `(SELECT count(*) FROM join_requests j JOIN users u ON u.id = j.user_id
    WHERE j.room_id = r.id AND ${isLetIn('u')}) AS request_count,
  (SELECT count(*) FROM reports p JOIN messages about ON about.id = p.message_id
    WHERE p.room_id = r.id AND p.resolved_at IS NULL AND NOT p.is_servers AND about.user_id <> me.id) AS report_count`;

/** Whose it is to look: moderators and owners, and administrators who may enter the room. */
const looksAfter = `r.deleted_at IS NULL AND r.kind = 'room' AND me.deleted_at IS NULL
  AND (m.role IN ('owner', 'moderator') OR (me.is_administrator AND (r.is_public OR m.user_id IS NOT NULL)))
  AND NOT ${isBannedFrom('r.id', 'me.id')}`;

const toWaiting = (row: WaitingRow): Waiting => ({
  roomSlug: row.slug,
  joinRequestCount: Number(row.request_count),
  reportCount: Number(row.report_count),
});

/** For each who looks after the room, or for one person where they are named and do; nobody where it is gone. */
export const selectWaiting = async (
  db: Queryable,
  roomId: string,
  onlyId: string | null = null,
): Promise<{ moderatorId: string; waiting: Waiting }[]> => {
  const rows = await db.query<WaitingRow>(
    `SELECT r.id AS room_id, r.slug, me.id AS moderator_id, ${counts}
     FROM rooms r JOIN users me ON me.is_administrator
       OR me.id IN (SELECT user_id FROM room_members WHERE room_id = $1 AND role IN ('owner', 'moderator'))
     LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = me.id
     WHERE r.id = $1 AND ${looksAfter} AND ($2::uuid IS NULL OR me.id = $2)`,
    [roomId, onlyId],
  );
  return rows.map((row) => ({ moderatorId: row.moderator_id, waiting: toWaiting(row) }));
};

/** Whether a report waits in one of the rooms that is the server's only while nobody there could deal with it. */
export const hasRoomsReport = async (db: Queryable, roomIds: string[]): Promise<boolean> =>
  (
    await db.query(
      'SELECT FROM reports WHERE room_id = ANY($1::uuid[]) AND resolved_at IS NULL AND NOT is_servers LIMIT 1',
      [roomIds],
    )
  ).length > 0;

/** They see what is reported where nobody else could deal with it. */
const administrators = `users me WHERE me.is_administrator AND ${isLetIn('me')}`;

/** How many reports wait that are the server's, for each administrator; only for one where that one is named. */
export const selectServerWaiting = async (
  db: Queryable,
  onlyId: string | null = null,
): Promise<{ administratorId: string; reportCount: number }[]> => {
  const rows = await db.query<{ id: string; report_count: string }>(
    `SELECT me.id, (SELECT count(*) FROM reports p JOIN rooms r ON r.id = p.room_id
       JOIN messages m ON m.id = p.message_id
       WHERE p.resolved_at IS NULL AND m.user_id <> me.id AND ${isServersReport}) AS report_count
     FROM ${administrators} AND ($1::uuid IS NULL OR me.id = $1)`,
    [onlyId],
  );
  return rows.map((row) => ({ administratorId: row.id, reportCount: Number(row.report_count) }));
};

/** Where something waits for this person, of the rooms that are theirs to look after. */
export const selectWaitingFor = async (
  db: Queryable,
  userId: string,
): Promise<(Waiting & { roomId: string })[]> => {
  const rows = await db.query<WaitingRow>(
    `SELECT * FROM (
       SELECT r.id AS room_id, r.slug, me.id AS moderator_id, ${counts}
       FROM rooms r JOIN users me ON me.id = $1
       LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = me.id
       WHERE ${looksAfter}
     ) w WHERE request_count > 0 OR report_count > 0`,
    [userId],
  );
  return rows.map((row) => ({ roomId: row.room_id, ...toWaiting(row) }));
};
