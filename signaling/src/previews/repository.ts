import { isDeepStrictEqual } from 'node:util';
import type { ChatMessage, EventPayload, LinkPreview } from '@boltorezka/protocol';
import type { Database, Queryable } from '../platform/db.ts';
import { takePosition } from '../rooms/index.ts';
import { linksIn } from './links.ts';

export interface PreviewRepositoryDeps {
  db: Database;
  /** A message as an event tells it, read in the same transaction. */
  loadMessage: (id: string, tx: Queryable) => Promise<ChatMessage | undefined>;
}

/** The message under the lock of its room, in which everything that changes it is decided. */
const lockMessage = async (tx: Queryable, messageId: string) => {
  const [place] = await tx.query<{ room_id: string }>(
    `SELECT r.id AS room_id FROM rooms r WHERE r.id = (SELECT room_id FROM messages WHERE id = $1) FOR UPDATE`,
    [messageId],
  );
  const [message] = await tx.query<{ text: string; previews: LinkPreview[] | null }>(
    'SELECT text, previews FROM messages WHERE id = $1 AND deleted_at IS NULL',
    [messageId],
  );
  return place && message && { roomId: place.room_id, text: message.text, previews: message.previews ?? [] };
};

/**
 * What is shown below the text as it is now. It may have been edited while its pages were fetched, and what the edit asked
 * for may have come first: of each link that is still there, what was found lately or is there already.
 */
const previewsOf = (text: string, before: LinkPreview[], found: LinkPreview[]): LinkPreview[] => {
  const byUrl = new Map([...before, ...found].map((preview) => [preview.url, preview]));
  return linksIn(text).flatMap((url) => byUrl.get(url) ?? []);
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
      const found = await lockMessage(tx, messageId);
      if (!found) return undefined;
      const fitting = previewsOf(found.text, found.previews, previews);
      if (isDeepStrictEqual(fitting, found.previews)) return undefined;
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
