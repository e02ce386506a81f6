import { randomUUID } from 'node:crypto';
import type { MemberRole, Room, RoomMember } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import {
  actionsOf,
  at,
  createTeam,
  gather,
  makeAdministrator,
  membersOf,
  setMember,
  settle,
  type Teammate,
} from './team.ts';

describe.each(['embedded', 'debian'] as const)('members on PostgreSQL (%s)', (postgres) => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterEach(part);
  afterAll(() => server.close());

  const rolesOf = async (person: Teammate, room: Room) =>
    Object.fromEntries((await membersOf(person, room)).map(({ user_id, role }) => [user_id, role]));

  describe('who is let in', () => {
    it('belongs to the room, is told of it, and is told to the others', async () => {
      const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
      const room = await gather(anna, [[vera, 'member']]);
      const { seq } = await vera.request('room.join', { roomSlug: room.slug });
      const { status, body } = await setMember(anna, room, [boris, 'guest']);
      expect([status, body.member]).toEqual([
        200,
        { user_id: boris.id, user_name: 'Boris', role: 'guest', joined_at: expect.any(String) },
      ]);
      expect(await vera.next('room.memberChanged')).toMatchObject({
        ...{ seq: seq + 1, roomId: room.id, userId: boris.id, userName: 'Boris' },
        ...{ change: 'joined', role: 'guest', joinedAt: body.member.joined_at },
      });
      expect(await boris.next('room.created', ({ roomId }) => roomId === room.id)).toMatchObject({
        isPublic: false,
      });
      const joined = await boris.request('room.join', { roomSlug: room.slug });
      expect(joined.self).toEqual({ role: 'guest' });
    });

    it('by a moderator is a member at most; by an owner also an owner', async () => {
      const [anna, moderator, boris] = [await meet('Anna'), await meet('Moderator'), await meet('Boris')];
      const room = await gather(anna, [[moderator, 'moderator']]);
      expect((await setMember(moderator, room, [boris, 'moderator'])).status).toBe(403);
      expect((await setMember(moderator, room, [boris, 'owner'])).status).toBe(403);
      expect((await setMember(moderator, room, [boris, 'member'])).status).toBe(200);
      expect((await setMember(anna, room, [boris, 'owner'])).status).toBe(200);
      expect(await rolesOf(anna, room)).toMatchObject({ [anna.id]: 'owner', [boris.id]: 'owner' });
    });

    it('is no stranger’s, guest’s or member’s to say', async () => {
      const [anna, guest, member] = [await meet('Anna'), await meet('Guest'), await meet('Member')];
      const [stranger, boris] = [await meet('Stranger'), await meet('Boris')];
      const room = await gather(anna, [
        [guest, 'guest'],
        [member, 'member'],
      ]);
      for (const person of [guest, member, stranger]) {
        expect((await setMember(person, room, [boris, 'guest'])).status).toBe(403);
        expect((await setMember(person, room, [person, 'owner'])).status).toBe(403);
      }
    });

    it('is nobody who never was here, who left, or who is banned', async () => {
      const [anna, gone, banned] = [await meet('Anna'), await meet('Gone'), await meet('Banned')];
      const room = await gather(anna);
      const { db } = server.database;
      await db.query('UPDATE users SET deleted_at = now() WHERE id = $1', [gone.id]);
      await anna.done('bans.set', { ...at(room, banned), body: {} });
      const missing = await setMember(anna, room, [{ id: randomUUID() }, 'member']);
      expect(missing.status).toBe(404);
      expect(await setMember(anna, room, [gone, 'member'])).toEqual(missing);
      expect((await setMember(anna, room, [banned, 'member'])).status).toBe(409);
    });
  });

  describe('another role', () => {
    it('is told, given to nobody who stands as high, and not told where nothing changes', async () => {
      const [anna, one, other] = [await meet('Anna'), await meet('One'), await meet('Other')];
      const room = await gather(anna, [
        [one, 'moderator'],
        [other, 'moderator'],
      ]);
      await one.request('room.join', { roomSlug: room.slug });
      expect((await setMember(one, room, [other, 'guest'])).status).toBe(403);
      expect((await setMember(one, room, [anna, 'guest'])).status).toBe(403);
      expect((await setMember(anna, room, [other, 'moderator'])).status).toBe(200);
      expect((await setMember(anna, room, [other, 'member'])).status).toBe(200);
      expect(await one.next('room.memberChanged')).toMatchObject({
        ...{ change: 'roleChanged', userId: other.id, role: 'member' },
      });
      expect((await setMember(one, room, [other, 'guest'])).status).toBe(200);
      expect(await actionsOf(anna, room)).toEqual([
        ...['member.role', 'member.role', 'member.add', 'member.add', 'room.create'],
      ]);
    });

    it('is one’s own to lower and never to raise, and the last owner stays one', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'moderator']]);
      expect((await setMember(boris, room, [boris, 'owner'])).status).toBe(403);
      expect((await setMember(boris, room, [boris, 'guest'])).status).toBe(200);
      expect((await setMember(boris, room, [boris, 'member'])).status).toBe(403);
      expect((await setMember(anna, room, [anna, 'member'])).status).toBe(409);
      expect((await anna.call('members.remove', at(room, anna))).status).toBe(409);
      await setMember(anna, room, [boris, 'owner']);
      // Owners stay what they are to each other.
      expect((await setMember(boris, room, [anna, 'member'])).status).toBe(403);
      expect((await setMember(anna, room, [anna, 'member'])).status).toBe(200);
    });

    it('of two owners who step down at once leaves one', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'owner']]);
      const answers = await Promise.all([
        setMember(anna, room, [anna, 'guest']),
        setMember(boris, room, [boris, 'guest']),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    });

    it('takes back the invitations that its person could not make any more', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'owner']]);
      const invite = async (role: MemberRole) =>
        (await boris.done('invitations.create', { ...at(room), body: { role } })).code as string;
      const codes = [await invite('moderator'), await invite('member')];
      await setMember(boris, room, [boris, 'member']);
      const look = async (code: string) => (await anna.call('invitations.look', { body: { code } })).status;
      expect([await look(codes[0]!), await look(codes[1]!)]).toEqual([404, 200]);
      await setMember(anna, room, [boris, 'guest']);
      expect(await look(codes[1]!)).toBe(404);
    });
  });

  describe('a guest of a public room', () => {
    it('stays one, whether they would leave or are sent out', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'guest']], { isPublic: true });
      await boris.request('room.join', { roomSlug: room.slug });
      expect((await boris.call('members.remove', at(room, boris))).status).toBe(403);
      await anna.done('members.remove', at(room, boris));
      expect(await boris.next('room.removed')).toMatchObject({ reason: 'kicked' });
      const joined = await boris.request('room.join', { roomSlug: room.slug });
      expect(joined.self).toEqual({ role: 'guest' });
      expect(await rolesOf(anna, room)).toMatchObject({ [boris.id]: 'guest' });
      await anna.done('members.set', { ...at(room, boris), body: { role: 'member' } });
      await boris.done('members.remove', at(room, boris));
    });
  });

  describe('who leaves or is sent out', () => {
    it('is out of the room, which is told to them and to the others', async () => {
      const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
      const room = await gather(anna, [
        [boris, 'member'],
        [vera, 'guest'],
      ]);
      for (const person of [anna, boris, vera]) await person.request('room.join', { roomSlug: room.slug });
      await boris.done('members.remove', at(room, boris));
      const place = { roomId: room.id, roomSlug: room.slug };
      expect(await boris.next('room.removed')).toEqual({ ...place, reason: 'left' });
      expect(await anna.next('room.memberChanged')).toMatchObject({
        ...{ userId: boris.id, change: 'left', role: null, joinedAt: null },
      });
      expect((await boris.call('members.remove', at(room, vera))).status).toBe(403);
      await anna.done('members.remove', at(room, vera));
      expect(await vera.next('room.removed')).toEqual({ ...place, reason: 'kicked' });
      expect(await anna.next('presence.left', ({ userId }) => userId === vera.id)).toBeTruthy();
      expect((await vera.refused('room.join', { roomSlug: room.slug })).code).toBe('Forbidden');
      expect((await anna.call('members.remove', at(room, vera))).status).toBe(404);
    });

    it('does not come back by an invitation that they made before', async () => {
      const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
      const room = await gather(anna, [
        [boris, 'member'],
        [vera, 'member'],
      ]);
      for (const [person, by] of [
        [boris, anna],
        [vera, vera],
      ] as const) {
        const { code } = await person.done('invitations.create', { ...at(room), body: {} });
        await by.done('members.remove', at(room, person));
        expect((await person.call('invitations.accept', { body: { code } })).status).toBe(404);
        await anna.done('members.set', { ...at(room, person), body: { role: 'member' } });
        expect((await anna.call('invitations.look', { body: { code } })).status).toBe(404);
      }
    });
  });

  describe('an administrator', () => {
    it('stands above the owners of rooms that they may enter, and leaves no private one without', async () => {
      const [anna, boris, root] = [await meet('Anna'), await meet('Boris'), await meet('Root')];
      await makeAdministrator(server, root);
      const open = await gather(anna, [], { isPublic: true });
      expect((await root.call('members.mute', { ...at(open, anna), body: { text: true } })).status).toBe(200);
      expect((await setMember(root, open, [anna, 'member'])).status).toBe(200);
      const room = await gather(anna, [
        [boris, 'owner'],
        [root, 'member'],
      ]);
      expect((await root.call('bans.set', { ...at(room, anna), body: {} })).status).toBe(200);
      expect((await root.call('bans.set', { ...at(room, boris), body: {} })).status).toBe(409);
      expect((await setMember(root, room, [boris, 'guest'])).status).toBe(409);
      expect((await setMember(boris, room, [root, 'guest'])).status).toBe(403);
    });

    it('deletes a private room that they may not enter, and nobody else does', async () => {
      const [anna, boris, root] = [await meet('Anna'), await meet('Boris'), await meet('Root')];
      const room = await gather(anna);
      await anna.done('rooms.update', { ...at(room), body: { accepts_requests: false } });
      await makeAdministrator(server, root);
      expect((await root.call('rooms.get', at(room))).status).toBe(404);
      expect((await boris.call('rooms.delete', at(room))).status).toBe(404);
      expect((await root.call('rooms.delete', at(room))).status).toBe(200);
      expect((await anna.call('rooms.get', at(room))).status).toBe(404);
      const { room: two } = await anna.done('rooms.openDirect', { body: { user_id: boris.id } });
      expect((await root.call('rooms.delete', at(two))).status).toBe(404);
    });
  });

  it('an owner whom the server keeps out is none who could be left alone with the room', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [[boris, 'owner']]);
    await server.database.db.query('UPDATE users SET banned_at = now() WHERE id = $1', [boris.id]);
    expect((await anna.call('members.remove', at(room, anna))).status).toBe(409);
  });

  it('are listed page by page, in the order they came', async () => {
    const anna = await meet('Anna');
    const room = await gather(anna);
    const people = await Promise.all(Array.from({ length: 5 }, (_, n) => server.register(`Person ${n}`)));
    for (const { user } of people) await setMember(anna, room, [user, 'member']);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query = { limit: 2, ...(cursor === null ? {} : { cursor }) };
      const page: { members: RoomMember[]; next_cursor: string | null } = await anna.done('members.list', {
        ...at(room),
        query,
      });
      expect(page.members.length).toBeLessThanOrEqual(2);
      seen.push(...page.members.map((member) => member.user_id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual([anna.id, ...people.map(({ user }) => user.id)]);
    for (const bad of ['x', '1', `1.${randomUUID()}x`, `99999999999999999.${randomUUID()}`]) {
      const query = { cursor: bad };
      expect([bad, (await anna.call('members.list', { ...at(room), query })).status]).toEqual([bad, 400]);
    }
  });
});

it('members are changed so often and no more, and nobody else is held up by it', async () => {
  const server = await startTestServer({ env: { RATE_LIMIT_CHANGES_PER_MINUTE: '60' } });
  const { meet, part } = createTeam(() => server);
  const [anna, boris] = [await meet('Anna'), await meet('Boris')];
  const { slug } = await gather(anna);
  const unmute = { params: { slug, user_id: boris.id } };
  const answers = await Promise.all(Array.from({ length: 80 }, () => anna.call('members.unmute', unmute)));
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(5);
  await settle(boris);
  await part();
  await server.close();
});
