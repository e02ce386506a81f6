import type { RoomBan } from '@boltorezka/protocol';
import { type Page, type TimeCursor, toPage, toTimeCursor } from '../http/cursor.ts';
import type { Queryable } from '../platform/db.ts';

/** A moderator's word about somebody in a room. */
interface Sentence {
  roomId: string;
  userId: string;
  byUserId: string;
  reason: string;
  /** Null: for good. */
  expiresAt: string | null;
}

type Place = Pick<Sentence, 'roomId' | 'userId'>;

export const upsertBan = async (tx: Queryable, ban: Sentence): Promise<void> => {
  await tx.query(
    `INSERT INTO room_bans (room_id, user_id, banned_by, reason, expires_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (room_id, user_id) DO UPDATE SET banned_by = $3, reason = $4, expires_at = $5, created_at = now()`,
    [ban.roomId, ban.userId, ban.byUserId, ban.reason, ban.expiresAt],
  );
};

/** @returns false where there was none that still held. */
export const deleteBan = async (tx: Queryable, { roomId, userId }: Place): Promise<boolean> => {
  const rows = await tx.query<{ held: boolean }>(
    `DELETE FROM room_bans WHERE room_id = $1 AND user_id = $2
     RETURNING expires_at IS NULL OR expires_at > now() AS held`,
    [roomId, userId],
  );
  return rows[0]?.held ?? false;
};

interface BanRow {
  user_id: string;
  name: string;
  reason: string;
  created_at: Date;
  expires_at: Date | null;
  at_us: string;
}

const toBan = (row: BanRow): RoomBan => ({
  user_id: row.user_id,
  user_name: row.name,
  reason: row.reason,
  created_at: row.created_at.toISOString(),
  expires_at: row.expires_at?.toISOString() ?? null,
});

/** Those that hold, oldest first. */
export const selectBans = async (
  db: Queryable,
  roomId: string,
  { after, limit }: { after: TimeCursor | undefined; limit: number },
): Promise<Page<RoomBan>> => {
  const rows = await db.query<BanRow>(
    `SELECT b.user_id, u.name, b.reason, b.created_at, b.expires_at,
       (extract(epoch FROM b.created_at) * 1000000)::bigint AS at_us
     FROM room_bans b JOIN users u ON u.id = b.user_id
     WHERE b.room_id = $1 AND (b.expires_at IS NULL OR b.expires_at > now()) AND ($2::bigint IS NULL
       OR (b.created_at, b.user_id) > (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::uuid))
     ORDER BY b.created_at, b.user_id LIMIT $4`,
    [roomId, after?.atUs ?? null, after?.id ?? null, limit + 1],
  );
  const page = toPage(rows, limit, (row) => toTimeCursor({ atUs: row.at_us, id: row.user_id }));
  return { ...page, entries: page.entries.map(toBan) };
};

export const upsertMute = async (
  tx: Queryable,
  mute: Sentence & { text: boolean; voice: boolean },
): Promise<void> => {
  await tx.query(
    `INSERT INTO room_mutes (room_id, user_id, muted_by, text, voice, reason, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (room_id, user_id) DO UPDATE
     SET muted_by = $3, text = $4, voice = $5, reason = $6, expires_at = $7, created_at = now()`,
    [mute.roomId, mute.userId, mute.byUserId, mute.text, mute.voice, mute.reason, mute.expiresAt],
  );
};

/** @returns false where there was none that still held. */
export const deleteMute = async (tx: Queryable, { roomId, userId }: Place): Promise<boolean> => {
  const rows = await tx.query<{ held: boolean }>(
    `DELETE FROM room_mutes WHERE room_id = $1 AND user_id = $2
     RETURNING expires_at IS NULL OR expires_at > now() AS held`,
    [roomId, userId],
  );
  return rows[0]?.held ?? false;
};
