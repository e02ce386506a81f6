import type { Mention } from '@boltorezka/protocol';
import { isLetIn } from '../access/index.ts';
import type { Queryable } from '../platform/db.ts';
import { toPlainArray } from '../platform/sql-array.ts';
import {
  type GuardRow,
  type RoomForAll,
  type RoomForUser,
  roomColumns,
  toRoomForAll,
  toRoomForUser,
} from '../rooms/index.ts';

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
  /** Of a room in slow mode: when this person wrote to it last. */
  lastOwnAt: Date | null;
  /** By the one clock that all processes share. */
  now: Date;
}

/** Who has blocked whom is asked for direct rooms alone, by itself. */
interface FactsRow extends Omit<GuardRow, 'is_blocked'> {
  user_id: string;
  last_seq: string;
  message_count: string;
  user_name: string;
  is_gone: boolean;
  now: Date;
}

/**
 * Makes the rooms the transaction's until it ends, in the order of their ids: two processes that write to the same rooms do
 * not deadlock.
 */
export const lockRooms = async (tx: Queryable, roomIds: string[]): Promise<void> => {
  // Not FOR UPDATE: a row that refers to the room, as what somebody has read does, is written beside it.
  await tx.query('SELECT FROM rooms WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [
    [...new Set(roomIds)],
  ]);
};

/** The same without waiting. @returns the rooms that were there and free. */
export const lockFreeRooms = async (tx: Queryable, roomIds: string[]): Promise<Set<string>> => {
  const rows = await tx.query<{ id: string }>(
    'SELECT id FROM rooms WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED',
    [[...new Set(roomIds)]],
  );
  return new Set(rows.map(({ id }) => id));
};

/** One row a place. What only some rooms have is asked by itself: most of what this costs is PostgreSQL's planning. */
const select = `SELECT ${roomColumns}, n.user_id, u.is_administrator, r.last_seq, r.message_count, u.name AS user_name,
    (SELECT m.role FROM room_members m WHERE m.room_id = n.room_id AND m.user_id = n.user_id) AS role,
    EXISTS (SELECT FROM room_bans b WHERE b.room_id = n.room_id AND b.user_id = n.user_id
      AND (b.expires_at IS NULL OR b.expires_at > now())) AS is_banned,
    q.text AS text_muted, q.voice AS voice_muted, q.expires_at AS mute_expires_at, clock_timestamp() AS now,
    NOT ${isLetIn('u')} AS is_gone
  FROM unnest($1::uuid[], $2::uuid[]) AS n (room_id, user_id)
  JOIN rooms r ON r.id = n.room_id JOIN users u ON u.id = n.user_id
  LEFT JOIN room_mutes q ON q.room_id = n.room_id AND q.user_id = n.user_id
    AND (q.expires_at IS NULL OR q.expires_at > now())`;

const placeValues = (places: Place[]): unknown[] => [
  toPlainArray(places.map(({ roomId }) => roomId)),
  toPlainArray(places.map(({ userId }) => userId)),
];

const selectKeys = async (tx: Queryable, sql: string, places: Place[]): Promise<Set<string>> => {
  if (places.length === 0) return new Set();
  const rows = await tx.query<{ room_id: string; user_id: string }>(sql, placeValues(places));
  return new Set(rows.map((row) => placeKey({ roomId: row.room_id, userId: row.user_id })));
};

/** Of people in direct rooms: those of whom one has blocked the other. */
const selectBlocked = (tx: Queryable, places: Place[]): Promise<Set<string>> =>
  selectKeys(
    tx,
    `SELECT n.room_id, n.user_id FROM unnest($1::uuid[], $2::uuid[]) AS n (room_id, user_id)
     JOIN room_members o ON o.room_id = n.room_id AND o.user_id <> n.user_id
     WHERE EXISTS (SELECT FROM blocks k WHERE k.user_id = o.user_id AND k.blocked_user_id = n.user_id)
       OR EXISTS (SELECT FROM blocks k WHERE k.user_id = n.user_id AND k.blocked_user_id = o.user_id)`,
    places,
  );

/** Of people in rooms with slow mode: when each wrote there last, whatever became of it. */
const selectLastOwn = async (tx: Queryable, places: Place[]): Promise<Map<string, Date>> => {
  if (places.length === 0) return new Map();
  const rows = await tx.query<{ room_id: string; user_id: string; created_at: Date }>(
    `SELECT n.room_id, n.user_id, o.created_at FROM unnest($1::uuid[], $2::uuid[]) AS n (room_id, user_id)
     CROSS JOIN LATERAL (SELECT m.created_at FROM messages m
       WHERE m.user_id = n.user_id AND m.room_id = n.room_id ORDER BY m.seq DESC LIMIT 1) o`,
    placeValues(places),
  );
  return new Map(rows.map((row) => [placeKey({ roomId: row.room_id, userId: row.user_id }), row.created_at]));
};

/** Asked after `lockRooms`, in a statement of its own: its view is of after the wait. By `placeKey`. */
export const selectFacts = async (tx: Queryable, places: Place[]): Promise<Map<string, Facts>> => {
  const distinct = [...new Map(places.map((place) => [placeKey(place), place])).values()];
  const rows = await tx.query<FactsRow>(select, placeValues(distinct));
  const placesWhere = (fits: (row: FactsRow) => boolean): Place[] =>
    rows.filter(fits).map((row) => ({ roomId: row.id, userId: row.user_id }));
  const blocked = await selectBlocked(
    tx,
    placesWhere(({ kind }) => kind === 'direct'),
  );
  const lastOwn = await selectLastOwn(
    tx,
    placesWhere(({ slow_mode_s }) => slow_mode_s > 0),
  );
  const rooms = new Map<string, RoomForAll>();
  return new Map(
    rows.map((row) => {
      const key = placeKey({ roomId: row.id, userId: row.user_id });
      const guarded = { ...row, is_blocked: blocked.has(key) };
      const room = rooms.get(row.id) ?? toRoomForAll(guarded);
      rooms.set(row.id, room);
      const found = toRoomForUser(guarded, room);
      return [key, toFacts(row, { found, lastOwnAt: lastOwn.get(key) ?? null })];
    }),
  );
};

const toFacts = (row: FactsRow, more: Pick<Facts, 'found' | 'lastOwnAt'>): Facts => ({
  lastSeq: Number(row.last_seq),
  messageCount: Number(row.message_count),
  userName: row.user_name,
  isGone: row.is_gone,
  now: row.now,
  ...more,
});

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
