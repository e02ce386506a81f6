import type { Room, RoomMember } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { waitForLockWaiters } from './lock-waiters.ts';
import { rtpCapabilities } from './rtp.ts';
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

  it('stay theirs where another owner comes back by a known day, whoever is banned first', async () => {
    const { admin, anna, boris, vera } = await meetAll();
    const room = await gather(anna, [
      [boris, 'owner'],
      [vera, 'moderator'],
    ]);
    const ofTwo = await gather(vera, [[boris, 'owner']]);
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
    await setBan(admin, boris, { reason: '', expires_at: inAnHour });
    await setBan(admin, anna, { reason: 'Spam' });
    const owned = { Anna: 'owner', Boris: 'owner', Vera: 'moderator' };
    expect(await rolesOf(vera, room)).toEqual(owned);
    // Nobody else is there: it is an owner's still, and no archive.
    await setBan(admin, vera, { reason: 'Spam' });
    const rows = await server.database.db.query(
      'SELECT m.role, r.archived_at FROM room_members m JOIN rooms r ON r.id = m.room_id WHERE r.id = $1',
      [ofTwo.id],
    );
    expect(rows).toEqual(Array(2).fill({ role: 'owner', archived_at: null }));
  });

  /** As if they had been banned, by whom is known, when that passed nothing on. */
  const banAsBefore = async (admin: Teammate, person: Teammate) => {
    const { db } = server.database;
    await db.query('UPDATE users SET banned_at = now() WHERE id = $1', [person.id]);
    await db.query('INSERT INTO banned_owners (user_id, actor_id) VALUES ($1, $2)', [person.id, admin.id]);
  };
  const startAnother = () => startTestServer({ database: server.database });
  const waitUntilPassedOn = () =>
    expect.poll(() => server.database.db.query('SELECT FROM banned_owners')).toEqual([]);

  it('pass at a start what a ban has left that passed nothing on, once', async () => {
    const { admin, anna, boris, vera } = await meetAll();
    const own = await gather(anna, [
      [boris, 'member'],
      [vera, 'moderator'],
    ]);
    const shared = await gather(anna, [
      [boris, 'owner'],
      [vera, 'member'],
    ]);
    const empty = await gather(anna, [[vera, 'guest']]);
    const open = await gather(anna, [], { isPublic: true });
    await banAsBefore(admin, anna);
    const another = await startAnother();
    await waitUntilPassedOn();
    await another.close();
    const roles = () => Promise.all([own, shared, empty].map((room) => rolesOf(vera, room)));
    const passed = [
      { Anna: 'member', Boris: 'member', Vera: 'owner' },
      { Anna: 'owner', Boris: 'owner', Vera: 'member' },
      { Anna: 'owner', Vera: 'guest' },
    ];
    expect(await roles()).toEqual(passed);
    const actions = () => vera.done('audit.room', { params: { slug: own.slug }, query: { limit: 3 } });
    const told = await actions();
    expect(told.entries).toMatchObject([
      { action: 'member.role', actor: { user_id: admin.id }, target: { user_id: anna.id } },
      { action: 'member.role', target: { user_id: vera.id }, details: { role: 'owner' } },
      { action: 'member.add' },
    ]);
    // What has become of them since then stays.
    const { db } = server.database;
    const isArchived = async () =>
      (await db.query('SELECT FROM rooms WHERE id = $1 AND archived_at IS NOT NULL', [empty.id])).length > 0;
    expect(await isArchived()).toBe(true);
    await db.query('UPDATE rooms SET archived_at = NULL WHERE id = $1', [empty.id]);
    await db.query(`INSERT INTO room_members (room_id, user_id, role) VALUES ($1, $2, 'member')`, [
      open.id,
      boris.id,
    ]);
    await (await startAnother()).close();
    expect([await roles(), await actions(), await isArchived()]).toEqual([passed, told, false]);
    expect(await rolesOf(vera, open)).toMatchObject({ Boris: 'member' });
  });

  it('keep no start waiting, and those who are there are told', async () => {
    const { admin, anna, boris } = await meetAll();
    const room = await gather(anna, [[boris, 'moderator']]);
    await banAsBefore(admin, anna);
    let another: TestServer | undefined;
    try {
      await server.database.db.transaction(async (tx) => {
        await tx.query('SELECT FROM rooms WHERE id = $1 FOR UPDATE', [room.id]);
        another = await startAnother();
        await waitForLockWaiters(server.database.db, 1);
        expect(await rolesOf(boris, room)).toEqual({ Anna: 'owner', Boris: 'moderator' });
      });
      await waitUntilPassedOn();
      expect(await rolesOf(boris, room)).toEqual({ Anna: 'member', Boris: 'owner' });
    } finally {
      await another?.close();
    }
  });

  it('are kept to be read where nobody could have them', async () => {
    const { admin, anna, boris } = await meetAll();
    const room = await gather(anna, [[boris, 'guest']]);
    await boris.request('room.join', { roomSlug: room.slug });
    await boris.request('voice.join', { roomSlug: room.slug, rtpCapabilities });
    await setBan(admin, anna, { reason: '' });
    const { room: archived } = await boris.next('room.changed');
    expect(archived.archivedAt).not.toBeNull();
    expect(await boris.next('voice.closed')).toMatchObject({ reason: 'removed' });
    expect(await rolesOf(boris, room)).toEqual({ Anna: 'owner', Boris: 'guest' });
  });
});
