import type { MemberRole, NotifyLevel, Room } from '@boltorezka/protocol';
import { ownBehindSql } from '../messages/index.ts';
import type { Queryable } from '../platform/db.ts';
import { type RoomRow, roomColumns, toRoom } from './guard-repository.ts';

/** A room, and what one person has to do with it. */
interface RoomForMeRow extends RoomRow {
  message_count: string;
  last_message_at: Date | null;
  my_role: MemberRole | null;
  read_seq: string | null;
  read_message_count: string | null;
  unread_mention_count: string;
  notify: NotifyLevel;
  other_id: string | null;
  other_name: string | null;
  is_closed: boolean;
}

/** Of what somebody is told who has not said so: of all that one person writes to them, else of what names them. */
const defaultNotify = `CASE r.kind WHEN 'direct' THEN 'all' ELSE 'mentions' END`;

/** What somebody wrote behind their mark counts as read. */
const readCount = `d.message_count + CASE WHEN r.message_count > d.message_count
  THEN ${ownBehindSql({ userId: '$1', roomId: 'r.id', seq: 'd.seq' })} ELSE 0 END`;

/** The rooms that person $1 may enter. The other one of two is known by the key, also where they have left the server. */
const select = `SELECT ${roomColumns}, r.message_count, r.last_message_at, m.role AS my_role,
  d.seq AS read_seq, ${readCount} AS read_message_count, COALESCE(i.count, 0) AS unread_mention_count,
  COALESCE(p.notify, ${defaultNotify}) AS notify, o.id AS other_id, o.name AS other_name,
  EXISTS (SELECT FROM closed_rooms c WHERE c.room_id = r.id AND c.user_id = $1) AS is_closed
  FROM rooms r
  LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = $1
  LEFT JOIN room_bans b ON b.room_id = r.id AND b.user_id = $1 AND (b.expires_at IS NULL OR b.expires_at > now())
  LEFT JOIN room_reads d ON d.room_id = r.id AND d.user_id = $1
  LEFT JOIN room_preferences p ON p.room_id = r.id AND p.user_id = $1
  LEFT JOIN (SELECT room_id, count(*) FROM inbox WHERE user_id = $1 AND read_at IS NULL GROUP BY room_id) i
    ON i.room_id = r.id
  LEFT JOIN users o ON o.id = CASE
    WHEN r.direct_key LIKE $1::text || ':%' THEN split_part(r.direct_key, ':', 2)::uuid
    WHEN r.direct_key LIKE '%:' || $1::text THEN split_part(r.direct_key, ':', 1)::uuid END
  WHERE (r.is_public OR m.user_id IS NOT NULL) AND b.user_id IS NULL`;

const toRoomForMe = (row: RoomForMeRow): Room => ({
  ...toRoom(row),
  my_role: row.my_role,
  message_count: Number(row.message_count),
  last_message_at: row.last_message_at?.toISOString() ?? null,
  read:
    row.read_seq === null
      ? null
      : { seq: Number(row.read_seq), message_count: Number(row.read_message_count) },
  unread_mention_count: Number(row.unread_mention_count),
  notify: row.notify,
  direct_with: row.other_id === null ? null : { user_id: row.other_id, user_name: row.other_name ?? '' },
  is_closed: row.is_closed,
});

/** Rooms of two to which nothing was written yet are there for whoever opened them. */
const isBegun = `(r.kind <> 'direct' OR r.last_seq > 0 OR r.created_by = $1)`;

/** The rooms that the person may enter, oldest first. */
export const selectRoomsFor = async (db: Queryable, userId: string): Promise<Room[]> => {
  const rows = await db.query<RoomForMeRow>(`${select} AND ${isBegun} ORDER BY r.created_at, r.id`, [userId]);
  return rows.map(toRoomForMe);
};

/** Undefined where the person may not enter it. */
export const selectRoomFor = async (
  db: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<Room | undefined> => {
  const [row] = await db.query<RoomForMeRow>(`${select} AND r.id = $2`, [userId, roomId]);
  return row && toRoomForMe(row);
};
