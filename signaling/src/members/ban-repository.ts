import type { RoomBan, RoomMute } from '@boltorezka/protocol';
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

type SentenceTable = 'room_bans' | 'room_mutes';

export const upsertBan = async (tx: Queryable, ban: Sentence): Promise<void> => {
  await tx.query(
    `INSERT INTO room_bans (room_id, user_id, banned_by, reason, expires_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (room_id, user_id) DO UPDATE SET banned_by = $3, reason = $4, expires_at = $5, created_at = now()`,
    [ban.roomId, ban.userId, ban.byUserId, ban.reason, ban.expiresAt],
  );
};

/** One whose time is over is left to `SentenceEndings`, which tells of that. */
const deleteSentence = async (
  tx: Queryable,
  table: SentenceTable,
  { roomId, userId }: Place,
): Promise<boolean> => {
  const rows = await tx.query(
    `DELETE FROM ${table} WHERE room_id = $1 AND user_id = $2 AND (expires_at IS NULL OR expires_at > now()) RETURNING 1`,
    [roomId, userId],
  );
  return rows.length > 0;
};

/** @returns false where there was none that still held. */
export const deleteBan = (tx: Queryable, place: Place): Promise<boolean> =>
  deleteSentence(tx, 'room_bans', place);

interface SentenceRow {
  user_id: string;
  name: string;
  reason: string;
  created_at: Date;
  expires_at: Date | null;
  by_id: string | null;
  by_name: string | null;
  at_us: string;
}

const toSentence = (row: SentenceRow) => ({
  user_id: row.user_id,
  user_name: row.name,
  reason: row.reason,
  created_at: row.created_at.toISOString(),
  expires_at: row.expires_at?.toISOString() ?? null,
});

/** Nobody where they have left the server: no name is theirs any more. */
const byOf = ({ by_id, by_name }: SentenceRow) =>
  by_id === null || by_name === null ? null : { user_id: by_id, user_name: by_name };

interface PageAsked {
  after: TimeCursor | undefined;
  limit: number;
}

/** Of sentences `s` of one kind those that hold, oldest first. */
const selectSentences = async <Row extends SentenceRow>(
  db: Queryable,
  { table, by }: { table: SentenceTable; by: 'banned_by' | 'muted_by' },
  { roomId, after, limit }: PageAsked & { roomId: string },
): Promise<Page<Row>> => {
  const rows = await db.query<Row>(
    `SELECT s.*, u.name, a.id AS by_id, a.name AS by_name,
       (extract(epoch FROM s.created_at) * 1000000)::bigint AS at_us
     FROM ${table} s JOIN users u ON u.id = s.user_id
     LEFT JOIN users a ON a.id = s.${by} AND a.deleted_at IS NULL
     WHERE s.room_id = $1 AND (s.expires_at IS NULL OR s.expires_at > now()) AND ($2::bigint IS NULL
       OR (s.created_at, s.user_id) > (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::uuid))
     ORDER BY s.created_at, s.user_id LIMIT $4`,
    [roomId, after?.atUs ?? null, after?.id ?? null, limit + 1],
  );
  return toPage(rows, limit, (row) => toTimeCursor({ atUs: row.at_us, id: row.user_id }));
};

/** Those that hold, oldest first. */
export const selectBans = async (db: Queryable, roomId: string, asked: PageAsked): Promise<Page<RoomBan>> => {
  const page = await selectSentences<SentenceRow>(
    db,
    { table: 'room_bans', by: 'banned_by' },
    { roomId, ...asked },
  );
  return {
    ...page,
    entries: page.entries.map((row) => ({ ...toSentence(row), banned_by: byOf(row) })),
  };
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
export const deleteMute = (tx: Queryable, place: Place): Promise<boolean> =>
  deleteSentence(tx, 'room_mutes', place);

/** Those that hold, oldest first. */
export const selectMutes = async (
  db: Queryable,
  roomId: string,
  asked: PageAsked,
): Promise<Page<RoomMute>> => {
  const kind = { table: 'room_mutes', by: 'muted_by' } as const;
  const page = await selectSentences<SentenceRow & { text: boolean; voice: boolean }>(db, kind, {
    roomId,
    ...asked,
  });
  return {
    ...page,
    entries: page.entries.map((row) => ({
      ...toSentence(row),
      ...{ text: row.text, voice: row.voice, muted_by: byOf(row) },
    })),
  };
};
