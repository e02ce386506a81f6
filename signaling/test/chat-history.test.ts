import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, ban, call, type HistoryPage, type Party, readHistory, startParty } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

describe.each<PostgresKind>(['embedded', 'debian'])('the history on %s PostgreSQL', (postgres) => {
  let server: TestServer;
  let party: Party;
  /** Twenty messages of the room's own, and a reply in a thread after every fifth. */
  let own: string[];
  let replies: string[];

  const say = async (socket: TestSocket, text: string, more: object = {}) =>
    (await socket.request('chat.send', { text, roomSlug: party.room.slug, ...more })).id;
  const read = (query: Record<string, string> = {}) => readHistory(party.guest, party.room.slug, query);
  const idsOf = ({ messages }: HistoryPage) => messages.map(({ id }) => id);

  beforeAll(async () => {
    server = await startTestServer({ postgres });
    party = await startParty(server);
    [own, replies] = [[], []];
    for (let n = 0; n < 20; n += 1) {
      own.push(await say(party.member, `m${n}`));
      if (n % 5 === 4) replies.push(await say(party.moderator, `r${n}`, { threadRootId: own[0] }));
    }
  });
  afterAll(async () => {
    await party.close();
    await server.close();
  });

  it('is walked by cursor in both directions, nothing twice and nothing lost', async () => {
    const back: string[][] = [];
    let older: string | null | undefined;
    do {
      const page: HistoryPage = await read({ limit: '7', ...(older ? { before: older } : {}) });
      expect(page).not.toHaveProperty('newer_cursor');
      back.unshift(idsOf(page));
      older = page.next_cursor;
    } while (older);
    expect(back.flat()).toHaveLength(24);
    expect(new Set(back.flat()).size).toBe(24);
    const forth: string[][] = [back[0]!];
    const first = await read({ around: back[0]!.at(-1)!, limit: '1' });
    let newer = first.newer_cursor;
    while (newer) {
      const page: HistoryPage = await read({ limit: '7', after: newer });
      forth.push(idsOf(page));
      expect(page.next_cursor).not.toBeNull();
      newer = page.newer_cursor;
    }
    expect(forth.flat()).toEqual(back.flat());
  });

  it('shows the page around a message, with ways on to both sides', async () => {
    const page = await read({ around: own[10]!, limit: '5', without_threads: 'true' });
    expect(idsOf(page)).toEqual(own.slice(8, 13));
    const older = await read({ before: page.next_cursor!, limit: '3', without_threads: 'true' });
    expect(idsOf(older)).toEqual(own.slice(5, 8));
    const newer = await read({ after: page.newer_cursor!, limit: '3', without_threads: 'true' });
    expect(idsOf(newer)).toEqual(own.slice(13, 16));
    const end = await read({ around: own[19]!, limit: '5', without_threads: 'true' });
    expect([idsOf(end), end.newer_cursor]).toEqual([own.slice(17), null]);
    const start = await read({ around: own[0]!, limit: '5', without_threads: 'true' });
    expect([idsOf(start), start.next_cursor]).toEqual([own.slice(0, 3), null]);
    expect(idsOf(await read({ around: own[3]!, limit: '1' }))).toEqual([own[3]]);
  });

  it('shows the page around a position, whether a message stands there or not', async () => {
    const { messages } = await read({ around: own[10]!, limit: '1' });
    const { seq } = messages[0]!;
    const page = await read({ around_seq: `${seq}`, limit: '5', without_threads: 'true' });
    expect(page).toEqual(await read({ around: own[10]!, limit: '5', without_threads: 'true' }));
    const before = await read({ around_seq: '0', limit: '1', without_threads: 'true' });
    expect([idsOf(before), before.next_cursor]).toEqual([own.slice(0, 1), null]);
    const onward = await read({ after: before.newer_cursor!, limit: '2', without_threads: 'true' });
    expect(idsOf(onward)).toEqual(own.slice(1, 3));
    const behind = await read({ around_seq: '999999', limit: '5', without_threads: 'true' });
    expect([idsOf(behind), behind.newer_cursor]).toEqual([own.slice(17), null]);
  });

  it('shows the page around a time, whether a message was written then or not', async () => {
    const other = await startParty(server);
    const { member, guest, room } = other;
    const roomSlug = room.slug;
    const say = async (threadRootId?: string) => {
      const content = { text: 'x', roomSlug, ...(threadRootId !== undefined && { threadRootId }) };
      return (await member.request('chat.send', content)).id;
    };
    const around = async (time: string, limit = '5') =>
      readHistory(guest, roomSlug, { around_time: time, limit, without_threads: 'true' });
    expect(idsOf(await around('2026-01-01T00:00:00.000Z'))).toEqual([]);
    const ids: string[] = [];
    // Each of a day of its own; the log has holes where something else has taken its positions.
    for (let day = 1; day <= 9; day += 1) {
      ids.push(await say());
      await member.request('chat.react', { messageId: ids[0]!, emoji: '👍', isSet: day % 2 === 1 });
    }
    const reply = await say(ids[0]);
    for (const [index, id] of [...ids, reply].entries())
      await server.database.db.query(`UPDATE messages SET created_at = $2 WHERE id = $1`, [
        id,
        `2026-01-${String(10 + index)}T12:00:00Z`,
      ]);
    const middle = await around('2026-01-14T12:00:00.000Z');
    expect(idsOf(middle)).toEqual(ids.slice(2, 7));
    expect(middle).toEqual(
      await readHistory(guest, roomSlug, { around: ids[4]!, limit: '5', without_threads: 'true' }),
    );
    // In the night before it.
    expect(idsOf(await around('2026-01-13T23:00:00.000Z'))).toContain(ids[4]);
    expect(idsOf(await around('2025-01-01T00:00:00.000Z'))).toContain(ids[0]);
    // What was written in threads alone, and nothing any more: the newest.
    for (const time of ['2026-01-19T00:00:00.000Z', '2030-01-01T00:00:00.000Z']) {
      const end = await around(time);
      expect([idsOf(end), end.newer_cursor]).toEqual([ids.slice(6), null]);
    }
    await other.close();
  });

  it('refuses a place that is no position, and two places at once', async () => {
    const path = `/v1/rooms/${party.room.slug}/messages`;
    const time = 'around_time=2026-01-01T00:00:00.000Z';
    for (const query of [
      ...['around_seq=-1', 'around_seq=1.5', 'around_seq=x', `around_seq=1&around=${own[0]}`],
      ...['around_time=today', `${time}&around_seq=1`],
    ])
      expect((await call(party.guest, `${path}?${query}`)).status).toBe(400);
  });

  it('after the newest message is empty, and leads back', async () => {
    const { messages } = await read({ limit: '1' });
    const last = messages[0]!;
    const page = await read({ after: `${last.epoch}.${last.seq}` });
    expect(page).toMatchObject({ messages: [], newer_cursor: null });
    expect(idsOf(await read({ before: page.next_cursor!, limit: '1' }))).toEqual([last.id]);
  });

  it('leaves threads out where it is asked to, and shows one thread alone', async () => {
    expect(idsOf(await read({ without_threads: 'true' }))).toEqual(own);
    const thread = await read({ thread_root_id: own[0]!, limit: '3' });
    expect(idsOf(thread)).toEqual(replies.slice(1));
    const rest = await read({ thread_root_id: own[0]!, before: thread.next_cursor! });
    expect([idsOf(rest), rest.next_cursor]).toEqual([replies.slice(0, 1), null]);
  });

  it('of another log starts over from the newest page', async () => {
    for (const side of ['before', 'after']) {
      const page = await read({ [side]: `${randomUUID()}.3`, limit: '2' });
      expect(page.messages.map(({ text }) => text)).toEqual(['m19', 'r19']);
    }
  });

  it('knows no message of another room, neither as a place nor as a thread', async () => {
    const other = await createRoom(server.url, party.owner.token);
    await party.owner.request('room.join', { roomSlug: other.slug, keepOthers: true });
    const { id } = await party.owner.request('chat.send', { text: 'elsewhere', roomSlug: other.slug });
    for (const query of [`around=${id}`, `thread_root_id=${id}`]) {
      const path = `/v1/rooms/${party.room.slug}/messages`;
      const foreign = await call(party.guest, `${path}?${query}`);
      expect(foreign.status).toBe(404);
      expect(foreign).toEqual(await call(party.guest, `${path}?${query.replace(id, randomUUID())}`));
    }
  });

  it('has the pins, the one that was pinned last first, as each reader sees them', async () => {
    const { moderator, guest, room } = party;
    for (const messageId of [own[3]!, own[1]!])
      await moderator.request('chat.pin', { messageId, isPinned: true });
    await guest.request('chat.react', { messageId: own[1]!, emoji: '👍', isSet: true });
    const { body } = await call<HistoryPage>(guest, `/v1/rooms/${room.slug}/pins`);
    expect(idsOf(body)).toEqual([own[1], own[3]]);
    expect(body.messages[0]?.reactions).toEqual([{ emoji: '👍', count: 1, is_mine: true }]);
  });

  it('has one message with its room, and who reacted to it, in the order they did', async () => {
    const { member, guest, moderator, room } = party;
    const messageId = own[7]!;
    for (const socket of [moderator, member, guest])
      await socket.request('chat.react', { messageId, emoji: '🎉', isSet: true });
    await guest.request('chat.react', { messageId, emoji: '👍', isSet: true });
    const { body } = await call(guest, `/v1/messages/${messageId}`);
    expect(body).toMatchObject({ room_slug: room.slug, message: { id: messageId, text: 'm7' } });
    const reactions = await call(guest, `/v1/messages/${messageId}/reactions`);
    expect(reactions.body).toEqual({
      reactions: [
        {
          emoji: '🎉',
          count: 3,
          people: [moderator, member, guest].map(({ user }) => ({ user_id: user.id, user_name: user.name })),
        },
        { emoji: '👍', count: 1, people: [{ user_id: guest.user.id, user_name: 'guest' }] },
      ],
    });
  });

  it('answers for a message of a room that one may not read as for none', async () => {
    const hidden = await startParty(server, false);
    const sent = await hidden.owner.request('chat.send', { text: 'secret', roomSlug: hidden.room.slug });
    await server.database.db.transaction((tx) => ban(tx, at(hidden.room, hidden.guest)));
    for (const suffix of ['', '/reactions']) {
      const missing = await call(party.guest, `/v1/messages/${randomUUID()}${suffix}`);
      expect(missing).toMatchObject({ status: 404, body: { error: 'NotFound' } });
      for (const person of [party.guest, hidden.guest])
        expect(await call(person, `/v1/messages/${sent.id}${suffix}`)).toEqual(missing);
    }
    await hidden.close();
  });
});
