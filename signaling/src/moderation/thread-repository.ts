import type { ThreadSummary } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';

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
