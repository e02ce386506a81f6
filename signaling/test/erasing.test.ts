import { randomUUID } from 'node:crypto';
import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createErasing } from '../src/chat/index.ts';
import { createTestDatabase } from './database.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, makeAdministrator, type Teammate } from './team.ts';

describe.each(['embedded', 'debian'] as const)('what is erased on PostgreSQL (%s)', (postgres) => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterEach(part);
  afterAll(() => server.close());

  const say = (person: Teammate, room: Room, message: { text: string } & Record<string, unknown>) =>
    person.request('chat.send', { ...message, roomSlug: room.slug });

  /** Boris has named Anna twice, and answered in a thread in which Vera wrote as well. */
  const meetSpammer = async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const room = await gather(anna, [
      [boris, 'member'],
      [vera, 'member'],
    ]);
    for (const person of [anna, boris, vera]) await person.request('room.join', { roomSlug: room.slug });
    const root = await say(vera, room, { text: 'root' });
    const kept = await say(vera, room, { text: 'kept', threadRootId: root.id });
    await say(boris, room, { text: 'spam for @Anna', mentions: [anna.id] });
    await say(boris, room, { text: 'more spam for @Anna', mentions: [anna.id], threadRootId: root.id });
    return { anna, boris, vera, room, root, kept };
  };

  const expectGone = async ({ anna, vera, room, root, kept }: Awaited<ReturnType<typeof meetSpammer>>) => {
    expect(
      await anna.next('chat.readChanged', ({ unreadMentionCount }) => unreadMentionCount === 0),
    ).toMatchObject({ roomId: room.id, roomSlug: room.slug });
    expect(await anna.done('inbox.list')).toMatchObject({ entries: [], unread_count: 0 });
    const { rooms } = await anna.done('rooms.list');
    expect(rooms.find(({ id }: Room) => id === room.id)).toMatchObject({ unread_mention_count: 0 });
    const { messages } = await vera.done('chat.history', { params: { slug: room.slug } });
    expect(messages[0]).toMatchObject({
      id: root.id,
      thread: { reply_count: 1, last_reply_at: kept.createdAt },
    });
  };

  it('with a ban leaves no inbox either, and who was named is told so', async () => {
    const met = await meetSpammer();
    const params = { slug: met.room.slug, user_id: met.boris.id };
    await met.anna.done('bans.set', { params, body: { delete_messages: true } });
    await expectGone(met);
    const told = await met.anna.next('chat.messageChanged', ({ message }) => 'threadRootId' in message);
    expect(told).toMatchObject({ change: 'deleted', rootThread: { replyCount: 1 } });
  });

  it('with an account leaves no inbox either, neither theirs nor of whom they named', async () => {
    const met = await meetSpammer();
    await say(met.vera, met.room, { text: 'stop it, @Boris', mentions: [met.boris.id] });
    const admin = await meet('Administrator');
    await makeAdministrator(server, admin);
    await admin.done('admin.deleteUser', {
      params: { user_id: met.boris.id },
      body: { erase_messages: true },
    });
    await expectGone(met);
    const { db } = server.database;
    for (const table of ['inbox', 'account_clearings'])
      expect(await db.query(`SELECT FROM ${table} WHERE user_id = $1`, [met.boris.id])).toEqual([]);
  });

  it('is what an account left that was deleted before the server stopped', async () => {
    const { boris, room, root } = await meetSpammer();
    const { db } = server.database;
    await db.query('UPDATE users SET deleted_at = now() WHERE id = $1', [boris.id]);
    await db.query('INSERT INTO inbox (user_id, message_id, room_id, seq, kind) VALUES ($1, $2, $3, 1, $4)', [
      ...[boris.id, root.id, room.id, 'thread'],
    ]);
    await db.query('INSERT INTO account_clearings (user_id, erases_messages) VALUES ($1, true)', [boris.id]);
    const next = await startTestServer({ database: server.database });
    await expect
      .poll(() => db.query('SELECT FROM account_clearings WHERE user_id = $1', [boris.id]))
      .toEqual([]);
    await next.close();
    const texts = await db.query('SELECT text FROM messages WHERE user_id = $1', [boris.id]);
    expect(texts).toEqual([{ text: '' }, { text: '' }]);
    expect(await db.query('SELECT FROM inbox WHERE user_id = $1', [boris.id])).toEqual([]);
  });
});

it('looks at each message once, however many were deleted before', async () => {
  const database = await createTestDatabase();
  const [userId, roomId] = [randomUUID(), randomUUID()];
  await database.db.query(
    `INSERT INTO users (id, email, name, password_hash) VALUES ($1, 'w@test', 'Writer', '')`,
    [userId],
  );
  await database.db.query('INSERT INTO rooms (id, slug, title, last_seq) VALUES ($1, $2, $2, 1000)', [
    ...[roomId, 'long'],
  ]);
  await database.db.query(
    `INSERT INTO messages (id, room_id, seq, user_id, text, created_at, revision, ordinal, deleted_at)
     SELECT gen_random_uuid(), $1, n, $2, 'text', now(), n, n, CASE WHEN n <= 500 THEN now() END
     FROM generate_series(1, 1000) n`,
    [roomId, userId],
  );
  const pages: number[] = [];
  const told: { type: string; payload: unknown }[] = [];
  const counting = {
    ...database.db,
    transaction: <T>(task: Parameters<typeof database.db.transaction<T>>[0]) =>
      database.db.transaction((tx) =>
        task({
          ...tx,
          query: async (sql, values) => {
            const rows = await tx.query(sql, values);
            if (/^SELECT id, seq/.test(sql)) pages.push(rows.length);
            return rows as never;
          },
        }),
      ),
  };
  const erasing = createErasing({ db: counting, publish: (_topic, event) => void told.push(event) });
  await erasing.eraseAllOf(userId, new AbortController().signal);
  expect(pages).toEqual([200, 200, 200, 200, 200, 0]);
  expect(await database.db.query('SELECT FROM messages WHERE deleted_at IS NULL')).toEqual([]);
  // Five hundred are as many as are replayed, and so they are told one by one.
  expect(told.map(({ type }) => type)).toEqual(Array(500).fill('chat.messageChanged'));
  await database.close();
});
