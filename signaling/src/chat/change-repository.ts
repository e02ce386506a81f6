import type { Mention, Reaction } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { linksIn } from '../previews/index.ts';
import { takePosition } from '../rooms/index.ts';
import {
  type Facts,
  lockRooms,
  placeKey,
  type StoredMessage,
  selectFacts,
  selectStored,
} from './facts-repository.ts';
import { noSuchMessage } from './permission.ts';

/** A message that somebody wants to change; its room is the transaction's. */
export interface OpenedMessage {
  message: StoredMessage;
  facts: Facts;
}

/**
 * Finds the message and locks its room.
 * @throws AppError `NotFound` where there is none, or none that this person may read.
 */
export const openMessage = async (
  tx: Queryable,
  { messageId, userId }: { messageId: string; userId: string },
): Promise<OpenedMessage> => {
  const [found] = await tx.query<{ room_id: string }>('SELECT room_id FROM messages WHERE id = $1', [
    messageId,
  ]);
  if (!found) throw noSuchMessage();
  const place = { roomId: found.room_id, userId };
  await lockRooms(tx, [place.roomId]);
  const facts = (await selectFacts(tx, [place])).get(placeKey(place));
  // Read again: the room may have been waited for.
  const message = (await selectStored(tx, [messageId])).get(messageId);
  if (!facts?.found.may('read') || facts.isGone || !message) throw noSuchMessage();
  return { message, facts };
};

/** The room's next position, for a change of a message of it. */
export const takeNext = async (tx: Queryable, roomId: string): Promise<{ seq: number; epoch: string }> => {
  const position = await takePosition(tx, roomId);
  if (!position) throw noSuchMessage();
  return position;
};

/** Previews stay with the links that the text still holds, and go with the others; so does that they were taken away. */
export const updateText = async (
  tx: Queryable,
  change: { id: string; seq: number; text: string; mentions: Mention[]; at: Date },
): Promise<void> => {
  await tx.query(
    `UPDATE messages SET text = $2, mentions = $3, edited_at = $4, revision = $5,
       previews = (SELECT jsonb_agg(preview ORDER BY array_position($6::text[], preview ->> 'url'))
         FROM jsonb_array_elements(previews) AS preview WHERE preview ->> 'url' = ANY($6)),
       dismissed_previews = (SELECT array_agg(url) FROM unnest(dismissed_previews) AS url WHERE strpos($2, url) > 0)
     WHERE id = $1`,
    [
      change.id,
      change.text,
      change.mentions.length === 0 ? null : JSON.stringify(change.mentions),
      change.at,
      change.seq,
      linksIn(change.text),
    ],
  );
};

/** Takes the preview of a link away, and remembers that somebody did. */
export const updateDismissed = async (
  tx: Queryable,
  change: { id: string; seq: number; url: string },
): Promise<void> => {
  await tx.query(
    `UPDATE messages SET revision = $3, dismissed_previews = array_append(dismissed_previews, $2),
       previews = (SELECT jsonb_agg(preview ORDER BY place)
         FROM jsonb_array_elements(previews) WITH ORDINALITY AS p (preview, place) WHERE preview ->> 'url' <> $2)
     WHERE id = $1`,
    [change.id, change.url, change.seq],
  );
};

export const updatePin = async (
  tx: Queryable,
  change: { id: string; seq: number; at: Date | null },
): Promise<void> => {
  await tx.query('UPDATE messages SET pinned_at = $2, revision = $3 WHERE id = $1', [
    change.id,
    change.at,
    change.seq,
  ]);
};

export const countPins = async (tx: Queryable, roomId: string): Promise<number> => {
  const [row] = await tx.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM messages WHERE room_id = $1 AND pinned_at IS NOT NULL',
    [roomId],
  );
  return row?.count ?? 0;
};

/** A message's reactions as one person sees them. */
export const selectReactions = async (
  tx: Queryable,
  messageId: string,
  userId: string,
): Promise<Reaction[]> => {
  const rows = await tx.query<{ emoji: string; count: number; is_mine: boolean }>(
    `SELECT emoji, count(*)::int AS count, bool_or(user_id = $2) AS is_mine FROM reactions
     WHERE message_id = $1 GROUP BY emoji`,
    [messageId, userId],
  );
  return rows.map(({ emoji, count, is_mine: isMine }) => ({ emoji, count, isMine }));
};

export interface ReactionChange {
  messageId: string;
  userId: string;
  emoji: string;
  isSet: boolean;
  seq: number;
}

export const updateReaction = async (tx: Queryable, change: ReactionChange): Promise<void> => {
  const { messageId, userId, emoji, isSet, seq } = change;
  const sql = isSet
    ? 'INSERT INTO reactions (message_id, user_id, emoji, created_at) VALUES ($1, $2, $3, clock_timestamp())'
    : 'DELETE FROM reactions WHERE message_id = $1 AND user_id = $2 AND emoji = $3';
  await tx.query(sql, [messageId, userId, emoji]);
  await tx.query('UPDATE messages SET revision = $2 WHERE id = $1', [messageId, seq]);
};
