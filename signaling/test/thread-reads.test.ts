import type { RestMessage } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, joinAgain, type Party, startParty } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { createReaders } from './readers.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

interface ThreadPage {
  threads: { root: RestMessage; read_seq: number; unread_count: number }[];
  next_cursor: string | null;
}

describe.each<PostgresKind>(['embedded', 'debian'])('reading of threads on %s PostgreSQL', (postgres) => {
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

  const { say, mark: markRoom, unreadInInbox } = createReaders(() => party);
  const markThread = (socket: TestSocket, threadRootId: string, seq: number) =>
    socket.request('chat.markThreadRead', { roomSlug: party.room.slug, threadRootId, seq });
  const unreadThreads = async (socket: TestSocket) => {
    const path = `/v1/rooms/${party.room.slug}/threads/unread`;
    const { body } = await call<{ threads: { thread_root_id: string; unread_count: number }[] }>(
      socket,
      path,
    );
    return body.threads.map(({ thread_root_id, unread_count }) => [thread_root_id, unread_count]);
  };

  it('is apart from the room’s: a mention in a thread waits until the thread is read, on all devices', async () => {
    const { member, guest, room } = party;
    const root = await say(member, 'root');
    await markRoom(guest, root.seq);
    const reply = await say(member, '@guest, in the thread', {
      threadRootId: root.id,
      mentions: [guest.user.id],
    });
    const later = await say(member, 'later, in the room');
    expect(await markRoom(guest, later.seq)).toMatchObject({ unreadMentionCount: 1 });
    expect(await unreadInInbox(guest)).toEqual(['@guest, in the thread']);
    const elsewhere = await joinAgain(server, guest, room.slug);
    const state = await markThread(guest, root.id, reply.seq);
    const place = { roomId: room.id, roomSlug: room.slug, threadRootId: root.id };
    expect(state).toEqual({ ...place, seq: reply.seq, unreadCount: 0 });
    expect(await elsewhere.next('chat.threadReadChanged')).toEqual(state);
    expect(await elsewhere.next('chat.readChanged')).toMatchObject({
      seq: later.seq,
      unreadMentionCount: 0,
    });
    expect(await unreadInInbox(guest)).toEqual([]);
    await elsewhere.close();
  });

  it('leaves what the room itself holds unread, however far the thread is read', async () => {
    const { member, guest } = party;
    const root = await say(member, 'root');
    await say(member, '@guest, in the room', { mentions: [guest.user.id] });
    const reply = await say(member, 'reply', { threadRootId: root.id });
    await markThread(guest, root.id, reply.seq);
    expect(await unreadInInbox(guest)).toEqual(['@guest, in the room']);
  });

  it('moves forward, never back, and no further than the room goes, whatever a client says', async () => {
    const { member, guest } = party;
    const root = await say(member, 'root');
    await markRoom(guest, root.seq);
    const [one, two] = [
      await say(member, 'one', { threadRootId: root.id }),
      await say(member, 'two', { threadRootId: root.id }),
    ];
    expect(await markThread(guest, root.id, one.seq)).toMatchObject({ seq: one.seq, unreadCount: 1 });
    expect(await markThread(guest, root.id, 1_000_000)).toMatchObject({ seq: two.seq, unreadCount: 0 });
    expect(await markThread(guest, root.id, one.seq)).toMatchObject({ seq: two.seq });
    await say(member, 'three', { threadRootId: root.id });
    expect(await unreadThreads(guest)).toEqual([[root.id, 1]]);
    await guest.request('ping', {});
    expect(guest.frames.filter(({ type }) => type === 'chat.threadReadChanged')).toHaveLength(2);
  });

  it('is moved by writing to the thread, which the sender’s other sockets are told', async () => {
    const { member, moderator, room } = party;
    const root = await say(member, 'root');
    await say(moderator, '@member', { threadRootId: root.id, mentions: [member.user.id] });
    const own = await say(member, 'in the room');
    const elsewhere = await joinAgain(server, member, room.slug);
    expect(await markRoom(member, own.seq)).toMatchObject({ unreadMentionCount: 1 });
    const answer = await say(member, 'answer', { threadRootId: root.id });
    expect(await elsewhere.next('chat.threadReadChanged')).toMatchObject({
      threadRootId: root.id,
      seq: answer.seq,
      unreadCount: 0,
    });
    expect(await elsewhere.next('chat.readChanged')).toMatchObject({ unreadMentionCount: 0 });
    await elsewhere.close();
  });

  it('is not moved by writing to the room, which says how much of threads is unread', async () => {
    const { member, moderator, room } = party;
    const root = await say(member, 'root');
    await say(moderator, '@member', { threadRootId: root.id, mentions: [member.user.id] });
    const elsewhere = await joinAgain(server, member, room.slug);
    const own = await say(member, 'in the room');
    expect(await elsewhere.next('chat.readChanged')).toMatchObject({ seq: own.seq, unreadMentionCount: 1 });
    await elsewhere.close();
  });

  it('counts replies of others since; what stood there before the room was first read is old', async () => {
    const { member, moderator, guest } = party;
    const old = await say(member, 'old');
    await say(moderator, 'an old reply', { threadRootId: old.id });
    const root = await say(member, 'root');
    // Behind all that a mark of the room can name.
    await say(moderator, 'an old reply to the last message', { threadRootId: root.id });
    expect(await unreadThreads(guest)).toEqual([]);
    await markRoom(guest, root.seq);
    expect(await unreadThreads(guest)).toEqual([]);
    await say(moderator, 'one', { threadRootId: root.id });
    const gone = await say(moderator, 'two', { threadRootId: root.id });
    expect(await unreadThreads(guest)).toEqual([[root.id, 2]]);
    await moderator.request('chat.delete', { messageId: gone.id });
    expect(await unreadThreads(guest)).toEqual([[root.id, 1]]);
    expect(await unreadThreads(moderator)).toEqual([]);
  });

  it('is listed with the threads, the one answered last first, page by page', async () => {
    const { member, moderator, guest, room } = party;
    const roots: string[] = [];
    for (const text of ['a', 'b', 'c']) {
      const root = await say(member, text);
      roots.push(root.id);
      await markRoom(guest, root.seq);
      await say(moderator, `re ${text}`, { threadRootId: root.id });
    }
    await say(moderator, 'once more', { threadRootId: roots[0] });
    const listed: [string, number][] = [];
    let cursor: string | null | undefined;
    do {
      const query = `?limit=2${cursor ? `&cursor=${cursor}` : ''}`;
      const { body } = await call<ThreadPage>(guest, `/v1/rooms/${room.slug}/threads${query}`);
      listed.push(
        ...body.threads.map(({ root, unread_count }): [string, number] => [root.text, unread_count]),
      );
      cursor = body.next_cursor;
    } while (cursor);
    expect(listed).toEqual([
      ['a', 2],
      ['c', 1],
      ['b', 1],
    ]);
  });

  it('is refused of what is no thread of the room', async () => {
    const { member, guest, owner } = party;
    const root = await say(member, 'root');
    const reply = await say(member, 'reply', { threadRootId: root.id });
    const other = await createRoom(server.url, owner.token);
    await owner.request('room.join', { roomSlug: other.slug, keepOthers: true });
    const foreign = await owner.request('chat.send', { roomSlug: other.slug, text: 'elsewhere' });
    for (const threadRootId of [reply.id, foreign.id]) {
      const asked = { roomSlug: party.room.slug, threadRootId, seq: 1 };
      expect(await guest.refused('chat.markThreadRead', asked)).toMatchObject({ code: 'NotFound' });
    }
  });
});
