import { isDeepStrictEqual } from 'node:util';
import type { ChatMessage, EventPayload, LinkPreview } from '@boltorezka/protocol';
import type { Database, Queryable } from '../platform/db.ts';
import { takePosition } from '../rooms/index.ts';
import { linksIn } from './links.ts';
import type { KeptPicture } from './pictures.ts';

export interface PreviewRepositoryDeps {
  db: Database;
  /** A message as an event tells it, read in the same transaction. */
  loadMessage: (id: string, tx: Queryable) => Promise<ChatMessage | undefined>;
}

interface StoredMessage {
  text: string;
  previews: LinkPreview[] | null;
  dismissed_previews: string[] | null;
}

/**
 * The message under the lock of its room, in which everything that changes it is decided. Not FOR UPDATE: who reports the message
 * holds it while their report, which refers to the room, is written.
 */
const lockMessage = async (tx: Queryable, messageId: string) => {
  const [place] = await tx.query<{ room_id: string }>(
    `SELECT r.id AS room_id FROM rooms r WHERE r.id = (SELECT room_id FROM messages WHERE id = $1)
     FOR NO KEY UPDATE`,
    [messageId],
  );
  const [message] = await tx.query<StoredMessage>(
    'SELECT text, previews, dismissed_previews FROM messages WHERE id = $1 AND deleted_at IS NULL',
    [messageId],
  );
  if (!place || !message) return undefined;
  const { text, previews, dismissed_previews: dismissed } = message;
  return { roomId: place.room_id, text, previews: previews ?? [], dismissed: new Set(dismissed) };
};

/** The same page, shown the same: what it has already stays, and its picture need not be another one. */
const isSame = (before: LinkPreview, found: LinkPreview): boolean => {
  const id = before.picture?.id;
  if (id === undefined || found.picture === undefined) return false;
  return isDeepStrictEqual(before, { ...found, picture: { ...found.picture, id } });
};

/**
 * What is shown below the text as it is now. It may have been edited while its pages were fetched, and what the edit asked
 * for may have come first: of each link that is still there, what was found lately or is there already.
 */
const previewsOf = (text: string, before: LinkPreview[], found: LinkPreview[]): LinkPreview[] => {
  const byUrl = new Map(before.map((preview) => [preview.url, preview]));
  for (const preview of found) {
    const known = byUrl.get(preview.url);
    if (!known || !isSame(known, preview)) byUrl.set(preview.url, preview);
  }
  return linksIn(text).flatMap((url) => byUrl.get(url) ?? []);
};

const insertPictures = async (tx: Queryable, messageId: string, pictures: KeptPicture[]): Promise<void> => {
  if (pictures.length === 0) return;
  await tx.query(
    `INSERT INTO preview_pictures (id, message_id, size_bytes)
     SELECT n.id, $1, n.size_bytes FROM unnest($2::uuid[], $3::int[]) AS n (id, size_bytes)`,
    [messageId, pictures.map(({ id }) => id), pictures.map(({ sizeBytes }) => sizeBytes)],
  );
};

export const createPreviewRepository = ({ db, loadMessage }: PreviewRepositoryDeps) => ({
  /**
   * Gives a message its previews, where it is still there and still names the addresses.
   * @param pictures those that are stored for it; what is not shown in the end has no row.
   * @returns what is to be told of it; undefined where nothing has changed.
   */
  attach: (
    messageId: string,
    previews: LinkPreview[],
    pictures: KeptPicture[] = [],
  ): Promise<EventPayload<'chat.messageChanged'> | undefined> =>
    db.transaction(async (tx) => {
      const found = await lockMessage(tx, messageId);
      if (!found) return undefined;
      // What was taken away by hand stays away, whatever asked for it: an edit, or a page that was slow.
      const wanted = previews.filter(({ url }) => !found.dismissed.has(url));
      const fitting = previewsOf(found.text, found.previews, wanted);
      if (isDeepStrictEqual(fitting, found.previews)) return undefined;
      const position = await takePosition(tx, found.roomId);
      if (!position) return undefined;
      await tx.query('UPDATE messages SET previews = $2, revision = $3 WHERE id = $1', [
        messageId,
        JSON.stringify(fitting),
        position.seq,
      ]);
      // After that: what it shows no more goes with the change.
      const shown = pictures.filter(({ id }) => fitting.some(({ picture }) => picture?.id === id));
      await insertPictures(tx, messageId, shown);
      const message = await loadMessage(messageId, tx);
      return message && { ...position, roomId: found.roomId, change: 'previewed' as const, message };
    }),

  /** Lets the oldest pictures go, where all together take up more than this. */
  evict: async (maxBytes: number): Promise<void> => {
    await db.query(
      `WITH kept AS (
         SELECT id, sum(size_bytes) OVER (ORDER BY created_at DESC, id) AS bytes_so_far FROM preview_pictures)
       DELETE FROM preview_pictures p USING kept k WHERE k.id = p.id AND k.bytes_so_far > $1`,
      [maxBytes],
    );
  },

  /** In which room a picture is shown; undefined where it is not, any more. */
  roomOfPicture: async (id: string): Promise<string | undefined> => {
    const [row] = await db.query<{ room_id: string }>(
      'SELECT m.room_id FROM preview_pictures p JOIN messages m ON m.id = p.message_id WHERE p.id = $1',
      [id],
    );
    return row?.room_id;
  },
});

export type PreviewRepository = ReturnType<typeof createPreviewRepository>;
