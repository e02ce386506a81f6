import type { ChatMessage } from '@boltorezka/protocol';
import { readMessagesById } from '../messages/index.ts';
import type { Queryable } from '../platform/db.ts';
import type { SearchTerms } from './query.ts';
import { startMark, stopMark, toPieces } from './snippet.ts';

/** A place among what was found, from the newest to the oldest. */
export interface SearchPlace {
  atMs: number;
  messageId: string;
}

export interface SearchAsked {
  readerId: string;
  terms: SearchTerms;
  roomId: string | undefined;
  userId: string | undefined;
  before: SearchPlace | undefined;
  limit: number;
}

export interface SearchHit {
  message: ChatMessage;
  roomSlug: string;
  roomTitle: string;
  snippet: { text: string; is_match: boolean }[];
}

interface HitRow {
  id: string;
  created_at: Date;
  slug: string;
  title: string;
  headline: string;
}

const query = `(websearch_to_tsquery('russian', $2)
  || coalesce(websearch_to_tsquery('russian', $3) && to_tsquery('russian', $4 || ':*'), ''))`;

const headlineOptions = `StartSel=${startMark}, StopSel=${stopMark}, MaxWords=30, MinWords=12, ShortWord=0, MaxFragments=1`;

/** Only what stands in rooms that the person may read; the words are looked up in the index first. */
const select = `
  WITH hit AS MATERIALIZED (
    SELECT m.id, m.text, m.created_at, r.slug, r.title FROM messages m JOIN rooms r ON r.id = m.room_id
    WHERE m.search @@ ${query}
      -- Nothing but what shall not be there: the index is of no use, and the answer of none.
      AND querytree(${query}) NOT IN ('', 'T')
      AND m.deleted_at IS NULL
      AND ((r.is_public AND r.kind = 'room')
        OR EXISTS (SELECT FROM room_members n WHERE n.room_id = r.id AND n.user_id = $1))
      AND NOT EXISTS (SELECT FROM room_bans b WHERE b.room_id = r.id AND b.user_id = $1
        AND (b.expires_at IS NULL OR b.expires_at > now()))
      AND ($5::uuid IS NULL OR m.room_id = $5) AND ($6::uuid IS NULL OR m.user_id = $6)
      AND ($7::timestamptz IS NULL OR (m.created_at, m.id) < ($7, $8::uuid))
    ORDER BY m.created_at DESC, m.id DESC LIMIT $9)
  SELECT id, created_at, slug, title,
    ts_headline('russian', translate(text, '${startMark}${stopMark}', ''), ${query}, $10) AS headline
  FROM hit ORDER BY created_at DESC, id DESC`;

export const createSearchRepository = (db: Queryable) => ({
  /** Newest first, and where the next page begins; null after the last one. */
  find: async (asked: SearchAsked): Promise<{ hits: SearchHit[]; next: SearchPlace | null }> => {
    const { terms, before } = asked;
    const rows = await db.query<HitRow>(select, [
      asked.readerId,
      terms.whole,
      terms.head,
      terms.prefix,
      asked.roomId ?? null,
      asked.userId ?? null,
      before ? new Date(before.atMs) : null,
      before?.messageId ?? null,
      asked.limit + 1,
      headlineOptions,
    ]);
    const shown = rows.slice(0, asked.limit);
    const messages = await readMessagesById(
      db,
      shown.map(({ id }) => id),
      asked.readerId,
    );
    const hits = shown.flatMap(({ id, slug: roomSlug, title: roomTitle, headline }) => {
      const message = messages.get(id);
      // Deleted while it was being found.
      if (!message || message.deletedAt !== undefined) return [];
      return [{ message, roomSlug, roomTitle, snippet: toPieces(headline) }];
    });
    const last = rows.length > asked.limit ? shown.at(-1) : undefined;
    return { hits, next: last ? { atMs: last.created_at.getTime(), messageId: last.id } : null };
  },
});

export type SearchRepository = ReturnType<typeof createSearchRepository>;
