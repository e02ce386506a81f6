import { afterEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/database.ts';
import { startDyingPostgres } from '../../test/dying-postgres.ts';
import { quietLog } from '../../test/log.ts';
import { createDatabase } from './db.ts';

let database: TestDatabase | undefined;
afterEach(async () => {
  await database?.close();
  database = undefined;
});

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

it('a connection that is ended in the packet that hands it out fails what it was for, and not the process', async () => {
  const server = await startDyingPostgres();
  const db = createDatabase({ host: '127.0.0.1', port: server.port, user: 'nobody', max: 2 }, quietLog);
  const unheard: unknown[] = [];
  const hear = (error: unknown) => unheard.push(error);
  process.on('uncaughtException', hear);
  try {
    for (let time = 0; time < 10; time += 1) {
      const attempts = [db.transaction((tx) => tx.query('SELECT 1')), db.query('SELECT 1')];
      for (const attempt of attempts)
        await expect(attempt).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
    }
    expect(server.letIn()).toBe(20);
    expect(unheard).toEqual([]);
  } finally {
    process.off('uncaughtException', hear);
    await db.close();
    await server.close();
  }
});

it('a transaction that is committed without an answer is told of when that is decided', async () => {
  database = await createTestDatabase();
  await database.db.query('CREATE TABLE kept (id integer)');
  const impatient = createDatabase({ ...database.address, query_timeout: 500 }, quietLog);
  try {
    const decided = new Promise<void>((resolve) => impatient.onUnanswered(resolve));
    let pid = 0;
    const attempt = impatient.transaction(async (tx) => {
      await tx.query('INSERT INTO kept VALUES (1)');
      const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      pid = row?.pid ?? 0;
      process.kill(pid, 'SIGSTOP');
    });
    await expect(attempt).rejects.toMatchObject({ code: 'Unavailable' });
    expect(await database.db.query('SELECT id FROM kept')).toEqual([]);
    process.kill(pid, 'SIGCONT');
    await decided;
    expect(await database.db.query('SELECT id FROM kept')).toEqual([{ id: 1 }]);
  } finally {
    await impatient.close();
  }
});
