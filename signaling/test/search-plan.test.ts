import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queryable } from '../src/platform/db.ts';
import { toSearchTerms } from '../src/search/query.ts';
import { createSearchRepository } from '../src/search/repository.ts';
import { createSearchService } from '../src/search/service.ts';
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
         SELECT gen_random_uuid(), r.id, n, $1, 'слово ' || md5(n::text) || ' письмо ' || n
           || CASE WHEN n <= 50000 THEN ' давно' ELSE '' END, now() + n * interval '1 second', n, n
         FROM rooms r, generate_series($2::int + 1, $2 + 20000) AS n`,
        [readerId, done],
      );
    }
    await database.db.query('VACUUM ANALYZE messages');
  }, 120_000);
  afterAll(() => database.close());

  const timeoutMs = 60_000;

  /** How PostgreSQL answers each question that the repository asks for a search. */
  const plansOf = async (query: string): Promise<string[]> => {
    const plans: string[] = [];
    await createSearchRepository({
      transaction: (task) =>
        database.db.transaction((tx) => {
          const explaining: Queryable = {
            ...tx,
            query: async (sql, values) => {
              const rows = await tx.query(sql, values);
              if (!sql.includes('WITH hit')) return rows as never;
              const plan = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN ANALYZE ${sql}`, values);
              plans.push(plan.map((row) => row['QUERY PLAN']).join('\n'));
              return rows as never;
            },
          };
          return task(explaining);
        }),
    }).find(asked(query), timeoutMs);
    return plans;
  };
  const asked = (query: string) => ({
    ...{ readerId, terms: toSearchTerms(query), limit: 20 },
    ...{ roomId: undefined, userId: undefined, before: undefined },
    ...{ sentFrom: undefined, sentBefore: undefined, has: undefined },
  });
  /** Of the messages themselves, by each step that reads any. */
  const rowsRead = (plan: string): number[] =>
    [...plan.matchAll(/Scan (?:using \S+ )?on messages .*actual [^)]*rows=([\d.]+)/g)].map(([, rows]) =>
      Number(rows),
    );

  it.each(['письмо 77777', 'письмо 7777', '"письмо 42"', 'нетакого'])(
    'the search for %s goes by the index of words, after a look at what is new',
    async (query) => {
      const [newest, all] = await plansOf(query);
      expect(Math.max(...rowsRead(newest ?? ''))).toBeLessThanOrEqual(10_000);
      expect(all).toContain('Bitmap Index Scan on messages_search');
      expect(`${newest}${all}`).not.toMatch(/Seq Scan on messages/);
    },
  );

  it.each(['слово', 'пись', 'слово письмо'])(
    'the search for %s, which nearly all have, ends with the page',
    async (query) => {
      const plans = await plansOf(query);
      expect(plans).toHaveLength(1);
      expect(plans[0]).toContain('messages_by_time');
      expect(Math.max(...rowsRead(plans[0] ?? ''))).toBeLessThanOrEqual(10_000);
    },
  );

  it('finds the same, newest first, whichever way it goes', async () => {
    const find = async (query: string) =>
      (await createSearchRepository(database.db).find(asked(query), timeoutMs)).hits.map(
        ({ message }) => message.seq,
      );
    const first = (from: number) => Array.from({ length: 20 }, (_, n) => from - n);
    expect(await find('слово')).toEqual(first(messageCount));
    expect(await find('давно')).toEqual(first(50_000));
  });

  it('what takes too long is ended, and says so', async () => {
    const service = createSearchService({ repository: createSearchRepository(database.db), timeoutMs: 1 });
    await expect(service.find(asked('давно'))).rejects.toMatchObject({
      code: 'Unavailable',
      message: expect.stringContaining('took too long'),
    });
  });

  it('however many search, others still have connections, and those too many are told', async () => {
    let running = 0;
    let most = 0;
    const held = Promise.withResolvers<void>();
    const service = createSearchService({
      repository: {
        find: async () => {
          running += 1;
          most = Math.max(most, running);
          await held.promise;
          running -= 1;
          return { hits: [], next: null };
        },
      },
    });
    const searches = Promise.allSettled(Array.from({ length: 50 }, () => service.find(asked('слово'))));
    held.resolve();
    const outcomes = await searches;
    expect(most).toBe(3);
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'Unavailable' },
    });
  });

  it('what is nowhere costs next to nothing, and what is there once is found', async () => {
    const { hits } = await createSearchRepository(database.db).find(asked('письмо 77777'), timeoutMs);
    expect(hits.map(({ message }) => message.seq)).toEqual([77_777]);
    const none = await database.db.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT FROM messages WHERE search @@ websearch_to_tsquery('russian', '-слово')
         AND querytree(websearch_to_tsquery('russian', '-слово')) NOT IN ('', 'T')`,
    );
    expect(none.map((row) => row['QUERY PLAN']).join()).toContain('One-Time Filter: false');
  });
});
