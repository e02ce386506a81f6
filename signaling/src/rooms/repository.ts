import type { MemberRole, NotifyLevel, ReadState, Room, RoomDetails } from '@boltorezka/protocol';
import type { Database, Queryable } from '../platform/db.ts';
import { isBannedFrom, type RoomRow, roomColumns, toRoom, toRoomDetails } from './guard-repository.ts';

const findPrivateIds = async (db: Queryable, userId: string): Promise<string[]> => {
  const rows = await db.query<{ id: string }>(
    `SELECT r.id FROM room_members m JOIN rooms r ON r.id = m.room_id
     WHERE m.user_id = $1 AND NOT r.is_public AND NOT ${isBannedFrom('r.id', '$1')}`,
    [userId],
  );
  return rows.map(({ id }) => id);
};

/** What is asked outside of a change. */
export const createRoomRepository = (db: Database) => ({
  /** The private rooms that the person belongs to. */
  privateIdsFor: (userId: string) => findPrivateIds(db, userId),

  setNotify: async (place: { roomId: string; userId: string; level: NotifyLevel }): Promise<void> => {
    await db.query(
      `INSERT INTO room_preferences (user_id, room_id, notify) VALUES ($1, $2, $3)
       ON CONFLICT (user_id, room_id) DO UPDATE SET notify = $3`,
      [place.userId, place.roomId, place.level],
    );
  },
});

export type RoomRepository = ReturnType<typeof createRoomRepository>;

export interface NewRoom {
  id: string;
  slug: string;
  title: string;
  isPublic: boolean;
  topic: string;
  category: string | null;
  acceptsRequests: boolean;
  ownerId: string;
}

/** @returns undefined where the slug is taken. */
export const insertRoom = async (tx: Queryable, room: NewRoom): Promise<RoomDetails | undefined> => {
  const { id, slug, title, isPublic, topic, category, acceptsRequests, ownerId } = room;
  const [row] = await tx.query<RoomRow>(
    `INSERT INTO rooms AS r (id, slug, title, is_public, topic, category, accepts_requests, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (slug) DO NOTHING RETURNING ${roomColumns}`,
    [id, slug, title, isPublic, topic, category, acceptsRequests, ownerId],
  );
  return row && toRoomDetails(row);
};

/** @returns false where the account is gone by now. */
export const insertMember = async (
  tx: Queryable,
  { roomId, userId, role }: { roomId: string; userId: string; role: MemberRole },
): Promise<boolean> => {
  const rows = await tx.query(
    `INSERT INTO room_members (room_id, user_id, role)
     SELECT $1, u.id, $3 FROM users u WHERE u.id = $2 AND u.deleted_at IS NULL FOR KEY SHARE RETURNING 1`,
    [roomId, userId, role],
  );
  return rows.length > 0;
};

/**
 * What was written before they came owes them nothing, and what is written from now on is unread. Who has been here before
 * goes on from where they stopped reading.
 */
export const insertFirstMark = async (
  tx: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<void> => {
  await tx.query(
    `INSERT INTO room_reads (user_id, room_id, seq, message_count, threads_since_seq)
     SELECT $2, id, last_seq, message_count, last_seq FROM rooms WHERE id = $1 ON CONFLICT DO NOTHING`,
    [roomId, userId],
  );
};

/**
 * The same of all who belong to a room that was closed to the public: those who have never opened it have nothing yet from
 * which it would be counted what they miss.
 * @returns how the reading of each of them stands.
 */
export const insertFirstMarks = async (
  tx: Queryable,
  roomId: string,
): Promise<{ userId: string; state: ReadState }[]> => {
  const rows = await tx.query<{
    user_id: string;
    seq: string;
    message_count: string;
    slug: string;
    unread_mention_count: string;
  }>(
    `WITH mark AS (INSERT INTO room_reads (user_id, room_id, seq, message_count, threads_since_seq)
       SELECT m.user_id, r.id, r.last_seq, r.message_count, r.last_seq
       FROM room_members m JOIN rooms r ON r.id = m.room_id WHERE r.id = $1 ORDER BY m.user_id
       ON CONFLICT DO NOTHING RETURNING user_id, seq, message_count)
     SELECT k.*, r.slug, (SELECT count(*) FROM inbox i
       WHERE i.user_id = k.user_id AND i.room_id = r.id AND i.read_at IS NULL) AS unread_mention_count
     FROM mark k JOIN rooms r ON r.id = $1 WHERE NOT ${isBannedFrom('r.id', 'k.user_id')}`,
    [roomId],
  );
  return rows.map((row) => ({
    userId: row.user_id,
    state: {
      roomId,
      roomSlug: row.slug,
      seq: Number(row.seq),
      messageCount: Number(row.message_count),
      unreadMentionCount: Number(row.unread_mention_count),
    },
  }));
};

/** A room's columns that can be changed; what is undefined stays as it is. */
export interface RoomChanges {
  title?: string | undefined;
  topic?: string | undefined;
  is_public?: boolean | undefined;
  category?: string | null | undefined;
  position?: number | undefined;
  slow_mode_s?: number | undefined;
  accepts_requests?: boolean | undefined;
  archived?: boolean | undefined;
}

const setters: Record<keyof RoomChanges, (parameter: string) => string> = {
  title: (value) => `title = ${value}`,
  topic: (value) => `topic = ${value}`,
  is_public: (value) => `is_public = ${value}`,
  category: (value) => `category = ${value}`,
  position: (value) => `position = ${value}`,
  slow_mode_s: (value) => `slow_mode_s = ${value}`,
  accepts_requests: (value) => `accepts_requests = ${value}`,
  archived: (value) => `archived_at = CASE WHEN ${value} THEN COALESCE(archived_at, now()) END`,
};

/** A room as it is by a change, and where in its log that stands. */
export interface UpdatedRoom {
  room: Room;
  details: RoomDetails;
  seq: number;
  epoch: string;
}

/** Changes the room, and takes its next position. */
export const updateRoom = async (
  tx: Queryable,
  roomId: string,
  changes: RoomChanges,
): Promise<UpdatedRoom | undefined> => {
  const names = (Object.keys(setters) as (keyof RoomChanges)[]).filter((name) => changes[name] !== undefined);
  const columns = names.map((name, index) => setters[name](`$${index + 2}`));
  const [row] = await tx.query<RoomRow & { last_seq: string }>(
    `UPDATE rooms r SET ${[...columns, 'last_seq = last_seq + 1'].join(', ')} WHERE r.id = $1
     RETURNING ${roomColumns}, r.last_seq`,
    [roomId, ...names.map((name) => changes[name])],
  );
  if (!row) return undefined;
  return { room: toRoom(row), details: toRoomDetails(row), seq: Number(row.last_seq), epoch: row.epoch };
};

/** Who belongs to the room and may enter it. */
export const selectMemberIds = async (tx: Queryable, roomId: string): Promise<string[]> => {
  const rows = await tx.query<{ user_id: string }>(
    `SELECT m.user_id FROM room_members m WHERE m.room_id = $1 AND NOT ${isBannedFrom('m.room_id', 'm.user_id')}`,
    [roomId],
  );
  return rows.map((row) => row.user_id);
};

/** Nobody asks any more to be let in. */
export const deleteRequests = async (tx: Queryable, roomId: string): Promise<void> => {
  await tx.query('DELETE FROM join_requests WHERE room_id = $1', [roomId]);
};
