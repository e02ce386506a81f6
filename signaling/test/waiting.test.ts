import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { MemberRole, Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { forgetReports, meetAdministrator, report, say } from './report-rig.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, setMember, settle, type Teammate } from './team.ts';

let server: TestServer;
const { meet, part } = createTeam(() => server);
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(async () => {
  await part();
  await forgetReports(server);
});
afterAll(() => server.close());

const ask = (person: Teammate, room: Room) => person.done('joinRequests.create', { ...at(room), body: {} });
const toldAt = (person: Teammate, room: Room, asking: number) =>
  person.next(
    'moderation.waiting',
    ({ roomId, joinRequestCount }) => roomId === room.id && joinRequestCount === asking,
  );
const toldOfServer = (person: Teammate, count: number) =>
  person.next('moderation.serverWaiting', ({ reportCount }) => reportCount === count);
const update = (admin: Teammate, person: Teammate, body: object) =>
  admin.done('admin.updateUser', { params: { user_id: person.id }, body });

const inASecond = () => new Date(Date.now() + 1_000).toISOString();

describe('how many ask to be let in', () => {
  it('is told when one of them deletes their account', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna);
    await ask(boris, room);
    await toldAt(anna, room, 1);
    const admin = await meetAdministrator(server, meet);
    const params = { user_id: boris.id };
    await admin.done('admin.deleteUser', { params, body: { erase_messages: false } });
    await toldAt(anna, room, 0);
  });

  it('is told when the server keeps one of them out, and when it lets them in again', async () => {
    const [admin, anna, boris] = [
      await meetAdministrator(server, meet),
      await meet('Anna'),
      await meet('Boris'),
    ];
    const room = await gather(anna);
    await ask(boris, room);
    await toldAt(anna, room, 1);
    await update(admin, boris, { ban: { reason: 'Spam', expires_at: null } });
    await toldAt(anna, room, 0);
    await update(admin, boris, { ban: null });
    await toldAt(anna, room, 1);
  });

  it('is told when the server’s ban of one of them is over', async () => {
    const [admin, anna, boris] = [
      await meetAdministrator(server, meet),
      await meet('Anna'),
      await meet('Boris'),
    ];
    const room = await gather(anna);
    await ask(boris, room);
    await toldAt(anna, room, 1);
    await update(admin, boris, { ban: { reason: '', expires_at: inASecond() } });
    await toldAt(anna, room, 0);
    await toldAt(anna, room, 1);
  });

  it.each(['moderator', 'owner'] as const)('is told to a member who is made %s', async (role) => {
    const [anna, mia, boris] = [await meet('Anna'), await meet('Mia'), await meet('Boris')];
    const room = await gather(anna, [[mia, 'member']]);
    await ask(boris, room);
    await setMember(anna, room, [mia, role]);
    await toldAt(mia, room, 1);
  });

  it('is told to who is let in as a moderator, and to nobody who is let in as a member', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const [mia, vera] = [await meet('Mia'), await meet('Vera')];
    const room = await gather(anna);
    await ask(boris, room);
    await setMember(anna, room, [vera, 'member']);
    await setMember(anna, room, [mia, 'moderator']);
    await toldAt(mia, room, 1);
    await settle(vera);
    expect(vera.frames.filter(({ type }) => type === 'moderation.waiting')).toEqual([]);
  });

  it('is told to who has a room from somebody who has deleted their account', async () => {
    const [anna, mia, boris] = [await meet('Anna'), await meet('Mia'), await meet('Boris')];
    const room = await gather(anna, [[mia, 'member']]);
    await ask(boris, room);
    const admin = await meetAdministrator(server, meet);
    await admin.done('admin.deleteUser', { params: { user_id: anna.id }, body: { erase_messages: false } });
    await toldAt(mia, room, 1);
  });

  it('is told to a moderator whose ban from the room is lifted', async () => {
    const [anna, mia, boris] = [await meet('Anna'), await meet('Mia'), await meet('Boris')];
    const room = await gather(anna, [[mia, 'moderator']]);
    await anna.done('bans.set', { ...at(room, mia), body: {} });
    await ask(boris, room);
    await toldAt(anna, room, 1);
    await anna.done('bans.lift', at(room, mia));
    await toldAt(mia, room, 1);
  });
});

