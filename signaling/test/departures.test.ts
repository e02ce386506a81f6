import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testPassword } from './call.ts';
import { waitForLockWaiters } from './lock-waiters.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, makeAdministrator, membersOf, setMember, type Teammate } from './team.ts';

describe('what happens in rooms while somebody goes for good', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  const db = () => server.database.db;
  const rolesIn = async (room: Room): Promise<Record<string, string>> =>
    Object.fromEntries(
      (
        await db().query<{ name: string; role: string }>(
          'SELECT u.name, m.role FROM room_members m JOIN users u ON u.id = m.user_id WHERE m.room_id = $1',
          [room.id],
        )
      ).map(({ name, role }) => [name, role]),
    );

  const meetAll = async () => {
    const admin = await meet('Administrator');
    await makeAdministrator(server, admin);
    return { admin, anna: await meet('Anna'), boris: await meet('Boris'), vera: await meet('Vera') };
  };
  type Cast = Awaited<ReturnType<typeof meetAll>>;
  const remove = (person: Teammate) => person.call('auth.delete', { body: { password: testPassword } });
  const ways: Record<string, (cast: Cast) => ReturnType<Teammate['call']>> = {
    'deletes their account': ({ vera }) => remove(vera),
    'is banned for good': ({ admin, vera }) =>
      admin.call('admin.updateUser', { params: { user_id: vera.id }, body: { ban: { reason: '' } } }),
  };

  it.each(Object.entries(ways))(
    'is seen by who %s: the room that was just given to them passes on',
    async (_name, go) => {
      const cast = await meetAll();
      const { anna, boris, vera } = cast;
      const others: [Teammate, 'member' | 'moderator'][] = [
        [vera, 'member'],
        [boris, 'moderator'],
      ];
      const [held, given] = [await gather(anna, others), await gather(anna, others)].sort((a, b) =>
        a.id < b.id ? -1 : 1,
      ) as [Room, Room];
      await anna.done('members.set', { ...at(held, vera), body: { role: 'owner' } });
      const gone = await db().transaction(async (tx) => {
        await tx.query('SELECT FROM rooms WHERE id = $1 FOR UPDATE', [held.id]);
        const going = go(cast);
        await waitForLockWaiters(db(), 1);
        expect((await setMember(anna, given, [vera, 'owner'])).status).toBe(200);
        await anna.done('members.remove', at(given, anna));
        return { going };
      });
      expect((await gone.going).status).toBe(200);
      expect((await membersOf(boris, given)).find(({ user_id }) => user_id === boris.id)?.role).toBe('owner');
    },
  );

  it('is seen by a ban to its end: a room that was given to them passes on, and no other lets them in', async () => {
    const cast = await meetAll();
    const { anna, boris, vera } = cast;
    const [given, other] = [await gather(anna, [[boris, 'member']]), await gather(boris)];
    const hold = async (sql: string, [id, task]: [string, () => Promise<void>]) => {
      await db().transaction(async (tx) => {
        await tx.query(sql, [id]);
        await task();
      });
    };
    const held = Promise.withResolvers<void>();
    const answers: ReturnType<Teammate['call']>[] = [];
    const holding: Promise<void>[] = [];
    // Their rooms are passed on by now, and their sessions are not ended yet.
    await hold('SELECT FROM sessions WHERE user_id = $1 FOR UPDATE', [
      vera.id,
      async () => {
        answers.push(ways['is banned for good']!(cast));
        await waitForLockWaiters(db(), 1);
        await anna.done('members.set', { ...at(given, vera), body: { role: 'owner' } });
        await anna.done('members.remove', at(given, anna));
        const isHeld = Promise.withResolvers<void>();
        const keep = async () => {
          isHeld.resolve();
          await held.promise;
        };
        holding.push(hold('SELECT FROM rooms WHERE id = $1 FOR UPDATE', [given.id, keep]));
        await isHeld.promise;
      },
    ]);
    await waitForLockWaiters(db(), 1);
    answers.push(setMember(boris, other, [vera, 'member']));
    await waitForLockWaiters(db(), 2);
    held.resolve();
    await Promise.all(holding);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 404]);
    expect(await rolesIn(given)).toEqual({ Boris: 'owner', Vera: 'member' });
    expect(await rolesIn(other)).toEqual({ Boris: 'owner' });
  });

  it('leaves nobody without a name in the room that let them in', async () => {
    const { anna, boris, vera } = await meetAll();
    const [held, other] = [await gather(anna, [[vera, 'member']]), await gather(boris)];
    const gone = await db().transaction(async (tx) => {
      await tx.query('SELECT FROM rooms WHERE id = $1 FOR UPDATE', [held.id]);
      const going = remove(vera);
      await waitForLockWaiters(db(), 1);
      expect((await setMember(boris, other, [vera, 'member'])).status).toBe(200);
      return { going };
    });
    expect((await gone.going).status).toBe(200);
    expect(await rolesIn(other)).toEqual({ Boris: 'owner' });
  });

  it('keeps nothing of what somebody does when all of theirs is just gone, and tells of it', async () => {
    const { anna, boris } = await meetAll();
    const closed = await gather(anna);
    const gone = await db().transaction(async (tx) => {
      // What is deleted last.
      await tx.query('LOCK TABLE invitations IN SHARE MODE');
      const going = remove(boris);
      await waitForLockWaiters(db(), 1);
      await boris.done('joinRequests.create', { ...at(closed), body: {} });
      await anna.next('moderation.waiting', ({ joinRequestCount }) => joinRequestCount === 1);
      return { going };
    });
    expect((await gone.going).status).toBe(200);
    await anna.next('moderation.waiting', ({ joinRequestCount }) => joinRequestCount === 0);
    expect(await db().query('SELECT FROM join_requests WHERE user_id = $1', [boris.id])).toEqual([]);
  });

  it('lets nobody in who is just gone, by whatever door', async () => {
    const { anna, boris, vera } = await meetAll();
    const [own, open] = [await gather(anna), await gather(boris, [], { isPublic: true })];
    const made = { slug: `late-${Date.now()}`, title: 'Late' };
    const gone = await db().transaction(async (tx) => {
      // What comes last: nobody could let them in any more.
      await tx.query('LOCK TABLE account_clearings IN EXCLUSIVE MODE');
      const going = remove(vera);
      await waitForLockWaiters(db(), 1);
      const asked = [
        setMember(anna, own, [vera, 'member']),
        setMember(boris, open, [vera, 'moderator']),
        anna.call('rooms.openDirect', { body: { user_id: vera.id } }),
        vera.call('rooms.create', { body: made }),
      ];
      await waitForLockWaiters(db(), 5);
      return { going, asked };
    });
    expect((await gone.going).status).toBe(200);
    expect((await Promise.all(gone.asked)).map(({ status }) => status)).toEqual([404, 404, 404, 401]);
    const left = 'SELECT FROM room_members m JOIN users u ON u.id = m.user_id WHERE u.deleted_at IS NOT NULL';
    expect(await db().query(left)).toEqual([]);
    expect(await db().query('SELECT FROM rooms WHERE slug = $1', [made.slug])).toEqual([]);
  });
});
