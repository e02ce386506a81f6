import type { MemberRole, Room, RoomDetails } from '@boltorezka/protocol';
import { isLetIn } from '../access/index.ts';
import type { Queryable } from '../platform/db.ts';

/** A room's own columns. */
export interface RoomRow {
  id: string;
  slug: string;
  title: string;
  is_public: boolean;
  created_at: Date;
  epoch: string;
  kind: 'room' | 'direct';
  topic: string;
  category: string | null;
  position: number;
  slow_mode_s: number;
  accepts_requests: boolean;
  archived_at: Date | null;
}

export const roomColumns = `r.id, r.slug, r.title, r.is_public, r.created_at, r.epoch, r.kind, r.topic, r.category,
  r.position, r.slow_mode_s, r.accepts_requests, r.archived_at`;

/** What the socket tells of a room. */
export const toRoomDetails = (row: RoomRow): RoomDetails => ({
  roomId: row.id,
  roomSlug: row.slug,
  roomTitle: row.title,
  isPublic: row.is_public,
  createdAt: row.created_at.toISOString(),
  kind: row.kind,
  topic: row.topic,
  category: row.category,
  position: row.position,
  slowModeS: row.slow_mode_s,
  acceptsRequests: row.accepts_requests,
  archivedAt: row.archived_at?.toISOString() ?? null,
});

/** What REST tells of it to anybody who may enter. */
export const toRoom = (row: RoomRow): Room => ({
  id: row.id,
  slug: row.slug,
  title: row.title,
  is_public: row.is_public,
  created_at: row.created_at.toISOString(),
  kind: row.kind,
  topic: row.topic,
  category: row.category,
  position: row.position,
  slow_mode_s: row.slow_mode_s,
  accepts_requests: row.accepts_requests,
  archived_at: row.archived_at?.toISOString() ?? null,
});

/**
 * Whether somebody is banned from a room now. Who is stays what they were in it, for when it ends: whatever reads members
 * leaves them out by this.
 */
export const isBannedFrom = (roomId: string, userId: string): string =>
  `EXISTS (SELECT FROM room_bans ban WHERE ban.room_id = ${roomId} AND ban.user_id = ${userId}
    AND (ban.expires_at IS NULL OR ban.expires_at > now()))`;

/** A room, and what one person is in it. */
export interface GuardRow extends RoomRow {
  last_seq: string;
  role: MemberRole | null;
  is_administrator: boolean | null;
  /** From the room; or from the server, whose sessions end while what they asked is on its way. */
  is_banned: boolean;
  text_muted: boolean | null;
  voice_muted: boolean | null;
  mute_expires_at: Date | null;
  is_blocked: boolean;
}

/** Whether one of the two people of a direct room has blocked the other; of rooms `r`, for the person of that id. */
export const isBlockedInRoom = (userId: string): string =>
  `(r.kind = 'direct' AND EXISTS (SELECT 1 FROM room_members o JOIN blocks k
    ON (k.user_id = o.user_id AND k.blocked_user_id = ${userId}) OR (k.user_id = ${userId} AND k.blocked_user_id = o.user_id)
    WHERE o.room_id = r.id))`;

const guardSelect = `SELECT ${roomColumns}, r.last_seq, m.role, u.is_administrator,
  (b.user_id IS NOT NULL OR NOT ${isLetIn('u')}) AS is_banned,
  q.text AS text_muted, q.voice AS voice_muted, q.expires_at AS mute_expires_at, ${isBlockedInRoom('$2')} AS is_blocked
  FROM rooms r
  LEFT JOIN users u ON u.id = $2
  LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = $2
  LEFT JOIN room_bans b ON b.room_id = r.id AND b.user_id = $2
    AND (b.expires_at IS NULL OR b.expires_at > now())
  LEFT JOIN room_mutes q ON q.room_id = r.id AND q.user_id = $2
    AND (q.expires_at IS NULL OR q.expires_at > now())`;

export const selectGuardRow = async (
  db: Queryable,
  asked: { userId: string } & ({ slug: string } | { roomId: string }),
): Promise<GuardRow | undefined> => {
  const [column, value] = 'slug' in asked ? ['slug', asked.slug] : ['id', asked.roomId];
  const [row] = await db.query<GuardRow>(`${guardSelect} WHERE r.${column} = $1`, [value, asked.userId]);
  return row;
};

/**
 * Locks the room until the transaction ends: nobody else changes it, writes to it, or changes who belongs to it. What is
 * read in statements after this one is how it stands.
 */
export const lockRoom = async (
  tx: Queryable,
  asked: { slug: string } | { roomId: string },
): Promise<{ id: string } | undefined> => {
  const [column, value] = 'slug' in asked ? ['slug', asked.slug] : ['id', asked.roomId];
  const [row] = await tx.query<{ id: string }>(
    `SELECT id FROM rooms WHERE ${column} = $1 FOR NO KEY UPDATE`,
    [value],
  );
  return row;
};

/**
 * Takes the next position of a room's log. The room is the transaction's until it ends: what is decided after this is not
 * overtaken by another event of the room.
 * @returns undefined where the room is gone.
 */
export const takePosition = async (
  tx: Queryable,
  roomId: string,
): Promise<{ seq: number; epoch: string } | undefined> => {
  const [row] = await tx.query<{ last_seq: string; epoch: string }>(
    'UPDATE rooms SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq, epoch',
    [roomId],
  );
  return row && { seq: Number(row.last_seq), epoch: row.epoch };
};
