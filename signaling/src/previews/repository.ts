import type { ChatMessage, EventPayload, LinkPreview } from '@boltorezka/protocol';
import type { Database, Queryable } from '../platform/db.ts';
import { takePosition } from '../rooms/index.ts';

export interface PreviewRepositoryDeps {
  db: Database;
  /** A message as an event tells it, read in the same transaction. */
  loadMessage: (id: string, tx: Queryable) => Promise<ChatMessage | undefined>;
}

/** The message's text under the lock of its room, in which everything that changes it is decided. */
const lockText = async (tx: Queryable, messageId: string) => {
  const [place] = await tx.query<{ room_id: string }>(
    `SELECT r.id AS room_id FROM rooms r WHERE r.id = (SELECT room_id FROM messages WHERE id = $1) FOR UPDATE`,
    [messageId],
  );
  const [message] = await tx.query<{ text: string }>(
    'SELECT text FROM messages WHERE id = $1 AND deleted_at IS NULL',
    [messageId],
  );
  return place && message && { roomId: place.room_id, text: message.text };
};

export const createPreviewRepository = ({ db, loadMessage }: PreviewRepositoryDeps) => ({
  /**
   * Gives a message its previews, where it is still there and still names the addresses.
   * @returns what is to be told of it; undefined where nothing has changed.
   */
  attach: (
    messageId: string,
    previews: LinkPreview[],
  ): Promise<EventPayload<'chat.messageChanged'> | undefined> =>
    db.transaction(async (tx) => {
      const found = await lockText(tx, messageId);
      const fitting = previews.filter(({ url }) => found?.text.includes(url));
      if (!found || fitting.length === 0) return undefined;
      const position = await takePosition(tx, found.roomId);
      if (!position) return undefined;
      await tx.query('UPDATE messages SET previews = $2, revision = $3 WHERE id = $1', [
        messageId,
        JSON.stringify(fitting),
        position.seq,
      ]);
      const message = await loadMessage(messageId, tx);
      return message && { ...position, roomId: found.roomId, change: 'previewed' as const, message };
    }),
});
