import type { ChatMessage, LinkPreview } from '@boltorezka/protocol';
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
  client_message_id: string | null;
  revision: string;
  previews: LinkPreview[] | null;
}

export const toChatMessage = (row: MessageRow): ChatMessage => ({
  id: row.id,
  roomId: row.room_id,
  userId: row.user_id,
  userName: row.user_name,
  text: row.text,
  createdAt: row.created_at.toISOString(),
  seq: Number(row.seq),
  epoch: row.epoch,
  ...(row.client_message_id === null ? {} : { clientMessageId: row.client_message_id }),
  ...(row.revision === row.seq ? {} : { revision: Number(row.revision) }),
  ...(row.previews === null ? {} : { previews: row.previews }),
});

const select = `SELECT m.id, m.room_id, m.user_id, u.name AS user_name, m.text, m.created_at, m.seq,
  r.epoch, m.client_message_id, m.revision, m.previews
  FROM messages m JOIN users u ON u.id = m.user_id JOIN rooms r ON r.id = m.room_id`;

/** Reads messages. Writing is the writer's. */
export const createChatRepository = (db: Queryable) => ({
  /** Oldest first, the page that ends just before `beforeSeq`. */
  pageBefore: async (
    roomId: string,
    beforeSeq: number | undefined,
    limit: number,
  ): Promise<ChatMessage[]> => {
    const rows = await db.query<MessageRow>(
      `${select} WHERE m.room_id = $1 AND ($2::bigint IS NULL OR m.seq < $2) ORDER BY m.seq DESC LIMIT $3`,
      [roomId, beforeSeq ?? null, limit],
    );
    return rows.map(toChatMessage).reverse();
  },

  byId: async (messageId: string): Promise<ChatMessage | undefined> => {
    const [row] = await db.query<MessageRow>(`${select} WHERE m.id = $1`, [messageId]);
    return row && toChatMessage(row);
  },

  /** Oldest first, what was written after a position. */
  after: async (roomId: string, afterSeq: number, limit: number): Promise<ChatMessage[]> => {
    const rows = await db.query<MessageRow>(
      `${select} WHERE m.room_id = $1 AND m.seq > $2 ORDER BY m.seq LIMIT $3`,
      [roomId, afterSeq, limit],
    );
    return rows.map(toChatMessage);
  },
});

export type ChatRepository = ReturnType<typeof createChatRepository>;
