import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queryable } from '../src/platform/db.ts';
import { createSearchRepository } from '../src/search/index.ts';
import { toSearchTerms } from '../src/search/query.ts';
import { createTestDatabase, type PostgresKind, type TestDatabase } from './database.ts';

const messageCount = 100_000;

describe.each<PostgresKind>(['embedded', 'debian'])('among 100,000 messages on %s PostgreSQL', (kind) => {
  let database: TestDatabase;
  let readerId: string;

  beforeAll(async () => {
    database = await createTestDatabase(kind);
    readerId = randomUUID();
    await database.db.query(
      `INSERT INTO users (id, email, name, password_hash) VALUES ($1, 'r@test', 'Reader', '')`,
      [readerId],
    );
    for (let done = 0; done < messageCount; done += 20_000) {
      await database.db.query(
        `INSERT INTO messages (id, room_id, seq, user_id, text, created_at, revision, ordinal)
         SELECT gen_random_uuid(), r.id, n, $1, 'слово ' || md5(n::text) || ' письмо ' || n, now(), n, n
         FROM rooms r, generate_series($2::int + 1, $2 + 20000) AS n`,
        [readerId, done],
      );
    }
    await database.db.query('VACUUM ANALYZE messages');
  }, 120_000);
  afterAll(() => database.close());

  /** What the repository asks, and how PostgreSQL would answer it. */
  const planOf = async (query: string): Promise<string> => {
    const lines: string[] = [];
    const explaining: Queryable = {
      ...database.db,
      query: async (sql, values) => {
        const rows = await database.db.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values);
        lines.push(...rows.map((row) => row['QUERY PLAN']));
        return [];
      },
    };
    await createSearchRepository(explaining).find(asked(query));
    return lines.join('\n');
  };
  const asked = (query: string) => ({
    ...{ readerId, terms: toSearchTerms(query), limit: 20 },
    ...{ roomId: undefined, userId: undefined, before: undefined },
  });

  it.each(['письмо 77777', 'письмо 7777', '"письмо 42"', 'нетакого'])(
    'the search for %s goes by the index of words',
    async (query) => {
      const plan = await planOf(query);
      expect(plan).toContain('Bitmap Index Scan on messages_search');
      expect(plan).not.toMatch(/Seq Scan on messages/);
    },
  );

  it('what is nowhere costs next to nothing, and what is there once is found', async () => {
    const { hits } = await createSearchRepository(database.db).find(asked('письмо 77777'));
    expect(hits.map(({ message }) => message.seq)).toEqual([77_777]);
    const none = await database.db.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT FROM messages WHERE search @@ websearch_to_tsquery('russian', '-слово')
         AND querytree(websearch_to_tsquery('russian', '-слово')) NOT IN ('', 'T')`,
    );
    expect(none.map((row) => row['QUERY PLAN']).join()).toContain('One-Time Filter: false');
  });
});
