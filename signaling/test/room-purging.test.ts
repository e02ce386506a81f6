import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Database } from '../src/platform/db.ts';
import { RoomPurging } from '../src/rooms/index.ts';
import { quietLog } from './log.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather } from './team.ts';

let server: TestServer;
const { meet, part } = createTeam(() => server);
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(part);
afterAll(() => server.close());

const abandon = async () => {
  const anna = await meet('Anna');
  const { id, slug } = await gather(anna);
  await anna.request('room.join', { roomSlug: slug });
  await anna.request('chat.send', { text: 'Something', roomSlug: slug });
  await server.database.db.query('UPDATE rooms SET deleted_at = now() WHERE id = $1', [id]);
  return async () => (await server.database.db.query('SELECT 1 FROM rooms WHERE id = $1', [id])).length > 0;
};

/** A database that fails so often where messages are deleted. */
const failing = (times: number): Database => {
  const { db } = server.database;
  let left = times;
  return {
    ...db,
    query: (async (text: string, values?: unknown[]) => {
      if (text.startsWith('DELETE FROM messages') && left > 0) {
        left -= 1;
        throw new Error('the database is away');
      }
      return db.query(text, values);
    }) as Database['query'],
  };
};

it('a deleted room that could not be emptied is tried again while the server runs', async () => {
  const isThere = await abandon();
  const purging = new RoomPurging({ db: failing(2), log: quietLog, intervalMs: 20 });
  purging.open();
  await expect.poll(isThere).toBe(false);
  await purging.close();
});

it('a deleted room that cannot be emptied keeps no other from it', async () => {
  const [one, other] = [await abandon(), await abandon()];
  const purging = new RoomPurging({ db: failing(1), log: quietLog });
  await purging.purge();
  expect([await one(), await other()].filter(Boolean)).toHaveLength(1);
  await purging.purge();
  expect([await one(), await other()]).toEqual([false, false]);
  await purging.close();
});

it('rooms are emptied no more once it is closed', async () => {
  const isThere = await abandon();
  const purging = new RoomPurging({ db: server.database.db, log: quietLog });
  await purging.close();
  await purging.purge();
  expect(await isThere()).toBe(true);
});
