import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Queryable } from '../src/platform/db.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { type Call, createTeam, gather, type Teammate } from './team.ts';

/** Counts round trips to the database. Those outside of transactions may be of what the server does beside what it is asked. */
const createCounter = (db: Database) => {
  const count = { outside: 0, inTransactions: 0 };
  const counted = (queryable: Queryable, where: keyof typeof count): Queryable => ({
    ...queryable,
    query: (sql, values) => {
      count[where] += 1;
      return queryable.query(sql, values);
    },
  });
  return {
    db: {
      ...db,
      ...counted(db, 'outside'),
      transaction: (task) => {
        // BEGIN and COMMIT.
        count.inTransactions += 2;
        return db.transaction((tx) => task(counted(tx, 'inTransactions')));
      },
    } satisfies Database,
    during: async (act: () => Promise<unknown>) => {
      const before = { ...count };
      await act();
      return {
        outside: count.outside - before.outside,
        inTransactions: count.inTransactions - before.inTransactions,
      };
    },
  };
};

describe('what a call costs the database', () => {
  let database: TestDatabase;
  let counter: ReturnType<typeof createCounter>;
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    database = await createTestDatabase();
    counter = createCounter(database.db);
    server = await startTestServer({ database: { ...database, db: counter.db } });
  });
  afterEach(part);
  afterAll(async () => {
    await server.close();
    await database.close();
  });

  const cost = (person: Teammate, name: Parameters<Teammate['call']>[0], asked?: Call) =>
    counter.during(() => person.done(name, asked));

  it('is the same for one room as for many, for one member as for many', async () => {
    const anna = await meet('Anna');
    const room = await gather(anna);
    const calls: [Parameters<Teammate['call']>[0], Call?][] = [
      ['rooms.list'],
      ['rooms.get', { params: { slug: room.slug } }],
      ['members.list', { params: { slug: room.slug } }],
      ['people.find', { query: { query: 'per', room_slug: room.slug } }],
      ['audit.room', { params: { slug: room.slug } }],
    ];
    const costs = async () => {
      const found: number[] = [];
      for (const [name, asked] of calls) {
        const times = [];
        for (let n = 0; n < 3; n += 1) times.push((await cost(anna, name, asked)).outside);
        found.push(Math.min(...times));
      }
      return found;
    };
    // Each asks whose session it is first.
    expect(await costs()).toEqual([2, 3, 3, 3, 3]);
    const others = await Promise.all(Array.from({ length: 8 }, (_, n) => server.register(`Person ${n}`)));
    for (const { user } of others) {
      const params = { slug: room.slug, user_id: user.id };
      await anna.done('members.set', { params, body: { role: 'member' } });
    }
    for (let n = 0; n < 10; n += 1) await gather(anna);
    expect(await costs()).toEqual([2, 3, 3, 3, 3]);
  });

  it('is a dozen round trips for a change, whatever the number of members', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna);
    const atBoris = { params: { slug: room.slug, user_id: boris.id } };
    const changes: [Parameters<Teammate['call']>[0], Call][] = [
      ['members.set', { ...atBoris, body: { role: 'member' } }],
      ['members.mute', { ...atBoris, body: { text: true } }],
      ['members.set', { ...atBoris, body: { role: 'guest' } }],
      ['members.remove', atBoris],
      ['bans.set', { ...atBoris, body: {} }],
      ['bans.lift', atBoris],
      ['rooms.update', { params: { slug: room.slug }, body: { title: 'Another' } }],
    ];
    const costs = [];
    for (const [name, asked] of changes) costs.push((await cost(anna, name, asked)).inTransactions);
    expect(Math.max(...costs)).toBeLessThanOrEqual(12);
  });
});
