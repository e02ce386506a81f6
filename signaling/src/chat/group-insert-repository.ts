import type { ChatMessage } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { toPlainArray } from '../platform/sql-array.ts';
import { type Mark, type MarkingRow, markingSql, markingValues } from '../reads/index.ts';
import { placeKey } from './facts-repository.ts';
import type { NamedMessage } from './new-message.ts';

/** Read under the rooms' locks, so that nobody writes the same name meanwhile. @returns ids by retry key. */
export const selectEarlier = async (tx: Queryable, group: NamedMessage[]): Promise<Map<string, string>> => {
  const keys = group.flatMap(({ retryKey }) => retryKey ?? []);
  if (keys.length === 0) return new Map();
  const rows = await tx.query<{ id: string; retry_key: string }>(
    'SELECT id, retry_key FROM messages WHERE retry_key = ANY($1::uuid[])',
    [toPlainArray(keys)],
  );
  return new Map(rows.map((row) => [row.retry_key.replaceAll('-', ''), row.id]));
};

export interface UnsentAttachment {
  roomId: string;
  userId: string;
}

/** Locked, so that none of them is swept away before it is sent. */
export const selectUnsentAttachments = async (
  tx: Queryable,
  ids: string[],
): Promise<Map<string, UnsentAttachment>> => {
  if (ids.length === 0) return new Map();
  const rows = await tx.query<{ id: string; room_id: string; user_id: string }>(
    `SELECT id, room_id, user_id FROM attachments WHERE id = ANY($1::uuid[]) AND message_id IS NULL
     ORDER BY id FOR UPDATE`,
    [[...new Set(ids)]],
  );
  return new Map(rows.map((row) => [row.id, { roomId: row.room_id, userId: row.user_id }]));
};

/** A message that takes its place in the log. */
export interface PlacedMessage {
  message: ChatMessage;
  /** Null in a thread. */
  ordinal: number | null;
  replyTo: string | null;
  /** What a retry of it is found by. */
  retryKey: string | undefined;
  attachmentIds: string[];
}

/** Where a room's log stands after a group. */
export interface RoomCount {
  roomId: string;
  seq: number;
  messageCount: number;
  /** Null where nothing was written but to threads. */
  lastMessageAt: string | null;
}

const insert = `
  INSERT INTO messages (id, room_id, seq, user_id, client_message_id, text, created_at, ordinal, reply_to, thread_root_id,
    mentions, mentions_everyone, revision, retry_key)
  SELECT n.id, n.room_id, n.seq, n.user_id, n.client_message_id, n.text, n.created_at, n.ordinal, n.reply_to,
    n.thread_root_id, n.mentions::jsonb, n.mentions_everyone, n.seq, n.retry_key
  FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::timestamptz[],
    $8::bigint[], $9::uuid[], $10::uuid[], $11::text[], $12::boolean[], $13::uuid[])
    AS n (id, room_id, seq, user_id, client_message_id, text, created_at, ordinal, reply_to, thread_root_id, mentions,
      mentions_everyone, retry_key)`;

const insertValues = (placed: PlacedMessage[]): unknown[] => {
  const messages = placed.map(({ message }) => message);
  return [
    toPlainArray(messages.map(({ id }) => id)),
    toPlainArray(messages.map(({ roomId }) => roomId)),
    toPlainArray(messages.map(({ seq }) => seq)),
    toPlainArray(messages.map(({ userId }) => userId)),
    messages.map(({ clientMessageId }) => clientMessageId ?? null),
    messages.map(({ text }) => text),
    toPlainArray(messages.map(({ createdAt }) => createdAt)),
    toPlainArray(placed.map(({ ordinal }) => ordinal)),
    toPlainArray(placed.map(({ replyTo }) => replyTo)),
    toPlainArray(messages.map(({ threadRootId }) => threadRootId)),
    messages.map(({ mentions }) => (mentions ? JSON.stringify(mentions) : null)),
    toPlainArray(messages.map(({ mentionsEveryone }) => mentionsEveryone ?? false)),
    toPlainArray(placed.map(({ retryKey }) => retryKey)),
  ];
};

const count = `
  UPDATE rooms r SET last_seq = n.seq, message_count = n.message_count,
    last_message_at = coalesce(n.last_message_at, r.last_message_at)
  FROM unnest($14::uuid[], $15::bigint[], $16::bigint[], $17::timestamptz[])
    AS n (id, seq, message_count, last_message_at)
  WHERE r.id = n.id`;

const countValues = (rooms: RoomCount[]): unknown[] => [
  toPlainArray(rooms.map(({ roomId }) => roomId)),
  toPlainArray(rooms.map(({ seq }) => seq)),
  toPlainArray(rooms.map(({ messageCount }) => messageCount)),
  toPlainArray(rooms.map(({ lastMessageAt }) => lastMessageAt)),
];

const write = `WITH written AS (${insert}), counted AS (${count}), ${markingSql(18)}`;

/**
 * The messages, their rooms' counters, and what their senders have read by writing them: one way to the database and back.
 * @returns what the senders' inboxes hold unread still, by the places of the marks.
 */
export const writeMessages = async (
  tx: Queryable,
  { placed, rooms, marks }: { placed: PlacedMessage[]; rooms: RoomCount[]; marks: Mark[] },
): Promise<Map<string, number>> => {
  const values = [...insertValues(placed), ...countValues(rooms), ...markingValues(marks)];
  const rows = await tx.query<MarkingRow>(write, values);
  return new Map(
    rows.map(({ user_id: userId, room_id: roomId, unread_count }) => [
      placeKey({ userId, roomId }),
      Number(unread_count),
    ]),
  );
};

/** How a thread stands after a group. */
export interface ThreadCount {
  rootId: string;
  replyCount: number;
  lastReplyAt: string;
  /** The position of its last reply: its first message is another since then. */
  seq: number;
}

export const updateThreadCounts = async (tx: Queryable, threads: ThreadCount[]): Promise<void> => {
  if (threads.length === 0) return;
  await tx.query(
    `UPDATE messages m SET thread_reply_count = n.count, thread_last_reply_at = n.last_reply_at, revision = n.seq
     FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[], $4::bigint[]) AS n (id, count, last_reply_at, seq)
     WHERE m.id = n.id`,
    [
      threads.map(({ rootId }) => rootId),
      threads.map(({ replyCount }) => replyCount),
      threads.map(({ lastReplyAt }) => lastReplyAt),
      threads.map(({ seq }) => seq),
    ],
  );
};

export const claimAttachments = async (tx: Queryable, placed: PlacedMessage[]): Promise<void> => {
  const claims = placed.flatMap(({ message, attachmentIds }) =>
    attachmentIds.map((id, position) => ({ id, messageId: message.id, position })),
  );
  if (claims.length === 0) return;
  await tx.query(
    `UPDATE attachments a SET message_id = n.message_id, position = n.position
     FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) AS n (id, message_id, position) WHERE a.id = n.id`,
    [
      claims.map(({ id }) => id),
      claims.map(({ messageId }) => messageId),
      claims.map(({ position }) => position),
    ],
  );
};
