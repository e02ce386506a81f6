import type { RestMessage } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at, ban, call, type Party, startParty } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

interface Inbox {
  entries: { kind: string; room_slug: string; message: RestMessage; is_read: boolean }[];
  unread_count: number;
  next_cursor: string | null;
}

describe.each<PostgresKind>(['embedded', 'debian'])('the inbox on %s PostgreSQL', (postgres) => {
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

  const db = () => server.database.db;
  const say = (socket: TestSocket, text: string, more: object = {}) =>
    socket.request('chat.send', { text, roomSlug: party.room.slug, ...more });
  const inboxOf = async (socket: TestSocket, query = '') =>
    (await call<Inbox>(socket, `/v1/inbox${query}`)).body;
  /** What somebody is told of, newest first: `mention hello`. */
  const heardBy = async (socket: TestSocket) =>
    (await inboxOf(socket)).entries.map(({ kind, message }) => `${kind} ${message.text}`);

  it('tells who was named at once, at whatever socket, with the message', async () => {
    const { member, guest, room } = party;
    const message = await say(member, 'hello @guest', { mentions: [guest.user.id] });
    expect(await guest.next('inbox.added')).toEqual({
      kind: 'mention',
      roomId: room.id,
      roomSlug: room.slug,
      roomTitle: room.title,
      message,
      createdAt: expect.any(String),
      isRead: false,
    });
    expect(await inboxOf(guest)).toMatchObject({
      entries: [{ kind: 'mention', room_slug: room.slug, message: { id: message.id }, is_read: false }],
      unread_count: 1,
      next_cursor: null,
    });
  });

  it('tells again of a message that is sent again, since nobody may have been told of it', async () => {
    const { member, guest, room } = party;
    const more = { mentions: [guest.user.id], clientMessageId: 'perhaps-untold' };
    const message = await say(member, 'hello @guest', more);
    const told = await guest.next('inbox.added');
    await say(member, 'hello @guest', more);
    expect(await guest.next('inbox.added')).toEqual(told);
    expect(await guest.next('chat.readChanged')).toMatchObject({ roomId: room.id, unreadMentionCount: 1 });
    await member.request('chat.edit', { messageId: message.id, text: 'hello @guest' });
    expect(await guest.next('inbox.added')).toEqual(told);
    // The room has a position to find it by, and is told once.
    await say(member, 'the next one');
    await guest.next('chat.message', ({ text }) => text === 'the next one');
    const ofMessage = guest.frames.filter(
      ({ type, payload }) => type === 'chat.message' && payload.id === message.id,
    );
    expect(ofMessage).toHaveLength(1);
  });

  it('tells nobody again who has read it, or may read the room no more', async () => {
    const { member, moderator, guest, room } = party;
    const more = { mentions: [guest.user.id, moderator.user.id], clientMessageId: 'told' };
    const { seq } = await say(member, 'hello', more);
    await guest.request('chat.markRead', { roomSlug: room.slug, seq });
    await db().transaction((tx) => ban(tx, at(room, moderator)));
    const before = [guest, moderator].map(({ frames }) => frames.length);
    await say(member, 'hello', more);
    await say(member, 'for all', { mentions: [guest.user.id] });
    await guest.next('inbox.added', (entry) => entry.message.text === 'for all');
    const since = [guest, moderator].map(({ frames }, n) => frames.slice(before[n]));
    const texts = since
      .flat()
      .flatMap(({ type, payload }) => (type === 'inbox.added' ? [payload.message] : []));
    expect(texts).toMatchObject([{ text: 'for all' }]);
  });

  it('tells nobody of a thread who has deleted all that they wrote in it, and finds the others without reading it', async () => {
    const { member, moderator, guest, owner } = party;
    const root = await say(member, 'root');
    const inThread = { threadRootId: root.id };
    await say(owner, 'start', inThread);
    const mine = [];
    for (const text of ['first', 'second']) mine.push(await say(guest, text, inThread));
    await guest.request('chat.delete', { messageId: mine[1]!.id });
    await say(moderator, 'third', inThread);
    expect(await heardBy(guest)).toEqual(['thread third']);
    await guest.request('chat.delete', { messageId: mine[0]!.id });
    await say(owner, 'fourth', inThread);
    expect(await heardBy(guest)).toEqual(['thread third']);
    expect(await heardBy(moderator)).toEqual(['thread fourth']);
    const rows = await db().query(
      'SELECT user_id FROM thread_participants WHERE root_id = $1 ORDER BY last_seq',
      [root.id],
    );
    expect(rows).toEqual([{ user_id: moderator.user.id }, { user_id: owner.user.id }]);
  });

  it('tells of answers, and of threads that one has begun or written in', async () => {
    const { member, moderator, guest, owner } = party;
    const root = await say(member, 'root');
    await say(moderator, 'answer', { replyTo: root.id });
    await say(moderator, 'first', { threadRootId: root.id });
    await say(guest, 'second', { threadRootId: root.id });
    expect(await heardBy(member)).toEqual(['thread second', 'thread first', 'reply answer']);
    expect(await heardBy(moderator)).toEqual(['thread second']);
    expect(await heardBy(guest)).toEqual([]);
    expect(await heardBy(owner)).toEqual([]);
  });

  it('has one entry of a message, for the first of several reasons, and none for its author', async () => {
    const { member, moderator, owner } = party;
    const root = await say(member, 'root');
    const more = { replyTo: root.id, threadRootId: root.id, mentionsEveryone: true };
    await say(moderator, 'all', { ...more, mentions: [member.user.id, moderator.user.id] });
    expect(await heardBy(member)).toEqual(['mention all']);
    expect(await heardBy(owner)).toEqual(['everyone all']);
    expect(await heardBy(moderator)).toEqual([]);
  });

  it('of everyone is for those who belong to the room or have read it, and nobody else', async () => {
    const { member, moderator, room } = party;
    const [reader, passerby] = [await server.connect('Reader'), await server.connect('Passer-by')];
    const { seq } = await say(member, 'one');
    await reader.request('chat.markRead', { roomSlug: room.slug, seq });
    await say(moderator, 'all', { mentionsEveryone: true });
    expect(await heardBy(reader)).toEqual(['everyone all']);
    expect(await heardBy(passerby)).toEqual([]);
    await Promise.all([reader.close(), passerby.close()]);
  });

  it('leaves out who has blocked the author, wants nothing of the room, or was banned from it', async () => {
    const { member, moderator, guest, owner, room } = party;
    await db().query('INSERT INTO blocks (user_id, blocked_user_id) VALUES ($1, $2)', [
      member.user.id,
      moderator.user.id,
    ]);
    await db().query(`INSERT INTO room_preferences (user_id, room_id, notify) VALUES ($1, $2, 'nothing')`, [
      owner.user.id,
      room.id,
    ]);
    await db().transaction((tx) => ban(tx, at(room, guest)));
    const mentions = [member, guest, owner].map(({ user }) => user.id);
    await say(moderator, 'everybody', { mentions, mentionsEveryone: true });
    const rows = await db().query('SELECT user_id FROM inbox WHERE room_id = $1', [room.id]);
    expect(rows).toEqual([]);
  });

  it('is read as far as the room is, on all devices', async () => {
    const { member, guest, room } = party;
    const mentions = [guest.user.id];
    const first = await say(member, 'one', { mentions });
    await say(member, 'two', { mentions });
    const state = await guest.request('chat.markRead', { roomSlug: room.slug, seq: first.seq });
    expect(state.unreadMentionCount).toBe(1);
    expect((await inboxOf(guest)).entries.map(({ is_read }) => is_read)).toEqual([false, true]);
    const answer = await call(guest, '/v1/inbox/read', 'POST');
    expect(answer).toEqual({ status: 200, body: { ok: true } });
    expect(await guest.next('chat.readChanged', (s) => s.unreadMentionCount === 0)).toMatchObject({
      seq: first.seq,
      messageCount: 1,
    });
    expect((await inboxOf(guest)).unread_count).toBe(0);
  });

  it('follows edits: who is named newly is told, who is named no more is not', async () => {
    const { member, guest, owner, room } = party;
    const { id, seq } = await say(member, '@guest', { mentions: [guest.user.id] });
    await owner.request('chat.markRead', { roomSlug: room.slug, seq });
    await member.request('chat.edit', { messageId: id, text: '@Owner', mentions: [owner.user.id] });
    expect(await owner.next('inbox.added')).toMatchObject({ kind: 'mention', isRead: false });
    expect(await guest.next('chat.readChanged')).toMatchObject({ unreadMentionCount: 0 });
    expect([await heardBy(guest), await heardBy(owner)]).toEqual([[], ['mention @Owner']]);
    const read = await owner.request('chat.markRead', { roomSlug: room.slug, seq });
    expect(read.unreadMentionCount).toBe(0);
  });

  it('forgets what was deleted', async () => {
    const { member, guest } = party;
    const { id } = await say(member, 'oops @guest', { mentions: [guest.user.id] });
    await member.request('chat.delete', { messageId: id });
    expect(await guest.next('chat.readChanged')).toMatchObject({ unreadMentionCount: 0 });
    expect(await inboxOf(guest)).toMatchObject({ entries: [], unread_count: 0 });
  });

  it('shows nothing of a room that one may not read any more', async () => {
    const { member, guest, room } = party;
    await say(member, 'secret @guest', { mentions: [guest.user.id] });
    expect(await heardBy(guest)).toEqual(['mention secret @guest']);
    await db().transaction((tx) => ban(tx, at(room, guest)));
    expect(await inboxOf(guest)).toEqual({ entries: [], unread_count: 0, next_cursor: null });
  });

  it('is paged by cursor, nothing twice and nothing lost, and refuses what is no cursor', async () => {
    const { member, guest } = party;
    const mentions = [guest.user.id];
    // In one tick, so that many have one moment.
    await Promise.all(Array.from({ length: 25 }, (_, n) => say(member, `m${n}`, { mentions })));
    const ids: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page: Inbox = await inboxOf(guest, `?limit=10${cursor ? `&cursor=${cursor}` : ''}`);
      ids.push(...page.entries.map(({ message }) => message.id));
      cursor = page.next_cursor;
    } while (cursor);
    expect([ids.length, new Set(ids).size]).toEqual([25, 25]);
    for (const wrong of ['x', `1.${'-'.repeat(36)}`, `99999999999999999.${ids[0]}`, `1.${ids[0]}.1`]) {
      const answer = await call(guest, `/v1/inbox?cursor=${wrong}`);
      expect(answer).toMatchObject({ status: 400, body: { error: 'ValidationError' } });
    }
  });
});
