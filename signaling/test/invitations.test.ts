import { createHash, randomUUID } from 'node:crypto';
import type { CreateInvitationBody, Invitation, Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, call, createTeam, gather, makeAdministrator, type Teammate } from './team.ts';

describe.each(['embedded', 'debian'] as const)('invitations on PostgreSQL (%s)', (postgres) => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterEach(part);
  afterAll(() => server.close());

  const invite = async (by: Teammate, room: Room, body: Partial<CreateInvitationBody> = {}) =>
    (await by.done('invitations.create', { ...at(room), body })) as { invitation: Invitation; code: string };
  const accept = (person: Teammate, code: string) =>
    person.call<{ room: Room; message: string }>('invitations.accept', { body: { code } });
  const look = (code: string) =>
    fetch(`${server.url}/v1/invitations/look`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
  const usesOf = async ({ id }: Invitation) => {
    const { db } = server.database;
    const [row] = await db.query<{ uses: number }>('SELECT uses FROM invitations WHERE id = $1', [id]);
    return row?.uses;
  };

  it('bring somebody into a private room, which is told to them and to the room', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna);
    await anna.request('room.join', { roomSlug: room.slug });
    const { code, invitation } = await invite(anna, room, { role: 'guest', max_uses: 3 });
    expect(code).toMatch(/^[A-Za-z0-9_-]{24}$/);
    expect(invitation).toMatchObject({
      ...{ role: 'guest', max_uses: 3, uses: 0, created_by: { user_id: anna.id, user_name: 'Anna' } },
    });
    // Nobody has an account yet who looks at a link.
    expect(await (await look(code)).json()).toEqual({
      ...{ room_title: room.title, invited_by: 'Anna', expires_at: invitation.expires_at },
    });
    const { status, body } = await accept(boris, code);
    expect([status, body.room.slug, body.room.my_role]).toEqual([200, room.slug, 'guest']);
    expect(await anna.next('room.memberChanged')).toMatchObject({
      ...{ userId: boris.id, change: 'joined', role: 'guest' },
    });
    expect(await boris.next('room.created', ({ roomId }) => roomId === room.id)).toBeTruthy();
    await boris.request('room.join', { roomSlug: room.slug });
    // Whoever belongs to it already uses up nothing, and stays what they are.
    for (const person of [anna, boris]) expect((await accept(person, code)).status).toBe(200);
    expect((await anna.done('rooms.get', at(room))).room.my_role).toBe('owner');
    expect(await usesOf(invitation)).toBe(1);
  });

  it('are stored as a hash, and their code is told once', async () => {
    const anna = await meet('Anna');
    const room = await gather(anna);
    const { code } = await invite(anna, room);
    const { db } = server.database;
    const [row] = await db.query<{ code_hash: Buffer; all: string }>(
      'SELECT code_hash, row_to_json(i)::text AS all FROM invitations i WHERE room_id = $1',
      [room.id],
    );
    expect(row?.code_hash).toEqual(createHash('sha256').update(code).digest());
    expect(row?.all).not.toContain(code);
    expect(JSON.stringify(await anna.done('invitations.list', at(room)))).not.toContain(code);
    expect(JSON.stringify(await anna.done('audit.room', at(room)))).not.toContain(code);
  });

  it('that never were, have ended, are used up, taken back, or whose room is gone all answer alike', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const [room, lost] = [await gather(anna), await gather(anna)];
    const ended = await invite(anna, room);
    const used = await invite(anna, room, { max_uses: 1 });
    const revoked = await invite(anna, room);
    const orphaned = await invite(anna, lost);
    const { db } = server.database;
    await db.query(`UPDATE invitations SET expires_at = now() WHERE id = $1`, [ended.invitation.id]);
    expect((await accept(await meet('First'), used.code)).status).toBe(200);
    const toRevoke = { params: { invitation_id: revoked.invitation.id } };
    expect((await anna.call('invitations.revoke', toRevoke)).status).toBe(200);
    await anna.done('rooms.delete', at(lost));
    const never = 'a'.repeat(24);
    const codes = [never, ended.code, used.code, revoked.code, orphaned.code];
    const looked = await Promise.all(codes.map(look));
    const accepted = await Promise.all(codes.map((code) => accept(boris, code)));
    expect(looked.map(({ status }) => status)).toEqual(codes.map(() => 404));
    const bodies = [
      ...(await Promise.all(looked.map((response) => response.text()))),
      ...accepted.map(({ body }) => JSON.stringify(body)),
    ];
    expect(new Set(bodies).size).toBe(1);
    expect(accepted.map(({ status }) => status)).toEqual(codes.map(() => 404));
  });

  it('let as many in as they have uses, however many try at once', async () => {
    const anna = await meet('Anna');
    const room = await gather(anna);
    const { code, invitation } = await invite(anna, room, { max_uses: 3 });
    const people = await Promise.all(Array.from({ length: 8 }, (_, n) => meet(`Person ${n}`)));
    const answers = await Promise.all(people.map((person) => accept(person, code)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 404, 404, 404, 404, 404]);
    expect(await usesOf(invitation)).toBe(3);
    const { members } = await anna.done('members.list', at(room));
    expect(members).toHaveLength(4);
  });

  it('of which one person takes two at once bring them in once', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna);
    const { code, invitation } = await invite(anna, room);
    const answers = await Promise.all([accept(boris, code), accept(boris, code), accept(boris, code)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await usesOf(invitation)).toBe(1);
  });

  it('do not let in who is banned, and their use is not lost', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna);
    const { code, invitation } = await invite(anna, room);
    await anna.done('bans.set', { params: { slug: room.slug, user_id: boris.id }, body: {} });
    const { status, body } = await accept(boris, code);
    const none = await accept(boris, 'x'.repeat(24));
    expect([status, body]).toEqual([404, none.body]);
    // The same for a look at it, where the server knows who looks.
    const look = (person: { token: string }) =>
      call({ url: server.url, token: person.token }, 'invitations.look', { body: { code } });
    expect((await look(boris)).status).toBe(404);
    expect((await look(anna)).status).toBe(200);
    expect((await look({ token: 'ended' })).status).toBe(200);
    expect(await usesOf(invitation)).toBe(0);
  });

  it('are made by members and above, and give no more than their maker may', async () => {
    const [anna, moderator, member] = [await meet('Anna'), await meet('Moderator'), await meet('Member')];
    const [guest, stranger] = [await meet('Guest'), await meet('Stranger')];
    const room = await gather(anna, [
      [moderator, 'moderator'],
      [member, 'member'],
      [guest, 'guest'],
    ]);
    const make = async (person: Teammate, role: string) =>
      (await person.call('invitations.create', { ...at(room), body: { role } })).status;
    const roles = ['guest', 'member', 'moderator', 'owner'];
    const made = async (person: Teammate) => Promise.all(roles.map((role) => make(person, role)));
    expect(await made(anna)).toEqual([201, 201, 201, 400]);
    expect(await made(moderator)).toEqual([201, 201, 403, 400]);
    expect(await made(member)).toEqual([201, 201, 403, 400]);
    expect(await made(guest)).toEqual([403, 403, 403, 400]);
    expect(await made(stranger)).toEqual([403, 403, 403, 400]);
  });

  it('give what their maker may give when they are used, whatever that was when they were made', async () => {
    const [anna, root, boris] = [await meet('Anna'), await meet('Root'), await meet('Boris')];
    const room = await gather(anna, [[root, 'member']]);
    await makeAdministrator(server, root);
    const { code: toModerator } = await invite(root, room, { role: 'moderator' });
    const { code: toMember } = await invite(root, room);
    expect((await look(toModerator)).status).toBe(200);
    const { db } = server.database;
    await db.query('UPDATE users SET is_administrator = false WHERE id = $1', [root.id]);
    expect((await look(toModerator)).status).toBe(404);
    expect((await accept(boris, toModerator)).status).toBe(404);
    // What is added to an archive is read by nobody.
    await anna.done('rooms.update', { ...at(room), body: { archived: true } });
    expect((await accept(boris, toMember)).status).toBe(404);
    await anna.done('rooms.update', { ...at(room), body: { archived: false } });
    expect((await accept(boris, toMember)).status).toBe(200);
  });

  it('are taken back with the place of the administrator who made them', async () => {
    const [anna, chief, root] = [await meet('Anna'), await meet('Chief'), await meet('Root')];
    const [room, own] = [await gather(anna, [[root, 'member']]), await gather(root)];
    for (const person of [chief, root]) await makeAdministrator(server, person);
    const codes = [
      (await invite(root, room, { role: 'moderator' })).code,
      (await invite(root, room)).code,
      (await invite(root, own, { role: 'moderator' })).code,
      (await root.done('admin.createInvitation', { body: {} })).code,
    ];
    const params = { user_id: root.id };
    for (const is_administrator of [false, true])
      await chief.done('admin.updateUser', { params, body: { is_administrator } });
    const looked = await Promise.all(codes.map(look));
    expect(looked.map(({ status }) => status)).toEqual([404, 200, 200, 404]);
  });

  it('lower nobody in a public room, where who has no role may do more than a guest', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [], { isPublic: true });
    const { code, invitation } = await invite(anna, room, { role: 'guest' });
    const { status, body } = await accept(boris, code);
    expect([status, body.room.my_role, await usesOf(invitation)]).toEqual([200, null, 0]);
  });

  it('are listed and taken back by who made them, and by moderators; to others they are none', async () => {
    const [anna, member, other] = [await meet('Anna'), await meet('Member'), await meet('Other')];
    const [moderator, stranger] = [await meet('Moderator'), await meet('Stranger')];
    const room = await gather(anna, [
      [moderator, 'moderator'],
      [member, 'member'],
      [other, 'member'],
    ]);
    const [one, two] = [await invite(anna, room), await invite(member, room)];
    const idsOf = async (person: Teammate) =>
      (await person.done('invitations.list', at(room))).invitations.map(({ id }: Invitation) => id).sort();
    const both = [one.invitation.id, two.invitation.id].sort();
    expect(await idsOf(moderator)).toEqual(both);
    expect(await idsOf(member)).toEqual([two.invitation.id]);
    expect(await idsOf(other)).toEqual([]);
    const revoke = (person: Teammate, invitation_id: string) =>
      person.call('invitations.revoke', { params: { invitation_id } });
    const missing = await revoke(stranger, randomUUID());
    expect(missing.status).toBe(404);
    for (const person of [stranger, other]) {
      expect(await revoke(person, two.invitation.id)).toEqual(missing);
    }
    expect(await revoke(member, one.invitation.id)).toEqual(missing);
    expect((await revoke(member, two.invitation.id)).status).toBe(200);
    expect((await revoke(moderator, one.invitation.id)).status).toBe(200);
    expect(await idsOf(anna)).toEqual([]);
  });

  it('are listed page by page, the newest first, each once', async () => {
    const anna = await meet('Anna');
    const room = await gather(anna);
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) made.unshift((await invite(anna, room)).invitation.id);
    // At one moment: then the id decides.
    await server.database.db.query('UPDATE invitations SET created_at = $2 WHERE id = ANY($1::uuid[])', [
      ...[made.slice(1, 4), '2026-01-31T12:00:00.123Z'],
    ]);
    const list = (query: Record<string, string | number>) =>
      anna.done<{ invitations: Invitation[]; next_cursor: string | null }>('invitations.list', {
        ...{ ...at(room), query },
      });
    const idsOf = ({ invitations }: { invitations: Invitation[] }) => invitations.map(({ id }) => id);
    const all = await list({});
    expect([idsOf(all).toSorted(), all.next_cursor]).toEqual([made.toSorted(), null]);
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({ limit: 2, ...(cursor ? { cursor } : {}) });
      pages.push(idsOf(page));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(idsOf(all));
    expect((await anna.call('invitations.list', { ...at(room), query: { cursor: 'x' } })).status).toBe(400);
    expect((await anna.call('invitations.list', { ...at(room), query: { limit: 101 } })).status).toBe(400);
  });

  it('to the server give who has an account nothing, but an administrator’s place where it is for one', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const { db } = server.database;
    const insert = (code: string, makesAdministrator: boolean) =>
      db.query(
        'INSERT INTO invitations (id, code_hash, makes_administrator, max_uses) VALUES ($1, $2, $3, 1)',
        [randomUUID(), createHash('sha256').update(code).digest(), makesAdministrator],
      );
    const [plain, first] = [`plain-${randomUUID()}`, `first-${randomUUID()}`];
    await insert(plain, false);
    await insert(first, true);
    expect(await (await look(plain)).json()).toEqual({
      room_title: null,
      invited_by: null,
      expires_at: null,
    });
    for (const code of [plain, plain, first]) {
      expect((await accept(anna, code)).body).toEqual({ room: null });
    }
    expect((await accept(boris, first)).status).toBe(404);
    const [row] = await db.query('SELECT is_administrator FROM users WHERE id = $1', [anna.id]);
    expect(row).toEqual({ is_administrator: true });
  });

  it('are guessed slowly, by person', async () => {
    const boris = await meet('Boris');
    const answers = await Promise.all(Array.from({ length: 15 }, () => accept(boris, 'a'.repeat(24))));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(3);
  });
});

it('an invitation’s code is guessed slowly, by address', async () => {
  const server = await startTestServer({ env: { RATE_LIMIT_AUTH_PER_MINUTE: '5' } });
  const [method, headers] = ['POST', { 'content-type': 'application/json' }];
  const body = JSON.stringify({ code: 'a'.repeat(24) });
  const statuses: number[] = [];
  while (statuses.length < 7)
    statuses.push((await fetch(`${server.url}/v1/invitations/look`, { method, headers, body })).status);
  expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429]);
  await server.close();
});
