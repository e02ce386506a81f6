import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, type Teammate } from './team.ts';

describe.each(['embedded', 'debian'] as const)('people on PostgreSQL (%s)', (postgres) => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterEach(part);
  afterAll(() => server.close());

  const find = async (by: Teammate, query: string, more: Record<string, string | number> = {}) => {
    const { people } = await by.done('people.find', { query: { query, ...more } });
    return people.map(({ user_name }: { user_name: string }) => user_name) as string[];
  };

  it('are found by the beginning of any word of their name, in any case, and by nothing else', async () => {
    const anna = await meet('Анна Каренина');
    for (const name of ['Константин Левин', 'Kitty Shcherbatskaya', 'Anne-Marie 100%', 'Annette', 'x_y']) {
      await server.register(name);
    }
    expect(await find(anna, 'карен')).toEqual(['Анна Каренина']);
    expect(await find(anna, 'ЛЕВ')).toEqual(['Константин Левин']);
    expect(await find(anna, 'shch')).toEqual(['Kitty Shcherbatskaya']);
    expect(await find(anna, 'mar')).toEqual(['Anne-Marie 100%']);
    expect(await find(anna, 'kitty shch')).toEqual(['Kitty Shcherbatskaya']);
    expect(await find(anna, 'ann')).toEqual(['Anne-Marie 100%', 'Annette']);
    expect(await find(anna, 'ann', { limit: 1 })).toHaveLength(1);
    expect(await find(anna, 'tty')).toEqual([]);
    // What patterns are made of is only text here.
    for (const query of ['%', '_%', '\\', 'a%e', "' OR true --"]) expect(await find(anna, query)).toEqual([]);
    expect(await find(anna, '100%')).toEqual(['Anne-Marie 100%']);
    expect(await find(anna, '')).toHaveLength(6);
  });

  it('of a room are those who may enter it; for who may not, there are none', async () => {
    const [anna, boris, vera] = [await meet('Zoe Owner'), await meet('Zoe Member'), await meet('Zoe Banned')];
    const stranger = await meet('Zoe Stranger');
    const closed = await gather(anna, [[boris, 'guest']]);
    const open = await gather(anna, [], { isPublic: true });
    await anna.done('bans.set', { params: { slug: open.slug, user_id: vera.id }, body: {} });
    expect(await find(anna, 'zoe', { room_slug: closed.slug })).toEqual(['Zoe Member', 'Zoe Owner']);
    expect(await find(stranger, 'zoe', { room_slug: open.slug })).toEqual([
      ...['Zoe Member', 'Zoe Owner', 'Zoe Stranger'],
    ]);
    const query = { query: 'zoe', room_slug: closed.slug };
    expect((await stranger.call('people.find', { query })).status).toBe(403);
  });

  it('who are gone or banned from the server are not found', async () => {
    const anna = await meet('Anna');
    const [gone, banned, back] = [await meet('Yuri One'), await meet('Yuri Two'), await meet('Yuri Three')];
    const { db } = server.database;
    await db.query('UPDATE users SET deleted_at = now() WHERE id = $1', [gone.id]);
    await db.query('UPDATE users SET banned_at = now() WHERE id = $1', [banned.id]);
    await db.query('UPDATE users SET banned_at = now(), banned_until = now() WHERE id = $1', [back.id]);
    expect(await find(anna, 'yuri')).toEqual(['Yuri Three']);
  });

  it('are blocked and blocked no more, by oneself alone', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const at = (person: { id: string }) => ({ params: { user_id: person.id } });
    for (let twice = 0; twice < 2; twice += 1) await anna.done('blocks.set', at(boris));
    expect((await anna.done('blocks.list')).people).toEqual([{ user_id: boris.id, user_name: 'Boris' }]);
    expect((await boris.done('blocks.list')).people).toEqual([]);
    expect((await boris.call('blocks.lift', at(anna))).status).toBe(404);
    expect((await anna.call('blocks.set', at(anna))).status).toBe(400);
    expect((await anna.call('blocks.set', at({ id: randomUUID() }))).status).toBe(404);
    await anna.done('blocks.lift', at(boris));
    expect((await anna.done('blocks.list')).people).toEqual([]);
  });

  it('are not blocked and unblocked without end: each time has the other look at their room anew', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const answers = await Promise.all(
      Array.from({ length: 60 }, () => anna.call('blocks.set', { params: { user_id: boris.id } })),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(30);
    expect((await anna.call('blocks.lift', { params: { user_id: boris.id } })).status).toBe(429);
  });
});
