import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../src/platform/db.ts';
import { call, type Party, startParty } from './chat-rig.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { startTestServer, type TestServer } from './start-server.ts';

interface Inbox {
  entries: { is_read: boolean }[];
  unread_count: number;
}

const isOfInbox = (sql: string): boolean => /\bFROM inbox i\b/.test(sql) && sql.includes('count(*)');

describe('what is asked of the inbox while it becomes another', () => {
  let database: TestDatabase;
  let server: TestServer;
  let party: Party;
  let db: Database;
  /** Done before the next question for what an inbox holds, or how much. */
  let meanwhile: (() => Promise<unknown>) | undefined;
  /** Whether the next process of the database that is to commit stops before it does; and which one has. */
  let stops = false;
  let stoppedPid = 0;
  const query: Database['query'] = async (sql, values) => {
    if (isOfInbox(sql)) {
      const act = meanwhile;
      meanwhile = undefined;
      await act?.();
    }
    return db.query(sql, values);
  };
  const transaction: Database['transaction'] = (task) =>
    db.transaction(async (tx) => {
      const result = await task(tx);
      if (!stops) return result;
      stops = false;
      const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      stoppedPid = row?.pid ?? 0;
      process.kill(stoppedPid, 'SIGSTOP');
      return result;
    });
  beforeAll(async () => {
    database = await createTestDatabase('debian');
    db = createDatabase({ ...database.address, query_timeout: 2_000 }, quietLog);
    server = await startTestServer({ database: { ...database, db: { ...db, query, transaction } } });
  });
  afterAll(async () => {
    await server.close();
    await db.close();
    await database.close();
  });
  beforeEach(async () => {
    party = await startParty(server);
  });
  afterEach(() => party.close());

  it('is counted as it is listed', async () => {
    const { member, guest, room } = party;
    const name = () =>
      member.request('chat.send', { text: '@guest', roomSlug: room.slug, mentions: [guest.user.id] });
    await name();
    meanwhile = name;
    const { body } = await call<Inbox>(guest, '/v1/inbox');
    expect(meanwhile).toBeUndefined();
    expect(body.unread_count).toBe(body.entries.filter((entry) => !entry.is_read).length);
    expect((await call<Inbox>(guest, '/v1/inbox')).body).toMatchObject({ unread_count: 2 });
  });

  it('is read again where a mark was kept without an answer, and is no news when it is made again', async () => {
    const { member, guest, room } = party;
    const { slug: roomSlug } = room;
    const { seq } = await member.request('chat.send', {
      text: '@guest',
      roomSlug,
      mentions: [guest.user.id],
    });
    stops = true;
    const refused = await guest.refused('chat.markRead', { roomSlug, seq });
    expect(refused).toMatchObject({ code: 'Unavailable', retryable: true });
    process.kill(stoppedPid, 'SIGCONT');
    await guest.next('server.resync');
    expect((await call<Inbox>(guest, '/v1/inbox')).body).toMatchObject({ unread_count: 0 });
    expect(await guest.request('chat.markRead', { roomSlug, seq })).toMatchObject({ unreadMentionCount: 0 });
    expect(guest.frames.some(({ type }) => type === 'chat.readChanged')).toBe(false);
  });

  it('of which all is read tells also of what was left to somebody who is just marking it', async () => {
    const { member, guest, room } = party;
    const more = { roomSlug: room.slug, mentions: [guest.user.id] };
    await member.request('chat.send', { text: '@guest', ...more });
    await database.db
      .transaction(async (tx) => {
        await tx.query('SELECT FROM inbox WHERE user_id = $1 FOR UPDATE', [guest.user.id]);
        await call(guest, '/v1/inbox/read', 'POST');
        // Nothing comes of it.
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    expect(await guest.next('chat.readChanged')).toMatchObject({ unreadMentionCount: 1 });
    await call(guest, '/v1/inbox/read', 'POST');
    expect(await guest.next('chat.readChanged')).toMatchObject({ unreadMentionCount: 0 });
  });
});
