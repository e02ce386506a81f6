import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, settle, type Teammate } from './team.ts';

describe.each(['embedded', 'debian'] as const)(
  'a room of two that is closed on PostgreSQL (%s)',
  (postgres) => {
    let server: TestServer;
    const { meet, again, part } = createTeam(() => server);
    beforeAll(async () => {
      server = await startTestServer({ postgres });
    });
    afterEach(part);
    afterAll(() => server.close());

    const open = async (person: Teammate, other: { id: string }) =>
      (await person.done<{ room: Room }>('rooms.openDirect', { body: { user_id: other.id } })).room;
    const setClosed = (person: Teammate, slug: string, closed: boolean) =>
      person.call('rooms.setClosed', { params: { slug }, body: { closed } });
    const isClosedFor = async (person: Teammate, slug: string) =>
      (await person.done<{ rooms: Room[] }>('rooms.list')).rooms.find((room) => room.slug === slug)
        ?.is_closed;
    const say = async (person: Teammate, roomSlug: string, more: object = {}) => {
      await person.request('room.join', { roomSlug });
      return person.request('chat.send', { text: 'Something', roomSlug, ...more });
    };
    /** Two people who have written to each other. */
    const meetTwo = async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const { id: roomId, slug: roomSlug } = await open(anna, boris);
      const message = await say(anna, roomSlug);
      return { anna, boris, roomId, roomSlug, message };
    };

    it('is so for who has closed it, at each of their sockets, and for nobody else', async () => {
      const { anna, boris, roomId, roomSlug } = await meetTwo();
      const elsewhere = await again(anna);
      for (let twice = 0; twice < 2; twice += 1)
        expect((await setClosed(anna, roomSlug, true)).status).toBe(200);
      for (const socket of [anna, elsewhere])
        expect(await socket.next('direct.closedChanged')).toEqual({ roomId, roomSlug, isClosed: true });
      expect([await isClosedFor(anna, roomSlug), await isClosedFor(boris, roomSlug)]).toEqual([true, false]);
      // Nothing of it is gone.
      const { messages } = await anna.done('chat.history', { params: { slug: roomSlug } });
      expect(messages).toHaveLength(1);
      await settle(boris);
      expect(boris.frames.filter(({ type }) => type === 'direct.closedChanged')).toEqual([]);
      // Closed twice, it was told once.
      await settle(anna);
      expect(anna.frames.filter(({ type }) => type === 'direct.closedChanged')).toHaveLength(1);
    });

    it.each([
      ['a message', async () => ({})],
      ['a reply in a thread', async (id: string) => ({ threadRootId: id })],
    ])('comes back with %s, whoever wrote it', async (_what, more) => {
      const { anna, boris, roomId, roomSlug, message } = await meetTwo();
      for (const writer of [boris, anna]) {
        await setClosed(anna, roomSlug, true);
        await anna.next('direct.closedChanged', ({ isClosed }) => isClosed);
        await say(writer, roomSlug, await more(message.id));
        expect(await anna.next('direct.closedChanged', ({ isClosed }) => !isClosed)).toEqual({
          ...{ roomId, roomSlug, isClosed: false },
        });
        expect(await isClosedFor(anna, roomSlug)).toBe(false);
      }
    });

    it('stays closed when a message of it is reacted to, edited or deleted', async () => {
      const { anna, boris, roomSlug, message } = await meetTwo();
      await setClosed(anna, roomSlug, true);
      await boris.request('room.join', { roomSlug });
      await boris.request('chat.react', { messageId: message.id, emoji: '👍', isSet: true });
      await anna.request('chat.edit', { messageId: message.id, text: 'Other' });
      await anna.request('chat.delete', { messageId: message.id });
      expect(await isClosedFor(anna, roomSlug)).toBe(true);
    });

    it('comes back when its person opens it, by the other one or by itself', async () => {
      const { anna, boris, roomSlug } = await meetTwo();
      await setClosed(anna, roomSlug, true);
      await anna.next('direct.closedChanged', ({ isClosed }) => isClosed);
      expect(await open(anna, boris)).toMatchObject({ slug: roomSlug, is_closed: false });
      await anna.next('direct.closedChanged', ({ isClosed }) => !isClosed);
      await setClosed(anna, roomSlug, true);
      // The other one opens it for themselves alone.
      await open(boris, anna);
      expect(await isClosedFor(anna, roomSlug)).toBe(true);
      await setClosed(anna, roomSlug, false);
      await anna.next('direct.closedChanged', ({ isClosed }) => !isClosed);
      expect(await isClosedFor(anna, roomSlug)).toBe(false);
    });

    it('may be one with somebody who is blocked, and is nothing to a stranger', async () => {
      const { anna, boris, roomSlug } = await meetTwo();
      const vera = await meet('Vera');
      const foreign = await setClosed(vera, roomSlug, true);
      const missing = await setClosed(vera, 'atlantis', true);
      expect([foreign.status, foreign.body.message]).toEqual([
        ...[404, missing.body.message.replace('atlantis', roomSlug)],
      ]);
      await anna.done('blocks.set', { params: { user_id: boris.id } });
      for (const person of [anna, boris]) {
        expect((await setClosed(person, roomSlug, true)).status).toBe(200);
        expect(await isClosedFor(person, roomSlug)).toBe(true);
      }
    });

    it('is no room of more than two', async () => {
      const anna = await meet('Anna');
      const room = await gather(anna);
      const answer = await setClosed(anna, room.slug, true);
      expect([answer.status, answer.body.error]).toEqual([403, 'Forbidden']);
      expect(await isClosedFor(anna, room.slug)).toBe(false);
    });

    it('is forgotten with the account of who closed it', async () => {
      const { anna, roomSlug } = await meetTwo();
      await setClosed(anna, roomSlug, true);
      await anna.done('auth.delete', { body: { password: 'password123' } });
      const rows = await server.database.db.query('SELECT 1 FROM closed_rooms WHERE user_id = $1', [anna.id]);
      expect(rows).toEqual([]);
    });
  },
);
