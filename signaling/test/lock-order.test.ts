import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testPassword } from './call.ts';
import { waitForLockWaiters } from './lock-waiters.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, makeAdministrator, setMember, type Teammate } from './team.ts';

describe('two who wait for each other’s rows', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  const db = () => server.database.db;
  /** What is asked waits, one after the other, for what is held; then it is let go. @returns how each was answered. */
  const whileHeld = async (
    held: [sql: string, id: string],
    asked: (() => ReturnType<Teammate['call']>)[],
  ) => {
    const answers = await db().transaction(async (tx) => {
      await tx.query(held[0], [held[1]]);
      const all: ReturnType<Teammate['call']>[] = [];
      for (const ask of asked) {
        all.push(ask());
        await waitForLockWaiters(db(), all.length);
      }
      return { all };
    });
    return (await Promise.all(answers.all)).map(({ status }) => status);
  };

  it.each(['blocks.set', 'blocks.lift'] as const)(
    'are none where an account is deleted and its person is changed by %s',
    async (name) => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const blocked = { params: { user_id: boris.id } };
      const { room } = await anna.done('rooms.openDirect', { body: { user_id: boris.id } });
      if (name === 'blocks.lift') await anna.done('blocks.set', blocked);
      const statuses = await whileHeld(
        ['SELECT FROM rooms WHERE id = $1 FOR UPDATE', room.id],
        [
          () => boris.call('auth.delete', { body: { password: testPassword } }),
          () => anna.call(name, blocked),
        ],
      );
      expect(statuses).toEqual([200, 404]);
    },
  );

  it('are none where a password is changed and reset', async () => {
    const [admin, anna] = [await meet('Administrator'), await meet('Anna')];
    await makeAdministrator(server, admin);
    const { code } = await admin.done('admin.resetPassword', { params: { user_id: anna.id } });
    const statuses = await whileHeld(
      ['SELECT FROM users WHERE id = $1 FOR UPDATE', anna.id],
      [
        () =>
          anna.call('auth.changePassword', {
            body: { current_password: testPassword, new_password: 'another one' },
          }),
        () => anna.call('auth.resetPassword', { body: { code, new_password: 'a third one' } }),
      ],
    );
    expect(statuses).toEqual([200, 404]);
  });

  it('are none where an account is deleted and its person banned from a room that they invite to', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const open = await gather(anna, [], { isPublic: true });
    await boris.request('room.join', { roomSlug: open.slug });
    await boris.done('invitations.create', { ...at(open), body: {} });
    const statuses = await whileHeld(
      ['SELECT FROM invitations WHERE created_by = $1 FOR UPDATE', boris.id],
      [
        () => boris.call('auth.delete', { body: { password: testPassword } }),
        () => anna.call('bans.set', { ...at(open, boris), body: {} }),
      ],
    );
    expect(statuses).toEqual([200, 200]);
  });

  type Scene = { anna: Teammate; boris: Teammate; closed: Room; open: Room };
  const kick = 'they are sent out of a room where they were no member';
  const meanwhile: Record<string, (scene: Scene) => Promise<unknown>> = {
    'whether they are let in is decided': ({ anna, boris, closed }) =>
      anna.done('joinRequests.decide', { ...at(closed, boris), body: { accept: false } }),
    [kick]: ({ anna, boris, open }) => anna.done('members.remove', at(open, boris)),
    'they write, and so have read, in a room where they are no member': ({ boris, open }) =>
      boris.request('chat.send', { text: 'The last one', roomSlug: open.slug }),
    'somebody names them': ({ anna, boris, open }) =>
      anna.request('chat.send', { text: '@Boris', mentions: [boris.id], roomSlug: open.slug }),
    'somebody lets them in': ({ anna, boris, open }) => setMember(anna, open, [boris, 'member']),
    'somebody lets them in where they have asked': ({ anna, boris, closed }) =>
      setMember(anna, closed, [boris, 'member']),
  };
  // Where a deletion waits that has not ended the sessions yet, and one that has ended all that lets its person act.
  const locks = {
    sessions: 'SELECT FROM sessions WHERE user_id = $1 FOR UPDATE',
    invitations: 'SELECT FROM invitations WHERE created_by = $1 FOR UPDATE',
  };
  const stages = Object.keys(meanwhile).flatMap((name) => [
    [name, 'sessions'] as const,
    // Who is sent out has their invitations revoked as well.
    ...(name === kick ? [] : [[name, 'invitations'] as const]),
  ]);
  it.each(stages)(
    'are none, and nobody waits, where %s while the deletion of an account waits for its %s',
    async (name, waitedFor) => {
      const act = meanwhile[name]!;
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const [closed, open] = [await gather(anna), await gather(anna, [], { isPublic: true })];
      await boris.done('joinRequests.create', { ...at(closed), body: {} });
      for (const person of [anna, boris]) await person.request('room.join', { roomSlug: open.slug });
      await boris.done('invitations.create', { ...at(open), body: {} });
      const { deleting, first } = await db().transaction(async (tx) => {
        await tx.query(locks[waitedFor], [boris.id]);
        const deleting = boris.call('auth.delete', { body: { password: testPassword } });
        await waitForLockWaiters(db(), 1);
        const acting = act({ anna, boris, closed, open }).then(() => 'is done');
        const waiting = waitForLockWaiters(db(), 2).then(
          () => 'waits',
          () => 'is not done',
        );
        return { deleting, first: await Promise.race([acting, waiting]) };
      });
      expect([first, (await deleting).status]).toEqual(['is done', 200]);
      const left = ['room_reads', 'join_requests', 'room_members'].map(
        async (table) => (await db().query(`SELECT FROM ${table} WHERE user_id = $1`, [boris.id])).length,
      );
      expect(await Promise.all(left)).toEqual([0, 0, 0]);
    },
  );

  type Way = (anna: Teammate, boris: Teammate, room: { slug: string }) => ReturnType<Teammate['call']>;
  const ways: Record<string, Way> = {
    'reads what somebody named': (anna, boris) => anna.call('blocks.set', { params: { user_id: boris.id } }),
    'takes back what somebody named': (anna, boris, room) =>
      anna.call('bans.set', { ...at(room, boris), body: { delete_messages: true } }),
  };
  it.each(Object.entries(ways))(
    'are none in an inbox: who %s takes its entries in order',
    async (_name, act) => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      await boris.request('room.join', { roomSlug: room.slug });
      const sent = [];
      for (const text of ['One', 'Two'])
        sent.push(await boris.request('chat.send', { text, roomSlug: room.slug }));
      const [first, second] = sent.map(({ id }) => id).sort() as [string, string];
      // Found first is what was written first.
      for (const messageId of [second, first])
        await db().query(
          `INSERT INTO inbox (user_id, message_id, room_id, seq, kind)
         SELECT $1, id, room_id, seq, 'mention' FROM messages WHERE id = $2`,
          [anna.id, messageId],
        );
      const sql = 'SELECT FROM inbox WHERE user_id = $1 AND message_id = $2 FOR UPDATE NOWAIT';
      const acting = await db().transaction(async (tx) => {
        await tx.query(sql, [anna.id, first]);
        const answer = act(anna, boris, room);
        await waitForLockWaiters(db(), 1);
        await tx.query(sql, [anna.id, second]);
        return { answer };
      });
      expect((await acting.answer).status).toBe(200);
    },
  );
});
