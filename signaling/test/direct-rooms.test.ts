import { randomUUID } from 'node:crypto';
import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, makeAdministrator, type Teammate } from './team.ts';

describe.each(['embedded', 'debian'] as const)('a room of two on PostgreSQL (%s)', (postgres) => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterEach(part);
  afterAll(() => server.close());

  const slugsOf = async (person: Teammate) =>
    (await person.done<{ rooms: Room[] }>('rooms.list')).rooms.map(({ slug }) => slug);

  const open = (person: Teammate, other: { id: string }) =>
    person.call<{ room: Room }>('rooms.openDirect', { body: { user_id: other.id } });

  it('is one, whoever of them opens it, and the other knows it when something is written', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const first = await open(anna, boris);
    expect(first.status).toBe(201);
    expect(first.body.room).toMatchObject({
      ...{ kind: 'direct', title: '', is_public: false, my_role: 'member', notify: 'all' },
      direct_with: { user_id: boris.id, user_name: 'Boris' },
    });
    const { slug: roomSlug } = first.body.room;
    expect(await slugsOf(anna)).toContain(roomSlug);
    expect(await slugsOf(boris)).not.toContain(roomSlug);
    const second = await open(boris, anna);
    expect([second.status, second.body.room.id]).toEqual([200, first.body.room.id]);
    expect(second.body.room.direct_with).toEqual({ user_id: anna.id, user_name: 'Anna' });
    await anna.request('room.join', { roomSlug });
    await anna.request('chat.send', { text: 'between us', roomSlug });
    const told = await boris.next('room.created', ({ roomId }) => roomId === first.body.room.id);
    expect(told).toMatchObject({ kind: 'direct', directWith: { userId: anna.id, userName: 'Anna' } });
    expect(await slugsOf(boris)).toContain(roomSlug);
    await boris.request('room.join', { roomSlug });
    await anna.request('chat.send', { text: 'and again', roomSlug });
    expect((await boris.next('chat.message')).text).toBe('and again');
  });

  it('has read to them what they wrote themselves, where it came late and they have never looked into it', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const { slug: roomSlug } = (await open(anna, boris)).body.room;
    for (const person of [anna, boris]) await person.request('room.join', { roomSlug });
    await anna.request('chat.send', { text: 'hello', roomSlug });
    await boris.request('chat.send', { text: 'late', roomSlug, seenSeq: 0 });
    const { rooms } = await boris.done<{ rooms: Room[] }>('rooms.list');
    const found = rooms.find(({ slug }) => slug === roomSlug);
    expect([found?.message_count, found?.read]).toEqual([2, { seq: 0, message_count: 1 }]);
  });

  it('is one as well where both open it at once', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const answers = await Promise.all([open(anna, boris), open(boris, anna), open(anna, boris)]);
    expect(new Set(answers.map(({ body }) => body.room.id)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
  });

  it('is nobody else’s, an administrator’s neither', async () => {
    const [anna, boris, admin] = [await meet('Anna'), await meet('Boris'), await meet('Administrator')];
    await makeAdministrator(server, admin);
    const { room } = (await open(anna, boris)).body;
    expect((await admin.refused('room.join', { roomSlug: room.slug })).code).toBe('RoomNotFound');
    const missing = await admin.call('rooms.get', { params: { slug: 'atlantis' } });
    const foreign = await admin.call('rooms.get', at(room));
    expect(foreign.status).toBe(404);
    expect(foreign.body.message).toBe(missing.body.message.replace('atlantis', room.slug));
    expect(await slugsOf(admin)).not.toContain(room.slug);
  });

  it('is changed, left and filled by nobody', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const { room } = (await open(anna, boris)).body;
    const toVera = { params: { slug: room.slug, user_id: vera.id } };
    const toBoris = { params: { slug: room.slug, user_id: boris.id } };
    const toAnna = { params: { slug: room.slug, user_id: anna.id } };
    const statuses = [
      await anna.call('rooms.update', { ...at(room), body: { topic: 'x' } }),
      await anna.call('rooms.update', { ...at(room), body: { title: 'Ours' } }),
      await anna.call('rooms.delete', at(room)),
      await anna.call('members.set', { ...toVera, body: { role: 'member' } }),
      await anna.call('members.set', { ...toAnna, body: { role: 'guest' } }),
      await anna.call('members.remove', toBoris),
      await anna.call('members.remove', toAnna),
      await anna.call('bans.set', { ...toBoris, body: {} }),
      await anna.call('members.mute', { ...toBoris, body: { text: true } }),
      await anna.call('invitations.create', { ...at(room), body: {} }),
    ].map(({ status }) => status);
    expect(statuses).toEqual(statuses.map(() => 403));
    expect((await vera.call('joinRequests.create', { ...at(room), body: {} })).status).toBe(404);
  });

  it('is not opened by who has blocked the other, nor by who is blocked, and neither is told which', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const { room } = (await open(anna, boris)).body;
    for (const person of [anna, boris]) await person.request('room.join', { roomSlug: room.slug });
    await boris.request('voice.join', { roomSlug: room.slug, rtpCapabilities });
    await anna.done('blocks.set', { params: { user_id: boris.id } });
    expect(await boris.next('voice.closed')).toMatchObject({ reason: 'removed' });
    const [byAnna, byBoris] = [await open(anna, boris), await open(boris, anna)];
    expect(byAnna).toEqual(byBoris);
    expect(byAnna.status).toBe(403);
    expect((await boris.refused('voice.join', { roomSlug: room.slug, rtpCapabilities })).code).toBe(
      'Forbidden',
    );
    // What was written stays theirs to read.
    expect((await boris.call('chat.history', at(room))).status).toBe(200);
    await anna.done('blocks.lift', { params: { user_id: boris.id } });
    expect((await open(boris, anna)).status).toBe(200);
  });

  it('says to both, who look at it anew, that one has blocked the other, and that it is so no more', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const { room } = (await open(anna, boris)).body;
    const join = (person: Teammate) => person.request('room.join', { roomSlug: room.slug });
    for (const person of [anna, boris]) expect((await join(person)).self).toEqual({ role: 'member' });
    const params = { user_id: boris.id };
    await anna.done('blocks.set', { params });
    for (const person of [anna, boris]) {
      const { seq } = await person.next('room.position', ({ roomId }) => roomId === room.id);
      const { self, seq: position } = await join(person);
      expect([self, position]).toEqual([{ role: 'member', isBlocked: true }, seq]);
    }
    await anna.done('blocks.lift', { params });
    await boris.next('room.position', ({ roomId, seq }) => roomId === room.id && seq === 2);
    expect((await join(boris)).self).toEqual({ role: 'member' });
  });

  it('is not opened with oneself, with nobody, or with who is not here any more', async () => {
    const [anna, gone, banned] = [await meet('Anna'), await meet('Gone'), await meet('Banned')];
    const { db } = server.database;
    await db.query('UPDATE users SET deleted_at = now() WHERE id = $1', [gone.id]);
    await db.query('UPDATE users SET banned_at = now() WHERE id = $1', [banned.id]);
    expect((await open(anna, anna)).status).toBe(400);
    const answers = [
      await open(anna, { id: randomUUID() }),
      await open(anna, gone),
      await open(anna, banned),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('is opened so often and no more', async () => {
    const anna = await meet('Anna');
    const answers = await Promise.all(Array.from({ length: 25 }, () => open(anna, { id: randomUUID() })));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(3);
  });
});
