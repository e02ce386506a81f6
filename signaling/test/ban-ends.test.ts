import type { MemberRole, Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, makeAdministrator, membersOf, type Teammate, toTeammate } from './team.ts';
import { startTwoProcesses, type TwoProcesses } from './two-processes.ts';

describe('the end of a ban', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  const ban = async (by: Teammate, room: Room, [person, body = {}]: [Teammate, object?]) =>
    (await by.call('bans.set', { ...at(room, person), body })).status;
  const lift = async (by: Teammate, room: Room, person: Teammate) =>
    (await by.call('bans.lift', at(room, person))).status;
  const roleOf = async (person: Teammate, room: Room): Promise<MemberRole | null> =>
    (await person.done('rooms.get', at(room))).room.my_role;
  const memberIdsOf = async (person: Teammate, room: Room) =>
    (await membersOf(person, room)).map(({ user_id }) => user_id);
  const inASecond = () => ({ expires_at: new Date(Date.now() + 1_000).toISOString() });

  const scenes = ([true, false] as const).flatMap((isPublic) =>
    (['guest', 'member', 'moderator'] as const).map((role) => ({
      ...{ isPublic, role, kind: isPublic ? 'public' : 'private' },
    })),
  );

  it.each(scenes)(
    'makes a $role of a $kind room again what they were, whether it is lifted or over',
    async ({ isPublic, role }) => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, role]], { isPublic });
      const isIt = ({ roomId }: { roomId: string }) => roomId === room.id;
      await boris.next('room.created', isIt);
      await anna.request('room.join', { roomSlug: room.slug });
      await ban(anna, room, [boris]);
      expect(await anna.next('room.memberChanged')).toMatchObject({ change: 'banned', role: null });
      expect(await memberIdsOf(anna, room)).toEqual([anna.id]);
      await lift(anna, room, boris);
      expect(await anna.next('room.memberChanged')).toMatchObject({ change: 'unbanned', role });
      await boris.next('room.created', isIt);
      expect(await roleOf(boris, room)).toBe(role);
      expect(await memberIdsOf(anna, room)).toEqual([anna.id, boris.id]);

      await ban(anna, room, [boris, inASecond()]);
      expect((await boris.call('rooms.get', at(room))).status).toBe(404);
      await boris.next('room.created', isIt);
      expect(await roleOf(boris, room)).toBe(role);
    },
  );

  it('lets nobody in to a private room who had not belonged to it, and leaves who was no member none', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const closed = await gather(anna);
    const open = await gather(anna, [], { isPublic: true });
    for (const room of [closed, open]) {
      await ban(anna, room, [boris]);
      await lift(anna, room, boris);
    }
    expect((await boris.call('rooms.get', at(closed))).status).toBe(403);
    expect(await roleOf(boris, open)).toBeNull();
  });

  it('is said by nobody who stands no higher than it would make them', async () => {
    const [anna, mia, boris] = [await meet('Anna'), await meet('Mia'), await meet('Boris')];
    const admin = await meet('Administrator');
    await makeAdministrator(server, admin);
    const room = await gather(
      anna,
      [
        [mia, 'moderator'],
        [boris, 'moderator'],
      ],
      { isPublic: true },
    );
    await ban(anna, room, [boris]);
    expect(await lift(mia, room, boris)).toBe(403);
    expect(await ban(mia, room, [boris, inASecond()])).toBe(403);
    expect((await mia.call('members.remove', at(room, boris))).status).toBe(404);
    expect(await lift(anna, room, boris)).toBe(200);
    // An owner is let back by who stands above owners.
    await anna.done('members.set', { ...at(room, boris), body: { role: 'owner' } });
    expect(await ban(admin, room, [boris])).toBe(200);
    expect(await lift(anna, room, boris)).toBe(403);
    expect(await lift(admin, room, boris)).toBe(200);
    expect(await roleOf(boris, room)).toBe('owner');
  });

  it('is waited for: until then they are no member, owner or moderator for anybody', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const admin = await meet('Administrator');
    await makeAdministrator(server, admin);
    const room = await gather(anna, [
      [boris, 'owner'],
      [admin, 'member'],
    ]);
    await ban(admin, room, [boris]);
    // The only owner who can look after it.
    expect((await anna.call('members.remove', at(room, anna))).status).toBe(409);
    const given = await anna.call('members.set', { ...at(room, boris), body: { role: 'guest' } });
    expect([given.status, given.body.message]).toEqual([
      409,
      'This person is banned from the room; lift the ban first.',
    ]);
    await vera.done('joinRequests.create', { ...at(room), body: {} });
    await anna.next('moderation.waiting');
    await anna.done('rooms.update', { ...at(room), body: { title: 'Another name' } });
    await anna.next('room.updated');
    const { voice } = await boris.request('lobby.watch', {});
    expect(voice).toEqual([]);
    await boris.request('ping', {});
    const told = boris.frames.filter(({ type }) => type === 'moderation.waiting' || type === 'room.updated');
    expect(told).toEqual([]);
    await anna.done('rooms.delete', at(room));
    await anna.next('room.removed', ({ reason }) => reason === 'deleted');
    await boris.request('ping', {});
    const reasons = boris.frames
      .filter(({ type }) => type === 'room.removed')
      .map(({ payload }) => payload.reason);
    expect(reasons).toEqual(['banned']);
  });
});

describe('the end of a ban and of a mute by time, where two processes look for it', () => {
  let two: TwoProcesses;
  beforeAll(async () => {
    two = await startTwoProcesses();
  });
  afterAll(() => two.close());

  it('is told once, at both, whichever finds it', async () => {
    const meet = async (at: 0 | 1, name: string) =>
      toTeammate(two.servers[at].url, await two.servers[at].connect(name));
    const [anna, vera] = [await meet(0, 'Anna'), await meet(1, 'Vera')];
    const others = [
      await meet(0, 'Boris'),
      await meet(1, 'Gleb'),
      await meet(0, 'Mia'),
      await meet(1, 'Olga'),
    ];
    const room = await gather(anna, [
      [vera, 'member'],
      ...others.map((one) => [one, 'member'] as [Teammate, 'member']),
    ]);
    const { seq } = await anna.request('room.join', { roomSlug: room.slug });
    await vera.request('room.join', { roomSlug: room.slug });
    const endAfter = (ms: number) => ({ expires_at: new Date(Date.now() + ms).toISOString() });
    // By the end of the last one both have looked for the others more than once.
    const [first, last] = [endAfter(1_000), endAfter(3_200)];
    for (const [index, { id: user_id }] of others.entries()) {
      const params = { slug: room.slug, user_id };
      if (index % 2 === 0) await anna.done('bans.set', { params, body: index === 0 ? last : first });
      else await anna.done('members.mute', { params, body: { text: true, voice: true, ...first } });
    }
    const endsOf = ({ frames }: Teammate) =>
      frames
        .filter(({ payload }) => payload.change === 'unbanned' || payload.change === 'unmuted')
        .map(({ payload }) => payload.userId)
        .sort();
    const ids = others.map(({ id }) => id).sort();
    for (const person of [anna, vera]) {
      await person.next(
        'room.memberChanged',
        (told) => told.change === 'unbanned' && told.userId === others[0]?.id,
      );
      expect(endsOf(person)).toEqual(ids);
    }
    expect((await anna.request('room.join', { roomSlug: room.slug })).seq).toBe(seq + 2 * others.length);
    for (const person of [anna, vera, ...others]) await person.close();
  });
});
