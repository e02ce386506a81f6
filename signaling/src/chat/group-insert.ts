import type { ChatMessage } from '@boltorezka/protocol';
import type { Database, Queryable } from '../platform/db.ts';

/** A message on its way into the log. */
export interface NewMessage {
  id: string;
  roomId: string;
  userId: string;
  userName: string;
  text: string;
  clientMessageId: string | undefined;
}

/** What became of one: written, found to be a retry of an earlier one, or its room is gone. */
export type InsertOutcome = { message: ChatMessage; isRetry: boolean } | 'room-gone';

interface RoomPosition {
  id: string;
  last_seq: string;
  message_count: string;
  epoch: string;
}

interface StoredMessage {
  id: string;
  room_id: string;
  user_id: string;
  client_message_id: string;
  text: string;
  created_at: Date;
  seq: string;
}

/** Rooms' counters are locked in the order of their ids: two processes that write to the same rooms do not deadlock. */
const lockRooms = async (tx: Queryable, group: NewMessage[]): Promise<Map<string, RoomPosition>> => {
  const rooms = await tx.query<RoomPosition>(
    'SELECT id, last_seq, message_count, epoch FROM rooms WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE',
    [[...new Set(group.map(({ roomId }) => roomId))]],
  );
  return new Map(rooms.map((room) => [room.id, room]));
};

/** Names a message that its sender named; undefined for one that cannot be told from another. */
export const retryKey = ({
  roomId,
  userId,
  clientMessageId,
}: Pick<NewMessage, 'roomId' | 'userId' | 'clientMessageId'>): string | undefined =>
  clientMessageId === undefined ? undefined : `${roomId} ${userId} ${clientMessageId}`;

/** Read under the rooms' locks, so that nobody writes the same name meanwhile. */
const findEarlier = async (tx: Queryable, group: NewMessage[]): Promise<Map<string, StoredMessage>> => {
  const named = group.filter(({ clientMessageId }) => clientMessageId !== undefined);
  if (named.length === 0) return new Map();
  const rows = await tx.query<StoredMessage>(
    `SELECT m.id, m.room_id, m.user_id, m.client_message_id, m.text, m.created_at, m.seq
     FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS n (room_id, user_id, client_message_id)
     JOIN messages m USING (room_id, user_id, client_message_id)`,
    [
      named.map(({ roomId }) => roomId),
      named.map(({ userId }) => userId),
      named.map(({ clientMessageId }) => clientMessageId),
    ],
  );
  return new Map(
    rows.map((row) => {
      const name = { roomId: row.room_id, userId: row.user_id, clientMessageId: row.client_message_id };
      return [retryKey(name) ?? '', row];
    }),
  );
};

const fromStored = (row: StoredMessage, userName: string, epoch: string): ChatMessage => ({
  id: row.id,
  roomId: row.room_id,
  userId: row.user_id,
  userName,
  text: row.text,
  createdAt: row.created_at.toISOString(),
  seq: Number(row.seq),
  epoch,
  clientMessageId: row.client_message_id,
});

const writeRows = async (tx: Queryable, messages: (ChatMessage & { ordinal: number })[]): Promise<void> => {
  await tx.query(
    `INSERT INTO messages (id, room_id, seq, user_id, client_message_id, text, created_at, ordinal, revision)
     SELECT *, n.seq FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[], $8::bigint[])
       AS n (id, room_id, seq, user_id, client_message_id, text, created_at, ordinal)`,
    [
      messages.map(({ id }) => id),
      messages.map(({ roomId }) => roomId),
      messages.map(({ seq }) => seq),
      messages.map(({ userId }) => userId),
      messages.map(({ clientMessageId }) => clientMessageId ?? null),
      messages.map(({ text }) => text),
      messages.map(({ createdAt }) => createdAt),
      messages.map(({ ordinal }) => ordinal),
    ],
  );
  const last = new Map(messages.map((message) => [message.roomId, message]));
  await tx.query(
    `UPDATE rooms r SET last_seq = n.seq, message_count = n.ordinal, last_message_at = n.created_at
     FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::timestamptz[]) AS n (id, seq, ordinal, created_at)
     WHERE r.id = n.id`,
    [
      [...last.keys()],
      [...last.values()].map(({ seq }) => seq),
      [...last.values()].map(({ ordinal }) => ordinal),
      [...last.values()].map(({ createdAt }) => createdAt),
    ],
  );
};

/**
 * Writes a group in one transaction. Each message takes its room's next position; a retry takes none and gets the first
 * result. Fails as a whole or not at all.
 * @returns one outcome a message, in the order given.
 */
export const insertGroup = (db: Database, group: NewMessage[]): Promise<InsertOutcome[]> =>
  db.transaction(async (tx) => {
    const rooms = await lockRooms(tx, group);
    const earlier = await findEarlier(tx, group);
    const positions = new Map([...rooms.values()].map((room) => [room.id, Number(room.last_seq)]));
    const named = new Map<string, ChatMessage>();
    const createdAt = new Date().toISOString();
    const ordinals = new Map([...rooms.values()].map((room) => [room.id, Number(room.message_count)]));
    const written: (ChatMessage & { ordinal: number })[] = [];
    const outcomes = group.map((entry): InsertOutcome => {
      const room = rooms.get(entry.roomId);
      if (!room) return 'room-gone';
      const { clientMessageId, ...rest } = entry;
      const key = retryKey(entry);
      const stored = key ? earlier.get(key) : undefined;
      if (stored) return { message: fromStored(stored, entry.userName, room.epoch), isRetry: true };
      const twin = key ? named.get(key) : undefined;
      if (twin) return { message: twin, isRetry: true };
      const seq = (positions.get(entry.roomId) ?? 0) + 1;
      positions.set(entry.roomId, seq);
      const message = {
        ...rest,
        createdAt,
        seq,
        epoch: room.epoch,
        ...(clientMessageId ? { clientMessageId } : {}),
      };
      if (key) named.set(key, message);
      const ordinal = (ordinals.get(entry.roomId) ?? 0) + 1;
      ordinals.set(entry.roomId, ordinal);
      written.push({ ...message, ordinal });
      return { message, isRetry: false };
    });
    if (written.length > 0) await writeRows(tx, written);
    return outcomes;
  });
