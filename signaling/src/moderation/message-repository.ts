import type { ChatMessage, ThreadSummary } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';

interface MessageRow {
  id: string;
  room_id: string;
  user_id: string;
  user_name: string;
  text: string;
  created_at: Date;
  seq: string;
  epoch: string;
  revision: string;
  client_message_id: string | null;
  edited_at: Date | null;
  deleted_at: Date | null;
  thread_root_id: string | null;
}

const toChatMessage = (row: MessageRow): ChatMessage => ({
  id: row.id,
  roomId: row.room_id,
  userId: row.user_id,
  userName: row.user_name,
  text: row.text,
  createdAt: row.created_at.toISOString(),
  seq: Number(row.seq),
  epoch: row.epoch,
  revision: Number(row.revision),
  ...(row.client_message_id === null ? {} : { clientMessageId: row.client_message_id }),
  ...(row.edited_at === null ? {} : { editedAt: row.edited_at.toISOString() }),
  ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at.toISOString() }),
  ...(row.thread_root_id === null ? {} : { threadRootId: row.thread_root_id }),
});

/** Messages as moderation shows them: what was written, by whom and when. */
export const selectMessages = async (db: Queryable, ids: string[]): Promise<Map<string, ChatMessage>> => {
  if (ids.length === 0) return new Map();
  const rows = await db.query<MessageRow>(
    `SELECT m.id, m.room_id, m.user_id, u.name AS user_name, m.text, m.created_at, m.seq, r.epoch, m.revision,
       m.client_message_id, m.edited_at, m.deleted_at, m.thread_root_id
     FROM messages m JOIN users u ON u.id = m.user_id JOIN rooms r ON r.id = m.room_id
     WHERE m.id = ANY($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, toChatMessage(row)]));
};

/** How the threads of these messages stand. */
export const selectThreads = async (
  db: Queryable,
  rootIds: string[],
): Promise<Map<string, ThreadSummary>> => {
  if (rootIds.length === 0) return new Map();
  const rows = await db.query<{ id: string; count: number; last_reply_at: Date | null }>(
    `SELECT id, thread_reply_count AS count, thread_last_reply_at AS last_reply_at FROM messages
     WHERE id = ANY($1::uuid[])`,
    [rootIds],
  );
  return new Map(
    rows.map(({ id, count, last_reply_at: lastReplyAt }) => [
      id,
      { replyCount: count, ...(lastReplyAt ? { lastReplyAt: lastReplyAt.toISOString() } : {}) },
    ]),
  );
};
