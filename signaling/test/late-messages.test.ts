import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, joinAgain, type Party, startParty } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { createReaders } from './readers.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

describe.each<PostgresKind>(['embedded', 'debian'])(
  'what a message has read that comes later than it was written, on %s PostgreSQL',
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

    const { say, mark, standing, unreadInInbox } = createReaders(() => party);
    const unreadThreads = async (socket: TestSocket) => {
      const path = `/v1/rooms/${party.room.slug}/threads/unread`;
      const { body } = await call<{
        threads: { thread_root_id: string; read_seq: number; unread_count: number }[];
      }>(socket, path);
      return body.threads.map(({ thread_root_id, read_seq, unread_count }) => [
        thread_root_id,
        read_seq,
        unread_count,
      ]);
    };

    it('leaves unread what others wrote meanwhile, and what names its writer in the inbox, at all devices', async () => {
      const { member, guest, moderator, room } = party;
      const seen = await say(guest, 'seen');
      await mark(member, seen.seq);
      await say(guest, 'meanwhile');
      await say(moderator, '@member', { mentions: [member.user.id] });
      const elsewhere = await joinAgain(server, member, room.slug);
      await say(member, 'late', { seenSeq: seen.seq });
      const told = { seq: seen.seq, messageCount: 2, roomMessageCount: 4, unreadMentionCount: 1 };
      expect(await elsewhere.next('chat.readChanged')).toMatchObject(told);
      expect(await standing(member)).toEqual({ seq: seen.seq, unread: 2, mentions: 1 });
      expect(await unreadInInbox(member)).toEqual(['@member']);
      await elsewhere.close();
    });

    it('is what its writer had seen, where they had not said so yet', async () => {
      const { member, guest } = party;
      const first = await say(guest, 'first');
      await mark(member, first.seq);
      const seen = await say(guest, '@member, seen', { mentions: [member.user.id] });
      await say(guest, '@member, meanwhile', { mentions: [member.user.id] });
      await say(member, 'late', { seenSeq: seen.seq });
      expect(await standing(member)).toEqual({ seq: seen.seq, unread: 1, mentions: 1 });
      expect(await unreadInInbox(member)).toEqual(['@member, meanwhile']);
    });

    it('never goes back, nor beyond the log', async () => {
      const { member, guest } = party;
      await say(guest, 'one');
      const two = await say(guest, 'two');
      await mark(member, two.seq);
      await say(guest, 'three');
      await say(member, 'late', { seenSeq: 0 });
      expect(await standing(member)).toMatchObject({ seq: two.seq, unread: 1 });
      const own = await say(member, 'at the end', { seenSeq: 1_000_000 });
      expect(await standing(member)).toMatchObject({ seq: own.seq, unread: 0 });
    });

    it('is all up to it where nobody else wrote there meanwhile, or what they wrote is gone', async () => {
      const { member, guest, moderator } = party;
      const seen = await say(guest, 'seen');
      await moderator.request('chat.react', { messageId: seen.id, emoji: '👍', isSet: true });
      await say(moderator, 'in a thread', { threadRootId: seen.id });
      const one = await say(member, 'one', { seenSeq: seen.seq });
      expect(await standing(member)).toMatchObject({ seq: one.seq, unread: 0 });
      const two = await say(member, 'two', { seenSeq: seen.seq });
      expect(await standing(member)).toMatchObject({ seq: two.seq, unread: 0 });
      const gone = await say(guest, 'gone');
      await guest.request('chat.delete', { messageId: gone.id });
      const three = await say(member, 'three', { seenSeq: two.seq });
      expect(await standing(member)).toMatchObject({ seq: three.seq, unread: 0 });
    });

    it('is all up to it, of a client that does not say what was seen', async () => {
      const { member, guest } = party;
      await say(guest, '@member', { mentions: [member.user.id] });
      const own = await say(member, 'of an earlier build');
      expect(await standing(member)).toEqual({ seq: own.seq, unread: 0, mentions: 0 });
    });

    it('is what the server knows to be read, of a room that its writer has read further since', async () => {
      const { member, guest } = party;
      const seen = await say(guest, 'seen');
      const later = await say(guest, 'read at another device');
      await mark(member, later.seq);
      const own = await say(member, 'late', { seenSeq: seen.seq });
      expect(await standing(member)).toMatchObject({ seq: own.seq, unread: 0 });
    });

    it('is nothing of a room that they have never read', async () => {
      const { member, guest } = party;
      await say(guest, 'one');
      await say(member, 'late', { seenSeq: 0 });
      expect(await standing(member)).toMatchObject({ seq: undefined, unread: null });
    });

    it('is told where they have read the room and nothing was there yet', async () => {
      const { owner, guest } = party;
      const place = { roomSlug: (await createRoom(server.url, owner.token)).slug };
      for (const person of [guest, owner]) await person.request('room.join', { ...place, keepOthers: true });
      await guest.request('chat.send', { ...place, text: 'first' });
      const told = owner.next('chat.readChanged', ({ roomSlug }) => roomSlug === place.roomSlug);
      await owner.request('chat.send', { ...place, text: 'late', seenSeq: 0 });
      expect(await told).toMatchObject({ seq: 0, messageCount: 1, roomMessageCount: 2 });
    });

    it('is what the server knows where they name a position of another log', async () => {
      const { member, guest } = party;
      const seen = await say(guest, 'seen');
      await mark(member, seen.seq);
      const meanwhile = await say(guest, 'meanwhile');
      await say(member, 'late', { seenSeq: meanwhile.seq, epoch: randomUUID() });
      expect(await standing(member)).toMatchObject({ seq: seen.seq, unread: 1 });
      await say(member, 'of this log', { seenSeq: meanwhile.seq, epoch: seen.epoch });
      expect(await standing(member)).toMatchObject({ unread: 0 });
    });

    it('does not count what they wrote themselves as unread, however far they read after it', async () => {
      const { member, guest } = party;
      const seen = await say(guest, 'seen');
      await mark(member, seen.seq);
      const meanwhile = await say(guest, 'meanwhile');
      await say(guest, 'and more');
      await say(member, 'late', { seenSeq: seen.seq });
      await say(member, 'later', { seenSeq: seen.seq });
      // Rooms do not count what stands in threads.
      await say(member, 'in a thread', { threadRootId: seen.id });
      expect(await standing(member)).toMatchObject({ seq: seen.seq, unread: 2 });
      await mark(member, meanwhile.seq);
      expect(await standing(member)).toMatchObject({ seq: meanwhile.seq, unread: 1 });
    });

    it('is in a thread what was seen of the thread', async () => {
      const { member, moderator, guest, room } = party;
      const root = await say(member, 'root');
      const seen = await say(moderator, 'seen', { threadRootId: root.id });
      const place = { roomSlug: room.slug, threadRootId: root.id };
      await member.request('chat.markThreadRead', { ...place, seq: root.seq });
      await say(moderator, '@member', { threadRootId: root.id, mentions: [member.user.id] });
      const elsewhere = await joinAgain(server, member, room.slug);
      await say(member, 'late', { threadRootId: root.id, seenSeq: seen.seq });
      const told = { threadRootId: root.id, seq: seen.seq, unreadCount: 1 };
      expect(await elsewhere.next('chat.threadReadChanged')).toMatchObject(told);
      expect(await unreadThreads(member)).toEqual([[root.id, seen.seq, 1]]);
      expect(await unreadInInbox(member)).toEqual(['@member']);
      // What happens in the room besides is nothing to the thread.
      const { seq } = await member.request('chat.markThreadRead', { ...place, seq: 1_000 });
      await say(guest, 'in the room');
      const own = await say(member, 'on time', { threadRootId: root.id, seenSeq: seq });
      expect(await elsewhere.next('chat.threadReadChanged')).toMatchObject({ unreadCount: 0 });
      expect(await elsewhere.next('chat.threadReadChanged')).toMatchObject({ seq: own.seq, unreadCount: 0 });
      expect(await unreadThreads(member)).toEqual([]);
      await elsewhere.close();
    });

    it('is told of the thread once more when it is sent again', async () => {
      const { member, moderator, room } = party;
      const root = await say(moderator, 'root');
      const place = { roomSlug: room.slug, threadRootId: root.id };
      await member.request('chat.markThreadRead', { ...place, seq: root.seq });
      await say(moderator, 'meanwhile', { threadRootId: root.id });
      const late = { threadRootId: root.id, seenSeq: root.seq, clientMessageId: 'late' };
      await say(member, 'late', late);
      const elsewhere = await joinAgain(server, member, room.slug);
      await say(member, 'late', late);
      const told = { threadRootId: root.id, seq: root.seq, unreadCount: 1 };
      expect(await elsewhere.next('chat.threadReadChanged')).toMatchObject(told);
      await elsewhere.close();
    });

    /** The member has read the room and a thread; then they are named in both, by changes of what they had read. */
    const nameInWhatWasRead = async () => {
      const { member, guest, moderator } = party;
      const root = await say(moderator, 'root');
      const seen = [
        await say(moderator, 'seen', { threadRootId: root.id }),
        await say(guest, 'seen as well'),
      ];
      const { seq } = await mark(member, seen[1]?.seq ?? 0);
      const place = { roomSlug: party.room.slug, threadRootId: root.id };
      await member.request('chat.markThreadRead', { ...place, seq });
      const mentions = [member.user.id];
      await moderator.request('chat.edit', { messageId: seen[0]!.id, text: '@member, there', mentions });
      await guest.request('chat.edit', { messageId: seen[1]!.id, text: '@member, here', mentions });
      return { seq, rootId: root.id };
    };

    it('is nothing of a change that names them in a message that they had read', async () => {
      const { member, guest, moderator } = party;
      const { seq, rootId } = await nameInWhatWasRead();
      await say(guest, 'meanwhile');
      await say(moderator, 'meanwhile', { threadRootId: rootId });
      const elsewhere = await joinAgain(server, member, party.room.slug);
      await say(member, 'late', { seenSeq: seq });
      expect(await elsewhere.next('chat.readChanged')).toMatchObject({ seq, unreadMentionCount: 2 });
      await say(member, 'late', { threadRootId: rootId, seenSeq: seq });
      expect(await unreadInInbox(member)).toEqual(['@member, here', '@member, there']);
      await elsewhere.close();
    });

    it('is nothing of a change that names them, where nothing was written meanwhile', async () => {
      const { member } = party;
      const { seq, rootId } = await nameInWhatWasRead();
      const elsewhere = await joinAgain(server, member, party.room.slug);
      const own = await say(member, 'late', { seenSeq: seq });
      const told = { seq: own.seq, messageCount: 3, unreadMentionCount: 2 };
      expect(await elsewhere.next('chat.readChanged')).toMatchObject(told);
      expect(await standing(member)).toEqual({ seq: own.seq, unread: 0, mentions: 2 });
      await say(member, 'late', { threadRootId: rootId, seenSeq: seq });
      expect(await unreadInInbox(member)).toEqual(['@member, here', '@member, there']);
      await say(member, 'on time', { seenSeq: own.seq + 1 });
      expect(await unreadInInbox(member)).toEqual(['@member, there']);
      await elsewhere.close();
    });

    it('is nothing more when it is sent again', async () => {
      const { member, guest } = party;
      const seen = await say(guest, 'seen');
      await mark(member, seen.seq);
      await say(guest, '@member', { mentions: [member.user.id] });
      const late = { seenSeq: seen.seq, clientMessageId: 'late' };
      const { id } = await say(member, 'late', late);
      const before = await standing(member);
      expect(await say(member, 'late', { ...late, seenSeq: 1_000 })).toMatchObject({ id });
      expect(await standing(member)).toEqual(before);
      expect(await unreadInInbox(member)).toEqual(['@member']);
    });
  },
);
