import type { EventPayload } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { isLetIn } from './let-in-repository.ts';

/** Somebody who is in a room, or is told of it. */
export interface Place {
  userId: string;
  roomId: string;
}

/** Somebody may not enter a room, nor hear of it. */
export interface RoomBan extends Place {
  /** Null: for good. */
  expiresAt: Date | null;
}

/** What is true of a place now. */
export interface Verdict extends Place {
  /** Why the person may not be there; null where they may. */
  loss: Extract<EventPayload<'room.removed'>['reason'], 'banned' | 'deleted' | 'closed'> | null;
  /** Undefined where the room is gone. */
  roomSlug: string | undefined;
  isRoomPublic: boolean;
  /** Somebody may sit in the room's voice. */
  isVoiceOpen: boolean;
  isVoiceMuted: boolean;
}

interface VerdictRow {
  user_id: string;
  room_id: string;
  slug: string | null;
  is_gone: boolean;
  is_banned: boolean;
  is_stranger: boolean;
  is_public: boolean;
  is_voice_open: boolean;
  is_voice_muted: boolean;
}

const lossOf = (row: VerdictRow): Verdict['loss'] => {
  if (row.is_gone) return 'deleted';
  if (row.is_banned) return 'banned';
  return row.is_stranger ? 'closed' : null;
};

/** What people are called, and which private rooms they may enter. */
export interface Belongings {
  names: { userId: string; userName: string }[];
  privatePlaces: Place[];
}

const selectBansOf = async (db: Queryable, userIds: string[]): Promise<RoomBan[]> => {
  const rows = await db.query<{ user_id: string; room_id: string; expires_at: Date | null }>(
    `SELECT user_id, room_id, expires_at FROM room_bans
     WHERE user_id = ANY($1::uuid[]) AND (expires_at IS NULL OR expires_at > now())`,
    [userIds],
  );
  return rows.map((row) => ({ userId: row.user_id, roomId: row.room_id, expiresAt: row.expires_at }));
};

/** What is still true of those who are connected. Asked where a change may have been missed. */
export const createAccessRepository = (db: Queryable) => ({
  /** Of these sessions, those that have ended, or whose person may not be here at all. */
  endedSessions: async (sessionIds: string[]): Promise<string[]> => {
    const rows = await db.query<{ id: string }>(
      `SELECT n.id FROM unnest($1::uuid[]) AS n (id)
       LEFT JOIN sessions s ON s.id = n.id LEFT JOIN users u ON u.id = s.user_id
       WHERE s.id IS NULL OR s.revoked_at IS NOT NULL OR s.expires_at <= now() OR NOT ${isLetIn('u')}`,
      [sessionIds],
    );
    return rows.map(({ id }) => id);
  },

  belongings: async (userIds: string[]): Promise<Belongings> => {
    const names = await db.query<{ id: string; name: string }>(
      'SELECT u.id, u.name FROM users u WHERE u.id = ANY($1::uuid[]) AND u.deleted_at IS NULL',
      [userIds],
    );
    const places = await db.query<{ user_id: string; room_id: string }>(
      `SELECT m.user_id, m.room_id FROM room_members m JOIN rooms r ON r.id = m.room_id
       WHERE m.user_id = ANY($1::uuid[]) AND NOT r.is_public AND r.deleted_at IS NULL
         AND NOT EXISTS (SELECT FROM room_bans b WHERE b.room_id = r.id AND b.user_id = m.user_id
           AND (b.expires_at IS NULL OR b.expires_at > now()))`,
      [userIds],
    );
    return {
      names: names.map(({ id, name }) => ({ userId: id, userName: name })),
      privatePlaces: places.map(({ user_id, room_id }) => ({ userId: user_id, roomId: room_id })),
    };
  },

  /** From which rooms these people are banned now. */
  bansOf: (userIds: string[]) => selectBansOf(db, userIds),

  /** One for each place, in any order. */
  judge: async (places: Place[]): Promise<Verdict[]> => {
    const rows = await db.query<VerdictRow>(
      `SELECT n.user_id, n.room_id, r.slug, r.id IS NULL OR r.deleted_at IS NOT NULL AS is_gone, b.user_id IS NOT NULL AS is_banned,
         m.user_id IS NULL AND NOT COALESCE(r.is_public, false) AS is_stranger, COALESCE(r.is_public, false) AS is_public,
         r.archived_at IS NULL AND NOT COALESCE(r.kind = 'direct' AND EXISTS (
           SELECT 1 FROM room_members o JOIN blocks k ON (k.user_id = o.user_id AND k.blocked_user_id = n.user_id)
             OR (k.user_id = n.user_id AND k.blocked_user_id = o.user_id)
           WHERE o.room_id = r.id), false) AS is_voice_open,
         COALESCE(q.voice, false) AS is_voice_muted
       FROM unnest($1::uuid[], $2::uuid[]) AS n (user_id, room_id)
       LEFT JOIN rooms r ON r.id = n.room_id
       LEFT JOIN room_members m ON m.room_id = n.room_id AND m.user_id = n.user_id
       LEFT JOIN room_bans b ON b.room_id = n.room_id AND b.user_id = n.user_id
         AND (b.expires_at IS NULL OR b.expires_at > now())
       LEFT JOIN room_mutes q ON q.room_id = n.room_id AND q.user_id = n.user_id
         AND (q.expires_at IS NULL OR q.expires_at > now())`,
      [places.map(({ userId }) => userId), places.map(({ roomId }) => roomId)],
    );
    return rows.map((row) => ({
      userId: row.user_id,
      roomId: row.room_id,
      loss: lossOf(row),
      roomSlug: row.is_gone ? undefined : (row.slug ?? undefined),
      isRoomPublic: row.is_public,
      isVoiceOpen: row.is_voice_open,
      isVoiceMuted: row.is_voice_muted,
    }));
  },
});

export type AccessRepository = ReturnType<typeof createAccessRepository>;
