import { afterEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';

let database: TestDatabase;
afterEach(() => database.close());

it('a transaction whose connection is terminated fails as one that may be tried again, whatever it does next', async () => {
  database = await createTestDatabase();
  const { db } = database;
  const attempt = db.transaction(async (tx) => {
    const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await db.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    // Whether the loss has been noticed by now or not.
    for (;;) await tx.query('SELECT 1');
  });
  await expect(attempt).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
  // Noticed between two queries: the next one meets a connection that is gone.
  const idle = db.transaction(async (tx) => {
    const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await db.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    await expect
      .poll(() => db.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [row?.pid]))
      .toEqual([]);
    await tx.query('SELECT 1');
  });
  await expect(idle).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
  expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
