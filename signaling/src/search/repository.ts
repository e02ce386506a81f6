import type { ChatMessage, SearchContent } from '@boltorezka/protocol';
import { readMessagesById } from '../messages/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import type { SearchTerms } from './query.ts';
import { startMark, stopMark, toPieces } from './snippet.ts';

/** A place among what was found, from the newest to the oldest. */
export interface SearchPlace {
  atMs: number;
  messageId: string;
}

export interface SearchAsked {
  readerId: string;
  /** Undefined: whatever the messages say. */
  terms: SearchTerms | undefined;
  roomId: string | undefined;
  userId: string | undefined;
  /** From this moment on. */
  sentFrom: Date | undefined;
  sentBefore: Date | undefined;
  has: SearchContent | undefined;
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

const query = `(websearch_to_tsquery('russian', $9)
  || coalesce(websearch_to_tsquery('russian', $10) && to_tsquery('russian', $11 || ':*'), ''))`;

/** Nothing but what shall not be there: the index is of no use, and the answer of none. */
const holdsWords = `m.search @@ ${query} AND querytree(${query}) NOT IN ('', 'T')`;

const holds: Readonly<Record<SearchContent, string>> = {
  file: 'EXISTS (SELECT FROM attachments a WHERE a.message_id = m.id)',
  link: `m.text ~* 'https?://'`,
};

/** What the index of times knows. */
const isInTime = `m.deleted_at IS NULL
  AND ($5::timestamptz IS NULL OR m.created_at >= $5) AND ($6::timestamptz IS NULL OR m.created_at < $6)
  AND ($7::timestamptz IS NULL OR (m.created_at, m.id) < ($7, $8::uuid))`;

/** Only what stands in rooms that the person may read. */
const isWanted = `((r.is_public AND r.kind = 'room')
    OR EXISTS (SELECT FROM room_members n WHERE n.room_id = r.id AND n.user_id = $1))
  AND NOT EXISTS (SELECT FROM room_bans b WHERE b.room_id = r.id AND b.user_id = $1
    AND (b.expires_at IS NULL OR b.expires_at > now()))
  AND ($3::uuid IS NULL OR m.room_id = $3) AND ($4::uuid IS NULL OR m.user_id = $4)`;

const headlineOptions = `StartSel=${startMark}, StopSel=${stopMark}, MaxWords=30, MinWords=12, ShortWord=0, MaxFragments=1`;
const clean = `translate(text, '${startMark}${stopMark}', '')`;
const headline = `ts_headline('russian', ${clean}, ${query}, '${headlineOptions}')`;
/** Of a text of which no word was asked for, its beginning. */
const beginning = `left(${clean}, 200)`;

const newestFirst = (place: string) => `ORDER BY ${place}created_at DESC, ${place}id DESC`;

/** So many of the newest messages are looked at one by one before the index of words is asked. */
const lately = 10_000;

/**
 * A frequent word is soon found by walking back from the newest message, where the index of words would name every message
 * that holds it, all to be read and sorted for the sake of a page. A rare one is found by the index alone.
 */
const sources = {
  newest: `(SELECT * FROM messages m WHERE ${isInTime} ${newestFirst('m.')} LIMIT ${lately})`,
  // OFFSET keeps the order of what is around it out of the plan: PostgreSQL would walk back through all there is.
  withWords: `(SELECT * FROM messages m WHERE ${isInTime} AND ${holdsWords} OFFSET 0)`,
  all: 'messages',
};

const select = ({ terms, has }: SearchAsked, source: string): string => {
  const conditions = [isInTime, isWanted, ...(terms ? [holdsWords] : []), ...(has ? [holds[has]] : [])];
  return `
    WITH hit AS MATERIALIZED (
      SELECT m.id, m.text, m.created_at, r.slug, r.title FROM ${source} m JOIN rooms r ON r.id = m.room_id
      WHERE ${conditions.join(' AND ')} ${newestFirst('m.')} LIMIT $2)
    SELECT id, created_at, slug, title, ${terms ? headline : beginning} AS headline FROM hit ${newestFirst('')}`;
};

const valuesOf = ({ terms, before, ...asked }: SearchAsked): unknown[] => [
  asked.readerId,
  asked.limit + 1,
  asked.roomId ?? null,
  asked.userId ?? null,
  asked.sentFrom ?? null,
  asked.sentBefore ?? null,
  before ? new Date(before.atMs) : null,
  before?.messageId ?? null,
  ...(terms ? [terms.whole, terms.head, terms.prefix] : []),
];

const selectHits = async (tx: Queryable, asked: SearchAsked): Promise<HitRow[]> => {
  const values = valuesOf(asked);
  const newest = await tx.query<HitRow>(select(asked, sources.newest), values);
  if (newest.length > asked.limit) return newest;
  return tx.query<HitRow>(select(asked, asked.terms ? sources.withWords : sources.all), values);
};

export const createSearchRepository = (db: Pick<Database, 'transaction'>) => ({
  /**
   * Newest first, and where the next page begins; null after the last one.
   * @param timeoutMs of each question to the database.
   */
  find: (asked: SearchAsked, timeoutMs: number): Promise<{ hits: SearchHit[]; next: SearchPlace | null }> =>
    db.transaction(async (tx) => {
      await tx.query(`SELECT set_config('statement_timeout', $1, true)`, [String(timeoutMs)]);
      const rows = await selectHits(tx, asked);
      const shown = rows.slice(0, asked.limit);
      const ids = shown.map(({ id }) => id);
      const messages = await readMessagesById(tx, ids, asked.readerId);
      const hits = shown.flatMap(({ id, slug: roomSlug, title: roomTitle, headline: text }) => {
        const message = messages.get(id);
        // Deleted while it was being found.
        if (!message || message.deletedAt !== undefined) return [];
        return [{ message, roomSlug, roomTitle, snippet: toPieces(text) }];
      });
      const last = rows.length > asked.limit ? shown.at(-1) : undefined;
      return { hits, next: last ? { atMs: last.created_at.getTime(), messageId: last.id } : null };
    }),
});

export type SearchRepository = ReturnType<typeof createSearchRepository>;
