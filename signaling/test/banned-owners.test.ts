import type { Room, RoomMember } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, makeAdministrator, type Teammate } from './team.ts';

describe('the rooms of whom the server keeps out', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  const setBan = (admin: Teammate, person: Teammate, ban: object | null) =>
    admin.done('admin.updateUser', { params: { user_id: person.id }, body: { ban } });
  const rolesOf = async (reader: Teammate, { slug }: Room) =>
    Object.fromEntries(
      (await reader.done<{ members: RoomMember[] }>('members.list', { params: { slug } })).members.map(
        ({ user_name, role }) => [user_name, role],
      ),
    );
  const meetAll = async () => {
    const admin = await meet('Administrator');
    await makeAdministrator(server, admin);
    return { admin, anna: await meet('Anna'), boris: await meet('Boris'), vera: await meet('Vera') };
  };

  it('pass to who would have them of somebody who leaves, and are that one’s when the ban is lifted', async () => {
    const { admin, anna, boris, vera } = await meetAll();
    const room = await gather(anna, [
      [boris, 'member'],
      [vera, 'moderator'],
    ]);
    await boris.request('room.join', { roomSlug: room.slug });
    await setBan(admin, anna, { reason: 'Spam' });
    const [given, taken] = [await boris.next('room.memberChanged'), await boris.next('room.memberChanged')];
    expect(given).toMatchObject({ change: 'roleChanged', userId: vera.id, role: 'owner' });
    expect(taken).toMatchObject({ userId: anna.id, role: 'member', seq: given.seq + 1 });
    expect(await vera.next('room.selfChanged', ({ role }) => role === 'owner')).toMatchObject({
      roomId: room.id,
    });
    await setBan(admin, anna, null);
    expect(await rolesOf(vera, room)).toEqual({ Anna: 'member', Boris: 'member', Vera: 'owner' });
    const { entries } = await vera.done('audit.room', { params: { slug: room.slug }, query: { limit: 2 } });
    expect(entries).toMatchObject([
      { action: 'member.role', actor: { user_id: admin.id }, target: { user_id: anna.id } },
      { action: 'member.role', target: { user_id: vera.id }, details: { role: 'owner' } },
    ]);
  });

  it('stay theirs where somebody else owns them too, and while the ban has an end', async () => {
    const { admin, anna, boris, vera } = await meetAll();
    const shared = await gather(anna, [[boris, 'owner']]);
    await setBan(admin, anna, { reason: '' });
    expect(await rolesOf(boris, shared)).toEqual({ Anna: 'owner', Boris: 'owner' });
    await setBan(admin, anna, null);
    const own = await gather(vera, [[boris, 'moderator']]);
    await setBan(admin, vera, { reason: '', expires_at: new Date(Date.now() + 3_600_000).toISOString() });
    expect(await rolesOf(boris, own)).toEqual({ Vera: 'owner', Boris: 'moderator' });
    // The same for good.
    await setBan(admin, vera, { reason: '' });
    expect(await rolesOf(boris, own)).toEqual({ Vera: 'member', Boris: 'owner' });
  });

  it('pass at a start what a ban has left that passed nothing on, once', async () => {
    const { admin, anna, boris, vera } = await meetAll();
    const gleb = await meet('Gleb');
    const own = await gather(anna, [
      [boris, 'member'],
      [vera, 'moderator'],
    ]);
    const shared = await gather(anna, [
      [boris, 'owner'],
      [vera, 'member'],
    ]);
    const forAWhile = await gather(gleb, [[vera, 'moderator']]);
    const { db } = server.database;
    await db.query('UPDATE users SET banned_at = now() WHERE id = $1', [anna.id]);
    await db.query(
      `UPDATE users SET banned_at = now(), banned_until = now() + interval '1 hour' WHERE id = $1`,
      [gleb.id],
    );
    await db.query(
      `INSERT INTO audit_log (actor_id, action, target_user_id, details) VALUES ($1, 'user.ban', $2, '{}')`,
      [admin.id, anna.id],
    );
    const startAnother = async () => (await startTestServer({ database: server.database })).close();
    await startAnother();
    const roles = async () => Promise.all([own, shared, forAWhile].map((room) => rolesOf(vera, room)));
    const passed = [
      { Anna: 'member', Boris: 'member', Vera: 'owner' },
      { Anna: 'owner', Boris: 'owner', Vera: 'member' },
      { Gleb: 'owner', Vera: 'moderator' },
    ];
    expect(await roles()).toEqual(passed);
    const actions = () => vera.done('audit.room', { params: { slug: own.slug }, query: { limit: 3 } });
    const told = await actions();
    expect(told.entries).toMatchObject([
      { action: 'member.role', actor: { user_id: admin.id }, target: { user_id: anna.id } },
      { action: 'member.role', target: { user_id: vera.id }, details: { role: 'owner' } },
      { action: 'member.add' },
    ]);
    await startAnother();
    expect([await roles(), await actions()]).toEqual([passed, told]);
  });

  it('are kept to be read where nobody could have them', async () => {
    const { admin, anna, boris } = await meetAll();
    const room = await gather(anna, [[boris, 'guest']]);
    await boris.request('room.join', { roomSlug: room.slug });
    await setBan(admin, anna, { reason: '' });
    const { room: archived } = await boris.next('room.changed');
    expect(archived.archivedAt).not.toBeNull();
    expect(await rolesOf(boris, room)).toEqual({ Anna: 'owner', Boris: 'guest' });
  });
});
