import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { actionsOf, at, createTeam, gather, makeAdministrator, membersOf, type Teammate } from './team.ts';

describe('a room that an administrator makes private', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  const meetAdministrator = async () => {
    const admin = await meet('Administrator');
    await makeAdministrator(server, admin);
    return admin;
  };
  const close = (person: Teammate, room: Room) =>
    person.done<{ room: Room }>('rooms.update', { ...at(room), body: { is_public: false } });
  const rolesOf = async (reader: Teammate, room: Room) =>
    Object.fromEntries((await membersOf(reader, room)).map(({ user_name, role }) => [user_name, role]));
  /** Public, and nobody's: whoever made it was made less by an administrator. */
  const gatherUnowned = async (admin: Teammate) => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [[boris, 'member']], { isPublic: true });
    await admin.done('members.set', { ...at(room, anna), body: { role: 'member' } });
    return { room, anna, boris };
  };

  it.each(['moderator', 'member', 'guest', null] as const)(
    'is theirs where nobody owns it, be they %s there',
    async (role) => {
      const admin = await meetAdministrator();
      const { room, anna } = await gatherUnowned(admin);
      if (role) await admin.done('members.set', { ...at(room, admin), body: { role } });
      await anna.request('room.join', { roomSlug: room.slug });
      expect((await close(admin, room)).room).toMatchObject({ is_public: false, my_role: 'owner' });
      const { seq } = await anna.next('room.changed');
      expect(await anna.next('room.memberChanged', ({ userId }) => userId === admin.id)).toMatchObject({
        ...{ change: role ? 'roleChanged' : 'joined', role: 'owner', seq: seq + 1 },
      });
      expect(await rolesOf(admin, room)).toEqual({ Administrator: 'owner', Anna: 'member', Boris: 'member' });
      expect(await actionsOf(admin, room)).toEqual(
        expect.arrayContaining(['room.update', role ? 'member.role' : 'member.add']),
      );
      expect((await admin.request('room.join', { roomSlug: room.slug })).self).toMatchObject({
        role: 'owner',
      });
    },
  );

  it('is theirs where its only owner is kept out for good', async () => {
    const [admin, anna, boris] = [await meetAdministrator(), await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [[boris, 'guest']], { isPublic: true });
    await admin.done('members.set', { ...at(room, admin), body: { role: 'guest' } });
    await admin.done('bans.set', { ...at(room, anna), body: { reason: 'Spam' } });
    await close(admin, room);
    expect(await rolesOf(boris, room)).toEqual({ Administrator: 'owner', Boris: 'guest' });
  });

  it('stays its owner’s, and they are answered and out of it', async () => {
    const [admin, anna] = [await meetAdministrator(), await meet('Anna')];
    const room = await gather(anna, [], { isPublic: true });
    const { room: closed } = await close(admin, room);
    expect(closed).toMatchObject({ id: room.id, is_public: false });
    expect(await admin.next('room.removed')).toMatchObject({ roomId: room.id, reason: 'closed' });
    expect(await rolesOf(anna, room)).toEqual({ Anna: 'owner' });
    expect((await admin.call('rooms.get', at(room))).status).toBe(403);
  });

  it('stays its owner’s whom a ban keeps out until a day', async () => {
    const [admin, anna] = [await meetAdministrator(), await meet('Anna')];
    const room = await gather(anna, [], { isPublic: true });
    await admin.done('members.set', { ...at(room, admin), body: { role: 'member' } });
    const ban = { reason: '', expires_at: new Date(Date.now() + 3_600_000).toISOString() };
    await admin.done('admin.updateUser', { params: { user_id: anna.id }, body: { ban } });
    await close(admin, room);
    expect(await rolesOf(admin, room)).toEqual({ Administrator: 'member', Anna: 'owner' });
  });

  it('is theirs who take it out of the archive that it became without an owner', async () => {
    const [admin, anna] = [await meetAdministrator(), await meet('Anna')];
    const room = await gather(anna, [[admin, 'guest']]);
    await anna.done('auth.delete', { body: { password: 'password123' } });
    await admin.next('room.updated', ({ archivedAt }) => archivedAt !== null);
    await admin.done('rooms.update', { ...at(room), body: { archived: false } });
    expect(await rolesOf(admin, room)).toEqual({ Administrator: 'owner' });
  });
});
