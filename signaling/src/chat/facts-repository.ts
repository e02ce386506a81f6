import type { Mention } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { type GuardRow, type RoomForUser, roomColumns, toRoomForUser } from '../rooms/index.ts';

/** A room, and somebody who wants to do something there. */
export interface Place {
  roomId: string;
  userId: string;
}

export const placeKey = ({ roomId, userId }: Place): string => `${roomId} ${userId}`;

/** What is true of a room and a person under the room's lock: what another transaction has committed before is in it. */
export interface Facts {
  found: RoomForUser;
  lastSeq: number;
  /** The room's own messages so far. */
  messageCount: number;
  userName: string;
  /** Banned from the server, or deleted. */
  isGone: boolean;
  /** Of a direct room: one of the two has blocked the other. */
  isBlocked: boolean;
  /** Of a room in slow mode: when this person wrote to it last. */
  lastOwnAt: Date | null;
  /** By the one clock that all processes share. */
  now: Date;
}

interface FactsRow extends GuardRow {
  user_id: string;
  last_seq: string;
  message_count: string;
  user_name: string;
  is_gone: boolean;
  is_blocked: boolean;
  last_own_at: Date | null;
  now: Date;
}

/**
 * Makes the rooms the transaction's until it ends, in the order of their ids: two processes that write to the same rooms do
 * not deadlock.
 */
export const lockRooms = async (tx: Queryable, roomIds: string[]): Promise<void> => {
  await tx.query('SELECT FROM rooms WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE', [
    [...new Set(roomIds)],
  ]);
};

const toFacts = (row: FactsRow): Facts => ({
  found: toRoomForUser(row),
  lastSeq: Number(row.last_seq),
  messageCount: Number(row.message_count),
  userName: row.user_name,
  isGone: row.is_gone,
  isBlocked: row.is_blocked,
  lastOwnAt: row.last_own_at,
  now: row.now,
});

const select = `SELECT ${roomColumns}, n.user_id, m.role, u.is_administrator, b.user_id IS NOT NULL AS is_banned,
    q.text AS text_muted, q.voice AS voice_muted, q.expires_at AS mute_expires_at, r.last_seq, r.message_count,
    u.name AS user_name, clock_timestamp() AS now,
    u.deleted_at IS NOT NULL
      OR (u.banned_at IS NOT NULL AND (u.banned_until IS NULL OR u.banned_until > now())) AS is_gone,
    r.kind = 'direct' AND EXISTS (SELECT FROM room_members o JOIN blocks k
      ON (k.user_id, k.blocked_user_id) IN ((o.user_id, n.user_id), (n.user_id, o.user_id))
      WHERE o.room_id = r.id AND o.user_id <> n.user_id) AS is_blocked,
    CASE WHEN r.slow_mode_s > 0 THEN (SELECT o.created_at FROM messages o
      WHERE o.user_id = n.user_id AND o.room_id = r.id ORDER BY o.seq DESC LIMIT 1) END AS last_own_at
  FROM unnest($1::uuid[], $2::uuid[]) AS n (room_id, user_id)
  JOIN rooms r ON r.id = n.room_id JOIN users u ON u.id = n.user_id
  LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = n.user_id
  LEFT JOIN room_bans b ON b.room_id = r.id AND b.user_id = n.user_id
    AND (b.expires_at IS NULL OR b.expires_at > now())
  LEFT JOIN room_mutes q ON q.room_id = r.id AND q.user_id = n.user_id
    AND (q.expires_at IS NULL OR q.expires_at > now())`;

/** Asked after `lockRooms`, in a statement of its own: its view is of after the wait. By `placeKey`. */
export const selectFacts = async (tx: Queryable, places: Place[]): Promise<Map<string, Facts>> => {
  const distinct = [...new Map(places.map((place) => [placeKey(place), place])).values()];
  const rows = await tx.query<FactsRow>(select, [
    distinct.map(({ roomId }) => roomId),
    distinct.map(({ userId }) => userId),
  ]);
  return new Map(rows.map((row) => [placeKey({ roomId: row.id, userId: row.user_id }), toFacts(row)]));
};

/** A message as far as others refer to it, or change it. */
export interface StoredMessage {
  id: string;
  roomId: string;
  userId: string;
  seq: number;
  text: string;
  isDeleted: boolean;
  isPinned: boolean;
  threadRootId: string | null;
  replyCount: number;
  mentions: Mention[];
}

interface StoredRow {
  id: string;
  room_id: string;
  user_id: string;
  seq: string;
  text: string;
  is_deleted: boolean;
  is_pinned: boolean;
  thread_root_id: string | null;
  thread_reply_count: number;
  mentions: Mention[] | null;
}

/** Those of these ids that there are. */
export const selectStored = async (tx: Queryable, ids: string[]): Promise<Map<string, StoredMessage>> => {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<StoredRow>(
    `SELECT id, room_id, user_id, seq, text, deleted_at IS NOT NULL AS is_deleted, pinned_at IS NOT NULL AS is_pinned,
       thread_root_id, thread_reply_count, mentions FROM messages WHERE id = ANY($1::uuid[])`,
    [[...new Set(ids)]],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        roomId: row.room_id,
        userId: row.user_id,
        seq: Number(row.seq),
        text: row.text,
        isDeleted: row.is_deleted,
        isPinned: row.is_pinned,
        threadRootId: row.thread_root_id,
        replyCount: row.thread_reply_count,
        mentions: row.mentions ?? [],
      },
    ]),
  );
};

/** Of these people in these rooms, those who may read them; with their names. By `placeKey`. */
export const selectReaders = async (tx: Queryable, places: Place[]): Promise<Map<string, Mention>> => {
  if (places.length === 0) return new Map();
  const rows = await tx.query<{ room_id: string; user_id: string; name: string }>(
    `SELECT n.room_id, n.user_id, u.name FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::uuid[])) AS n (room_id, user_id)
     JOIN rooms r ON r.id = n.room_id JOIN users u ON u.id = n.user_id AND u.deleted_at IS NULL
     LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = n.user_id
     WHERE ((r.is_public AND r.kind = 'room') OR m.user_id IS NOT NULL)
       AND NOT EXISTS (SELECT FROM room_bans b WHERE b.room_id = r.id AND b.user_id = n.user_id
         AND (b.expires_at IS NULL OR b.expires_at > now()))`,
    [places.map(({ roomId }) => roomId), places.map(({ userId }) => userId)],
  );
  return new Map(
    rows.map(({ room_id: roomId, user_id: userId, name: userName }) => [
      placeKey({ roomId, userId }),
      { userId, userName },
    ]),
  );
};
