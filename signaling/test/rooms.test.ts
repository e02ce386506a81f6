import { randomUUID } from 'node:crypto';
import type { Room, UpdateRoomBody } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, makeAdministrator, settle, type Teammate } from './team.ts';

describe.each(['embedded', 'debian'] as const)('rooms on PostgreSQL (%s)', (postgres) => {
  let server: TestServer;
  const { meet, again, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterEach(part);
  afterAll(() => server.close());

  const update = (person: Teammate, room: { slug: string }, body: UpdateRoomBody) =>
    person.call<{ room: Room }>('rooms.update', { ...at(room), body });
  const listOf = async (person: Teammate) => (await person.done<{ rooms: Room[] }>('rooms.list')).rooms;
  const slugsOf = async (person: Teammate) => (await listOf(person)).map(({ slug }) => slug);

  describe('a room', () => {
    it('is made with a topic and a category, and is its maker’s', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const slug = `desk-${randomUUID().slice(0, 8)}`;
      const body = { slug, title: 'Help desk', topic: ' Who \n is on call ', category: 'Operations' };
      const { status, body: made } = await anna.call<{ room: Room }>('rooms.create', { body });
      expect(status).toBe(201);
      expect(made.room).toMatchObject({
        ...{ slug, title: 'Help desk', is_public: true, topic: 'Who is on call', category: 'Operations' },
        ...{ kind: 'room', position: 0, slow_mode_s: 0, accepts_requests: true, archived_at: null },
        ...{ my_role: 'owner', message_count: 0, last_message_at: null, notify: 'mentions' },
        ...{ read: { seq: 0, message_count: 0 }, unread_mention_count: 0, direct_with: null },
      });
      expect(await boris.next('room.created', ({ roomSlug }) => roomSlug === slug)).toMatchObject({
        ...{ roomId: made.room.id, topic: 'Who is on call', category: 'Operations', isPublic: true },
      });
      expect((await boris.done('rooms.get', at(made.room))).room).toMatchObject({ slug, my_role: null });
    });

    it('that is private is told to its maker alone, on each of their sockets', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const other = await again(anna);
      const room = await gather(anna);
      for (const socket of [anna, other]) {
        expect(await socket.next('room.created', ({ roomId }) => roomId === room.id)).toMatchObject({
          isPublic: false,
        });
      }
      await settle(boris);
      expect(JSON.stringify(boris.frames)).not.toContain(room.id);
      expect(await slugsOf(boris)).not.toContain(room.slug);
      expect(await slugsOf(anna)).toContain(room.slug);
    });

    it('is hidden from strangers from its first moment where that is asked for, and answers at its door where it is not', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const make = async (more: object): Promise<Room> => {
        const body = { slug: `made-${randomUUID().slice(0, 8)}`, title: 'Made', is_public: false, ...more };
        return (await anna.done<{ room: Room }>('rooms.create', { body })).room;
      };
      const rooms = [
        await make({ accepts_requests: false }),
        await make({}),
        await make({ accepts_requests: true }),
      ];
      expect(rooms.map(({ accepts_requests }) => accepts_requests)).toEqual([false, true, true]);
      const statuses: number[] = [];
      for (const room of rooms) statuses.push((await boris.call('joinRequests.look', at(room))).status);
      expect(statuses).toEqual([404, 200, 200]);
      expect((await boris.refused('room.join', { roomSlug: rooms[0]!.slug })).code).toBe('RoomNotFound');
      const { body: none } = await boris.call('rooms.get', { params: { slug: 'atlantis' } });
      const { body: hidden } = await boris.call('rooms.get', at(rooms[0]!));
      expect(JSON.stringify(hidden).replaceAll(rooms[0]!.slug, 'atlantis')).toBe(JSON.stringify(none));
    });

    it('counts its messages, says up to where I read, and how often I was named', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      await boris.request('room.join', { roomSlug: room.slug });
      const first = await boris.request('chat.send', { text: 'one' });
      const second = await boris.request('chat.send', { text: 'two' });
      const { db } = server.database;
      await db.query(
        `INSERT INTO room_reads (user_id, room_id, seq, message_count) VALUES ($1, $2, $3, 1)
        ON CONFLICT (user_id, room_id) DO UPDATE SET seq = $3, message_count = 1`,
        [...[anna.id, room.id, first.seq]],
      );
      await db.query(
        `INSERT INTO inbox (user_id, message_id, room_id, seq, kind) VALUES ($1, $2, $3, $4, 'mention')`,
        [anna.id, second.id, room.id, second.seq],
      );
      const mine = (await listOf(anna)).find(({ id }) => id === room.id);
      expect(mine).toMatchObject({
        ...{ message_count: 2, last_message_at: second.createdAt, unread_mention_count: 1 },
        read: { seq: first.seq, message_count: 1 },
      });
      expect((await anna.done('rooms.get', at(room))).room).toEqual(mine);
    });

    it('tells somebody of what they want to be told of', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna);
      await anna.done('rooms.setNotify', { ...at(room), body: { level: 'all' } });
      await anna.done('rooms.setNotify', { ...at(room), body: { level: 'nothing' } });
      expect((await anna.done('rooms.get', at(room))).room.notify).toBe('nothing');
      expect((await boris.call('rooms.setNotify', { ...at(room), body: { level: 'all' } })).status).toBe(403);
    });
  });

  describe('a change of a room', () => {
    it('takes a position, is told to who is in it, and for the list to who may enter it', async () => {
      const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
      const room = await gather(anna, [[boris, 'member']]);
      const before = await boris.request('room.join', { roomSlug: room.slug });
      const { status, body } = await update(anna, room, { title: ' New title ', position: 4 });
      expect([status, body.room.title, body.room.position]).toEqual([200, 'New title', 4]);
      const changed = await boris.next('room.changed');
      expect(changed).toMatchObject({
        ...{ seq: before.seq + 1, epoch: before.epoch },
        room: { roomId: room.id, roomTitle: 'New title', position: 4 },
      });
      // Who is not in the room now, and still has it in the list.
      expect(await anna.next('room.updated')).toEqual(changed.room);
      expect(await boris.next('room.updated')).toEqual(changed.room);
      await settle(vera);
      expect(JSON.stringify(vera.frames)).not.toContain(room.id);
    });

    it('that changes nothing takes no position and is not told', async () => {
      const anna = await meet('Anna');
      const room = await gather(anna);
      const { seq } = await anna.request('room.join', { roomSlug: room.slug });
      expect((await update(anna, room, { title: room.title, archived: false })).status).toBe(200);
      expect((await update(anna, room, {})).status).toBe(200);
      expect((await anna.request('room.join', { roomSlug: room.slug })).seq).toBe(seq);
    });

    it('is each role’s as far as it goes', async () => {
      const [anna, moderator, member] = [await meet('Anna'), await meet('Moderator'), await meet('Member')];
      const admin = await meet('Administrator');
      await makeAdministrator(server, admin);
      const room = await gather(
        anna,
        [
          [moderator, 'moderator'],
          [member, 'member'],
        ],
        { isPublic: true },
      );
      const bodies: [UpdateRoomBody, string][] = [
        [{ topic: 'News' }, 'moderator owner admin'],
        [{ slow_mode_s: 30 }, 'moderator owner admin'],
        [{ category: 'Team' }, 'owner admin'],
        [{ position: 3 }, 'owner admin'],
        [{ title: 'Another' }, 'owner admin'],
        [{ accepts_requests: false }, 'owner admin'],
        [{ archived: false }, 'owner admin'],
        // What one may change does not let through what one may not.
        [{ topic: 'More news', title: 'And another' }, 'owner admin'],
      ];
      for (const [body, who] of bodies) {
        const allowed = { member, moderator, owner: anna, admin };
        for (const [name, person] of Object.entries(allowed)) {
          const { status } = await update(person, room, body);
          expect([name, body, status]).toEqual([name, body, who.includes(name) ? 200 : 403]);
        }
      }
    });

    it('from public to private takes out who is no member, and tells them', async () => {
      const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
      const elsewhere = await meet('Elsewhere');
      const room = await gather(anna, [[boris, 'moderator']], { isPublic: true });
      for (const person of [boris, vera]) await person.request('room.join', { roomSlug: room.slug });
      await vera.request('voice.join', { roomSlug: room.slug, rtpCapabilities });
      expect((await update(anna, room, { is_public: false, accepts_requests: false })).status).toBe(200);
      for (const person of [vera, elsewhere]) {
        expect(await person.next('room.removed')).toEqual({
          ...{ roomId: room.id, roomSlug: room.slug, reason: 'closed' },
        });
      }
      expect(await boris.next('voice.participantLeft')).toMatchObject({ userId: vera.id });
      expect((await vera.refused('chat.send', { text: 'still here?', roomSlug: room.slug })).code).toBe(
        'NoActiveRoom',
      );
      expect((await vera.refused('room.join', { roomSlug: room.slug })).code).toBe('RoomNotFound');
      await boris.request('chat.send', { text: 'we are', roomSlug: room.slug });
      expect(boris.frames.filter(({ type }) => type === 'room.removed')).toEqual([]);
    });

    it('from private to public is told to everybody as a new room, and who sits there is seen', async () => {
      const [anna, vera] = [await meet('Anna'), await meet('Vera')];
      const room = await gather(anna);
      await vera.request('lobby.watch', {});
      await anna.request('voice.join', { roomSlug: room.slug, rtpCapabilities });
      await update(anna, room, { is_public: true });
      expect(await vera.next('room.created', ({ roomId }) => roomId === room.id)).toMatchObject({
        isPublic: true,
      });
      expect(await vera.next('lobby.voiceJoined', ({ roomId }) => roomId === room.id)).toMatchObject({
        userId: anna.id,
      });
      await update(anna, room, { is_public: false });
      await vera.next('room.removed', ({ roomId }) => roomId === room.id);
      await anna.request('voice.leave', {});
      await settle(vera);
      const left = vera.frames.filter(({ type }) => type === 'lobby.voiceLeft');
      expect(left.filter(({ payload }) => payload.roomId === room.id)).toEqual([]);
    });

    it('into the archive ends its voice, and it is still read', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      await boris.request('voice.join', { roomSlug: room.slug, rtpCapabilities });
      const { body } = await update(anna, room, { archived: true });
      expect(body.room.archived_at).toEqual(expect.any(String));
      expect(await boris.next('voice.closed')).toMatchObject({ reason: 'removed' });
      const again = { roomSlug: room.slug, rtpCapabilities };
      expect((await boris.refused('voice.join', again)).code).toBe('Forbidden');
      expect((await boris.call('chat.history', at(room))).status).toBe(200);
      // What is archived already keeps its time.
      const second = await update(anna, room, { archived: true, title: 'Old things' });
      expect(second.body.room.archived_at).toBe(body.room.archived_at);
      expect((await update(anna, room, { archived: false })).body.room.archived_at).toBeNull();
    });
  });

  describe('deleting a room', () => {
    it('sends everybody out, frees its address, and leaves nothing of it', async () => {
      const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
      const room = await gather(anna, [[boris, 'member']]);
      await boris.request('room.join', { roomSlug: room.slug });
      await boris.request('voice.join', { roomSlug: room.slug, rtpCapabilities });
      await boris.request('chat.send', { text: 'a secret', roomSlug: room.slug });
      expect((await boris.call('rooms.delete', at(room))).status).toBe(403);
      expect((await anna.call('rooms.delete', at(room))).status).toBe(200);
      const gone = { roomId: room.id, roomSlug: room.slug, reason: 'deleted' };
      for (const person of [anna, boris]) expect(await person.next('room.removed')).toEqual(gone);
      expect(await boris.next('voice.closed')).toMatchObject({ reason: 'removed' });
      expect((await boris.refused('room.join', { roomSlug: room.slug })).code).toBe('RoomNotFound');
      const left = async () => {
        const { db } = server.database;
        const rooms = await db.query('SELECT 1 FROM rooms WHERE id = $1', [room.id]);
        const messages = await db.query('SELECT 1 FROM messages WHERE room_id = $1', [room.id]);
        return rooms.length + messages.length;
      };
      await expect.poll(left).toBe(0);
      const body = { slug: room.slug, title: 'Anew' };
      expect((await vera.call('rooms.create', { body })).status).toBe(201);
      // Who could not know of it was told nothing.
      await settle(vera);
      expect(JSON.stringify(vera.frames)).not.toContain(room.id);
    });

    it('of a public one is told to everybody', async () => {
      const [anna, vera] = [await meet('Anna'), await meet('Vera')];
      const room = await gather(anna, [], { isPublic: true });
      await anna.done('rooms.delete', at(room));
      expect(await vera.next('room.removed')).toMatchObject({ roomId: room.id, reason: 'deleted' });
    });

    it('of which a process did not live to see the end is ended by the next one', async () => {
      const anna = await meet('Anna');
      const room = await gather(anna);
      await anna.request('room.join', { roomSlug: room.slug });
      await anna.request('chat.send', { text: 'a secret' });
      const { db } = server.database;
      await db.query(
        `UPDATE rooms SET deleted_at = now(), is_public = false, accepts_requests = false WHERE id = $1`,
        [room.id],
      );
      const next = await startTestServer({ database: server.database });
      await expect.poll(() => db.query('SELECT 1 FROM rooms WHERE id = $1', [room.id])).toEqual([]);
      await next.close();
    });
  });
});
