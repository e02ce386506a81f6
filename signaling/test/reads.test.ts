import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { joinAgain, type Party, startParty } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { createReaders } from './readers.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';

describe.each<PostgresKind>(['embedded', 'debian'])(
  'what somebody has read, on %s PostgreSQL',
  (postgres) => {
    let server: TestServer;
    let party: Party;
    beforeAll(async () => {
      server = await startTestServer({ postgres });
    });
    afterAll(() => server.close());
    beforeEach(async () => {
      party = await startParty(server);
    });
    afterEach(() => party.close());

    const { say, mark } = createReaders(() => party);

    it('moves forward, never back, counts the room’s own messages, and is told to all sockets of the person', async () => {
      const { member, moderator, guest, room } = party;
      const root = await say(member, 'one');
      await say(moderator, 'in the thread', { threadRootId: root.id });
      const two = await say(member, 'two');
      const elsewhere = await joinAgain(server, guest, room.slug);
      const state = await mark(guest, two.seq);
      expect(state).toEqual({
        roomId: room.id,
        roomSlug: room.slug,
        seq: two.seq,
        messageCount: 2,
        unreadMentionCount: 0,
      });
      expect(await elsewhere.next('chat.readChanged')).toEqual(state);
      expect(await mark(elsewhere, root.seq)).toEqual(state);
      expect(await mark(elsewhere, two.seq)).toEqual(state);
      await elsewhere.request('ping', {});
      expect(guest.frames.filter(({ type }) => type === 'chat.readChanged')).toHaveLength(1);
      await elsewhere.close();
    });

    it('between two marks at once is the further one', async () => {
      const { member, guest } = party;
      const sent = await Promise.all(Array.from({ length: 10 }, (_, n) => say(member, `m${n}`)));
      const marks = await Promise.all(sent.map(({ seq }) => mark(guest, seq)));
      expect(Math.max(...marks.map(({ messageCount }) => messageCount))).toBe(10);
      expect(await mark(guest, 1)).toMatchObject({ seq: sent.at(-1)!.seq, messageCount: 10 });
    });

    it('goes no further than the room does, whatever a client says', async () => {
      const { member, guest } = party;
      const { seq } = await say(member, 'one');
      expect(await mark(guest, 1_000_000)).toMatchObject({ seq, messageCount: 1 });
      await say(member, 'two');
      expect(await mark(guest, seq + 1)).toMatchObject({ messageCount: 2 });
    });

    it('is moved by writing, which tells the other sockets of its sender', async () => {
      const { member, guest, room } = party;
      await say(guest, 'hello @member', { mentions: [member.user.id] });
      await member.next('inbox.added');
      const elsewhere = await joinAgain(server, member, room.slug);
      const answer = await say(member, 'hello');
      expect(await elsewhere.next('chat.readChanged')).toMatchObject({
        seq: answer.seq,
        messageCount: 2,
        unreadMentionCount: 0,
      });
      expect(await mark(elsewhere, 1)).toMatchObject({ seq: answer.seq, unreadMentionCount: 0 });
      await elsewhere.close();
    });

    it('of a room that one may not read is nothing, and cannot be marked', async () => {
      const hidden = await createRoom(server.url, party.owner.token, { is_public: false });
      const answer = await party.member.refused('chat.markRead', { roomSlug: hidden.slug, seq: 1 });
      expect(answer.code).toBe('Forbidden');
      expect(
        await server.database.db.query('SELECT FROM room_reads WHERE room_id = $1 AND user_id = $2', [
          ...[hidden.id, party.member.user.id],
        ]),
      ).toEqual([]);
    });
  },
);
