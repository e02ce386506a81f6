import { type ChatMessage, limits } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { type MessageRow, toChatMessage } from './shape.ts';

const columns = `m.id, m.room_id, m.user_id, u.name AS user_name, m.text, m.created_at, m.seq, r.epoch,
  m.client_message_id, m.revision, m.edited_at, m.deleted_at, m.pinned_at, m.thread_root_id, m.thread_reply_count,
  m.thread_last_reply_at, m.mentions, m.mentions_everyone, m.previews,
  CASE WHEN q.id IS NOT NULL THEN json_build_object('messageId', q.id, 'seq', q.seq, 'userId', q.user_id,
    'userName', qu.name, 'text', left(q.text, ${limits.maxExcerptLength}), 'isDeleted', q.deleted_at IS NOT NULL)
  END AS reply_to,
  (SELECT json_agg(json_build_object('id', a.id, 'name', a.name, 'mediaType', a.media_type, 'sizeBytes', a.size_bytes,
      'width', a.width, 'height', a.height, 'hasThumbnail', a.has_thumbnail) ORDER BY a.position, a.id)
    FROM attachments a WHERE a.message_id = m.id) AS attachments`;

/** In the order in which each emoji came to the message first. */
const reactionsFor = (reader: string): string =>
  `(SELECT coalesce(json_agg(json_build_object('emoji', e.emoji, 'count', e.count, 'isMine', e.is_mine) ORDER BY e.since, e.emoji), '[]')
    FROM (SELECT x.emoji, count(*)::int AS count, bool_or(x.user_id = ${reader}) AS is_mine, min(x.created_at) AS since
      FROM reactions x WHERE x.message_id = m.id GROUP BY x.emoji) e)`;

/** Which messages to read: a SELECT of their ids, and the order to give them in. */
export interface MessagePick {
  sql: string;
  values: unknown[];
  /** Of a message `m`. */
  orderBy: string;
}

/**
 * Reads messages with all that belongs to them, in one statement: each is of one moment with its quotation, its reactions
 * and its attachments. What it quotes is as that is now. Reactions are there for a reader alone, as that person sees them,
 * even where there are none: an event, which goes to many, says nothing of them.
 */
export const readMessages = async (
  db: Queryable,
  { sql, values, orderBy }: MessagePick,
  readerId?: string,
): Promise<ChatMessage[]> => {
  const reader = `$${values.length + 1}::uuid`;
  const rows = await db.query<MessageRow>(
    `SELECT ${columns}, ${readerId === undefined ? 'NULL' : reactionsFor(reader)} AS reactions
     FROM (${sql}) AS picked JOIN messages m ON m.id = picked.id
     JOIN users u ON u.id = m.user_id JOIN rooms r ON r.id = m.room_id
     LEFT JOIN messages q ON q.id = m.reply_to LEFT JOIN users qu ON qu.id = q.user_id
     ORDER BY ${orderBy}`,
    readerId === undefined ? values : [...values, readerId],
  );
  return rows.map(toChatMessage);
};

/** By their ids; those that are not there are left out. */
export const readMessagesById = async (
  db: Queryable,
  ids: string[],
  readerId?: string,
): Promise<Map<string, ChatMessage>> => {
  if (ids.length === 0) return new Map();
  const pick = { sql: 'SELECT unnest($1::uuid[]) AS id', values: [[...new Set(ids)]], orderBy: 'm.id' };
  const messages = await readMessages(db, pick, readerId);
  return new Map(messages.map((message) => [message.id, message]));
};