describe('how many reports are the server’s', () => {
  /** A room whose owner has written what was reported, with others in it. */
  const gatherReported = async (others: [string, MemberRole][]) => {
    const [admin, anna, boris] = [
      await meetAdministrator(server, meet),
      await meet('Anna'),
      await meet('Boris'),
    ];
    const met = await Promise.all(
      others.map(async ([name, role]): Promise<[Teammate, MemberRole]> => [await meet(name), role]),
    );
    const room = await gather(anna, [[boris, 'member'], ...met]);
    await report(boris, (await say(anna, room, ['I will find you'])).id);
    return { admin, anna, boris, room, others: met.map(([person]) => person) };
  };

  it('is told when the room of one is deleted', async () => {
    const { admin, anna, room } = await gatherReported([]);
    await toldOfServer(admin, 1);
    await anna.done('rooms.delete', at(room));
    await toldOfServer(admin, 0);
  });

  it.each([
    [
      'is a member only',
      (anna: Teammate, room: Room, mia: Teammate) => setMember(anna, room, [mia, 'member']),
    ],
    [
      'is sent out',
      (anna: Teammate, room: Room, mia: Teammate) => anna.done('members.remove', at(room, mia)),
    ],
    ['leaves', (_anna: Teammate, room: Room, mia: Teammate) => mia.done('members.remove', at(room, mia))],
  ])('is told when the last who could deal with it %s', async (_how, end) => {
    const { admin, anna, room, others } = await gatherReported([['Mia', 'moderator']]);
    await end(anna, room, others[0]!);
    await toldOfServer(admin, 1);
    await setMember(anna, room, [others[0]!, 'moderator']);
    await toldOfServer(admin, 0);
  });

  it('is told when the server keeps the last out who could deal with it', async () => {
    const { admin, others } = await gatherReported([['Mia', 'moderator']]);
    await update(admin, others[0]!, { ban: { reason: '', expires_at: null } });
    await toldOfServer(admin, 1);
  });

  it('is told when the last who could deal with it comes back on their day', async () => {
    const { admin, others } = await gatherReported([['Mia', 'moderator']]);
    await update(admin, others[0]!, { ban: { reason: '', expires_at: inASecond() } });
    await toldOfServer(admin, 1);
    await toldOfServer(admin, 0);
  });

  it('is told when a public room is closed that nobody else moderates', async () => {
    const [admin, anna, boris] = [
      await meetAdministrator(server, meet),
      await meet('Anna'),
      await meet('Boris'),
    ];
    const room = await gather(anna, [[boris, 'member']], { isPublic: true });
    await report(boris, (await say(anna, room, ['I will find you'])).id);
    await anna.done('rooms.update', { ...at(room), body: { is_public: false } });
    await toldOfServer(admin, 1);
  });

  it('is told to who is made an administrator, with what waits in public rooms', async () => {
    const { admin } = await gatherReported([]);
    await toldOfServer(admin, 1);
    const [vera, boris, next] = [await meet('Vera'), await meet('Boris'), await meet('Next')];
    const open = await gather(vera, [], { isPublic: true });
    await report(boris, (await say(vera, open, ['I will find you'])).id);
    await update(admin, next, { is_administrator: true });
    await toldOfServer(next, 1);
    await next.next(
      'moderation.waiting',
      ({ roomId, reportCount }) => roomId === open.id && reportCount === 1,
    );
  });

  it('is told when somebody accepts an invitation to administer the server, and to them what waits in public rooms', async () => {
    const { admin, others, room } = await gatherReported([
      ['Mia', 'moderator'],
      ['Next', 'member'],
    ]);
    const [mia, next] = others as [Teammate, Teammate];
    const [vera, boris] = [await meet('Vera'), await meet('Boris')];
    const open = await gather(vera, [], { isPublic: true });
    await report(boris, (await say(vera, open, ['I will find you'])).id);
    await mia.done('members.remove', at(room, mia));
    await toldOfServer(admin, 1);
    const code = randomBytes(18).toString('base64url');
    await server.database.db.query(
      'INSERT INTO invitations (id, code_hash, makes_administrator) VALUES ($1, $2, true)',
      [randomUUID(), createHash('sha256').update(code).digest()],
    );
    await next.done('invitations.accept', { body: { code } });
    // One who could deal with it is in the room now.
    await toldOfServer(admin, 0);
    await next.next(
      'moderation.waiting',
      ({ roomId, reportCount }) => roomId === open.id && reportCount === 1,
    );
  });

  it('is not told again for who comes and goes where nothing was reported', async () => {
    const [admin, anna, mia] = [await meetAdministrator(server, meet), await meet('Anna'), await meet('Mia')];
    const room = await gather(anna, [[mia, 'moderator']]);
    await mia.done('members.remove', at(room, mia));
    await settle(admin);
    expect(admin.frames.filter(({ type }) => type === 'moderation.serverWaiting')).toEqual([]);
  });
});
