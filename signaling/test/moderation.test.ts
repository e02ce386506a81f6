import { randomUUID } from 'node:crypto';
import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, makeAdministrator, settle, type Teammate } from './team.ts';

describe.each(['embedded', 'debian'] as const)('on PostgreSQL (%s)', (postgres) => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterEach(part);
  afterAll(() => server.close());

  const waitingAt = (person: Teammate, room: Room) =>
    person.next('moderation.waiting', ({ roomId }) => roomId === room.id);

  describe('who asks to be let in', () => {
    const ask = (person: Teammate, room: { slug: string }, text = '') =>
      person.call('joinRequests.create', { ...at(room), body: { text } });
    const requestsOf = async (person: Teammate, room: Room) =>
      (await person.done('joinRequests.list', at(room))).requests;

    it('waits, where moderators see it, until one of them decides', async () => {
      const [anna, moderator, member] = [await meet('Anna'), await meet('Moderator'), await meet('Member')];
      const [boris, vera] = [await meet('Boris'), await meet('Vera')];
      const room = await gather(anna, [
        [moderator, 'moderator'],
        [member, 'member'],
      ]);
      expect((await ask(boris, room, 'first words')).status).toBe(201);
      for (const person of [anna, moderator]) {
        expect(await waitingAt(person, room)).toEqual({
          ...{ roomId: room.id, roomSlug: room.slug, joinRequestCount: 1, reportCount: 0 },
        });
      }
      expect((await ask(boris, room, 'better words')).status).toBe(201);
      await ask(vera, room);
      expect(await waitingAt(anna, room)).toMatchObject({ joinRequestCount: 2 });
      expect(await requestsOf(moderator, room)).toMatchObject([
        { user_id: boris.id, user_name: 'Boris', text: 'better words' },
        { user_id: vera.id, text: '' },
      ]);
      expect((await member.call('joinRequests.list', at(room))).status).toBe(403);
      const decide = (by: Teammate, person: { id: string }, accept: boolean) =>
        by.call('joinRequests.decide', { ...at(room, person), body: { accept } });
      expect((await decide(member, boris, true)).status).toBe(403);
      expect((await decide(moderator, boris, true)).status).toBe(200);
      expect(await waitingAt(anna, room)).toMatchObject({ joinRequestCount: 1 });
      expect(await boris.next('room.created', ({ roomId }) => roomId === room.id)).toBeTruthy();
      await boris.request('room.join', { roomSlug: room.slug });
      expect((await decide(moderator, vera, false)).status).toBe(200);
      expect(await vera.next('joinRequest.declined')).toEqual({
        ...{ roomId: room.id, roomSlug: room.slug, roomTitle: room.title },
      });
      expect((await decide(moderator, vera, false)).status).toBe(404);
      expect((await vera.refused('room.join', { roomSlug: room.slug })).code).toBe('Forbidden');
      expect(await requestsOf(anna, room)).toEqual([]);
      await settle(member);
      expect(member.frames.filter(({ type }) => type === 'moderation.waiting')).toEqual([]);
    });

    it('waits no more while the server keeps them out, and is let in to no archive', async () => {
      const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
      const room = await gather(anna);
      for (const person of [boris, vera]) await ask(person, room);
      await server.database.db.query('UPDATE users SET banned_at = now() WHERE id = $1', [boris.id]);
      expect(await requestsOf(anna, room)).toMatchObject([{ user_id: vera.id }]);
      await anna.done('rooms.update', { ...at(room), body: { archived: true } });
      const decide = (accept: boolean) =>
        anna.call('joinRequests.decide', { ...at(room, vera), body: { accept } });
      expect((await decide(true)).status).toBe(403);
      expect((await decide(false)).status).toBe(200);
    });

    it('is let in as far as who decides may say', async () => {
      const [anna, moderator, boris] = [await meet('Anna'), await meet('Moderator'), await meet('Boris')];
      const room = await gather(anna, [[moderator, 'moderator']]);
      await ask(boris, room);
      const body = { accept: true, role: 'moderator' };
      expect((await moderator.call('joinRequests.decide', { ...at(room, boris), body })).status).toBe(403);
      expect(await requestsOf(anna, room)).toHaveLength(1);
      expect((await anna.call('joinRequests.decide', { ...at(room, boris), body })).status).toBe(200);
      expect((await boris.done('rooms.get', at(room))).room.my_role).toBe('moderator');
    });

    it('asks no more who takes it back, is let in otherwise, or is banned', async () => {
      const [anna, boris, vera, gleb] = [
        ...[await meet('Anna'), await meet('Boris'), await meet('Vera'), await meet('Gleb')],
      ] as const;
      const room = await gather(anna);
      for (const person of [boris, vera, gleb]) await ask(person, room);
      await boris.done('joinRequests.withdraw', at(room));
      await anna.done('members.set', { ...at(room, vera), body: { role: 'member' } });
      await anna.done('bans.set', { ...at(room, gleb), body: {} });
      expect(await requestsOf(anna, room)).toEqual([]);
      expect((await ask(gleb, room)).status).toBe(404);
      expect((await ask(vera, room)).status).toBe(409);
    });

    it('asks nothing of a room that is open to all by now', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna);
      await ask(boris, room);
      expect(await waitingAt(anna, room)).toMatchObject({ joinRequestCount: 1 });
      await anna.done('rooms.update', { ...at(room), body: { is_public: true } });
      expect(await waitingAt(anna, room)).toMatchObject({ joinRequestCount: 0 });
      expect(await requestsOf(anna, room)).toEqual([]);
    });

    it('is told of no hidden room, of none that is, and needs none that is open', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const hidden = await gather(anna);
      await anna.done('rooms.update', { ...at(hidden), body: { accepts_requests: false } });
      const open = await gather(anna, [], { isPublic: true });
      const missing = { slug: `missing-${randomUUID().slice(0, 8)}` };
      const answers = [await ask(boris, hidden), await ask(boris, missing)];
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
      const [one, other] = answers.map(({ body }) => JSON.stringify(body));
      expect(one!.replaceAll(hidden.slug, 'x')).toBe(other!.replaceAll(missing.slug, 'x'));
      expect((await boris.call('joinRequests.withdraw', at(hidden))).status).toBe(404);
      expect((await ask(boris, open)).status).toBe(409);
    });
  });

  describe('a report', () => {
    const report = (person: Teammate, message_id: string, reason = 'Spam') =>
      person.call('reports.create', { params: { message_id }, body: { reason } });
    const reportsOf = async (person: Teammate, room: Room) =>
      (await person.done('reports.list', at(room))).reports;
    const say = async (person: Teammate, room: Room, text: string) => {
      await person.request('room.join', { roomSlug: room.slug, keepOthers: true });
      return person.request('chat.send', { text, roomSlug: room.slug });
    };

    it('waits for a moderator with the message that it is about, and is dealt with once', async () => {
      const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
      const admin = await meet('Administrator');
      await makeAdministrator(server, admin);
      const room = await gather(
        anna,
        [
          [boris, 'member'],
          [vera, 'guest'],
        ],
        { isPublic: true },
      );
      const message = await say(boris, room, 'Buy watches!');
      expect((await report(vera, message.id)).status).toBe(201);
      for (const person of [anna, admin]) {
        expect(await waitingAt(person, room)).toMatchObject({ reportCount: 1, joinRequestCount: 0 });
      }
      // The same again changes the words.
      expect((await report(vera, message.id, 'Spam, again')).status).toBe(201);
      const [waiting, ...others] = await reportsOf(anna, room);
      expect(others).toEqual([]);
      expect(waiting).toMatchObject({
        reason: 'Spam, again',
        reporter: { user_id: vera.id, user_name: 'Vera' },
        message: { id: message.id, text: 'Buy watches!', user_id: boris.id, room_id: room.id },
      });
      const resolve = (person: Teammate, report_id: string) =>
        person.call('reports.resolve', { params: { report_id } });
      const missing = await resolve(boris, randomUUID());
      expect(missing.status).toBe(404);
      expect(await resolve(boris, waiting.id)).toEqual(missing);
      expect((await resolve(anna, waiting.id)).status).toBe(200);
      expect(await waitingAt(anna, room)).toMatchObject({ reportCount: 0 });
      expect(await reportsOf(anna, room)).toEqual([]);
      expect((await boris.call('reports.list', at(room))).status).toBe(403);
      // What was dealt with waits again where it is said again.
      expect((await report(vera, message.id, 'Still there')).status).toBe(201);
      expect(await waitingAt(anna, room)).toMatchObject({ reportCount: 1 });
      expect(await reportsOf(anna, room)).toMatchObject([{ reason: 'Still there' }]);
    });

    it('is nothing that a moderator whom it is about hears of, or deals with', async () => {
      const [anna, mia, vera] = [await meet('Anna'), await meet('Mia'), await meet('Vera')];
      const room = await gather(anna, [
        [mia, 'moderator'],
        [vera, 'member'],
      ]);
      const message = await say(mia, room, 'Go away');
      expect((await report(vera, message.id)).status).toBe(201);
      expect(await waitingAt(anna, room)).toMatchObject({ reportCount: 1 });
      expect(await waitingAt(mia, room)).toMatchObject({ reportCount: 0 });
      expect(await reportsOf(mia, room)).toEqual([]);
      const [waiting] = await reportsOf(anna, room);
      await mia.call('reports.resolve', { params: { report_id: waiting.id } });
      expect(await reportsOf(anna, room)).toHaveLength(1);
    });

    it('of a message that one may not read, that was deleted or never was answers alike', async () => {
      const [anna, stranger, member] = [await meet('Anna'), await meet('Stranger'), await meet('Member')];
      const room = await gather(anna, [[member, 'member']]);
      const [secret, deleted] = [await say(anna, room, 'secret'), await say(anna, room, 'deleted')];
      const { db } = server.database;
      await db.query(`UPDATE messages SET deleted_at = now(), text = '' WHERE id = $1`, [deleted.id]);
      const missing = await report(stranger, randomUUID());
      expect(missing.status).toBe(404);
      expect(await report(stranger, secret.id)).toEqual(missing);
      expect(await report(member, deleted.id)).toEqual(missing);
    });
  });

  describe('the log of what was done', () => {
    it('holds each act of a moderator, newest first, page by page, for moderators alone', async () => {
      const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
      const room = await gather(anna, [
        [boris, 'member'],
        [vera, 'moderator'],
      ]);
      const secret = 'a topic that was said once';
      await anna.done('rooms.update', { ...at(room), body: { topic: secret, slow_mode_s: 5 } });
      await vera.done('bans.set', { ...at(room, boris), body: { reason: 'Spam' } });
      const first = await vera.done('audit.room', { ...at(room), query: { limit: 2 } });
      expect(first.entries).toMatchObject([
        {
          ...{ action: 'member.ban', actor: { user_id: vera.id, user_name: 'Vera' } },
          ...{ target: { user_id: boris.id, user_name: 'Boris' }, details: { reason: 'Spam' } },
        },
        { action: 'room.update', actor: { user_id: anna.id }, target: null, details: { slow_mode_s: 5 } },
      ]);
      const query = { limit: 100, cursor: first.next_cursor };
      const rest = await vera.done('audit.room', { ...at(room), query });
      expect(rest.entries.map(({ action }: { action: string }) => action)).toEqual([
        ...['member.add', 'member.add', 'room.create'],
      ]);
      expect(rest.next_cursor).toBeNull();
      expect(JSON.stringify([first, rest])).not.toContain(secret);
      const stranger = await meet('Stranger');
      expect((await stranger.call('audit.room', at(room))).status).toBe(403);
      expect((await vera.call('audit.room', { ...at(room), query: { cursor: 'x' } })).status).toBe(400);
    });

    it('of the server is for administrators, and says of which room', async () => {
      const [anna, admin] = [await meet('Anna'), await meet('Administrator')];
      await makeAdministrator(server, admin);
      const room = await gather(anna);
      await anna.done('rooms.update', { ...at(room), body: { title: 'Renamed' } });
      const lost = await gather(anna);
      await anna.done('rooms.delete', at(lost));
      expect((await anna.call('audit.server')).status).toBe(403);
      const { entries } = await admin.done('audit.server', { query: { limit: 3 } });
      expect(entries[0]).toMatchObject({
        action: 'room.delete',
        room_slug: null,
        details: { slug: lost.slug },
      });
      expect(entries).toContainEqual(
        expect.objectContaining({
          action: 'room.update',
          room_slug: room.slug,
          details: { title: 'Renamed' },
        }),
      );
    });

    it('holds nothing that was undone with the act itself', async () => {
      const anna = await meet('Anna');
      const room = await gather(anna);
      const before = (await anna.done('audit.room', at(room))).entries.length;
      expect((await anna.call('members.set', { ...at(room, anna), body: { role: 'guest' } })).status).toBe(
        409,
      );
      expect((await anna.done('audit.room', at(room))).entries).toHaveLength(before);
    });
  });
});
