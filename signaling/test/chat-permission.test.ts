import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MessageWriter } from '../src/chat/index.ts';
import { at, ban, joinAgain, muteText, type Party, readHistory, setRole, startParty } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

describe.each<PostgresKind>(['embedded', 'debian'])('who may write on %s PostgreSQL', (postgres) => {
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
  const refusal = (socket: TestSocket, more: object, text = 'no') =>
    socket.refused('chat.send', { text, roomSlug: party.room.slug, ...more });

  describe('permission', () => {
    it('is decided when it is written: muted, banned, thrown out, archived', async () => {
      const { member, guest, moderator, room } = party;
      await muteText(db(), at(room, member));
      expect((await refusal(member, {})).message).toContain('muted');
      await db().transaction((tx) => ban(tx, at(room, guest)));
      expect((await refusal(guest, {})).code).toBe('RoomNotFound');
      await db().query('UPDATE rooms SET archived_at = now() WHERE id = $1', [room.id]);
      expect((await refusal(moderator, {})).message).toContain('archived');
    });

    it('is no stranger of a private room, also on a socket that was in it', async () => {
      const hidden = await startParty(server, false);
      const { member, room } = hidden;
      await db().query('DELETE FROM room_members WHERE room_id = $1 AND user_id = $2', [
        room.id,
        member.user.id,
      ]);
      const answer = await member.refused('chat.send', { text: 'still here', roomSlug: room.slug });
      expect(answer.code).toBe('Forbidden');
      await hidden.close();
    });

    it('is nobody who was banned from the server', async () => {
      const { member } = party;
      await db().query('UPDATE users SET banned_at = now() WHERE id = $1', [member.user.id]);
      expect((await refusal(member, {})).code).toBe('Forbidden');
    });

    it('is neither of two people of whom one has blocked the other', async () => {
      const [anna, boris] = [await server.connect('Anna'), await server.connect('Boris')];
      const room = await createRoom(server.url, anna.token, { is_public: false });
      await setRole(db(), at(room, boris), 'member');
      await db().query(`UPDATE rooms SET kind = 'direct' WHERE id = $1`, [room.id]);
      for (const socket of [anna, boris]) await socket.request('room.join', { roomSlug: room.slug });
      await anna.request('chat.send', { text: 'hello' });
      await db().query('INSERT INTO blocks (user_id, blocked_user_id) VALUES ($1, $2)', [
        anna.user.id,
        boris.user.id,
      ]);
      const answers = await Promise.all(
        [anna, boris].map((socket) => socket.refused('chat.send', { text: 'hello', roomSlug: room.slug })),
      );
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0]?.code).toBe('Forbidden');
      await Promise.all([anna.close(), boris.close()]);
    });

    it('waits in slow mode, with the time to wait; moderators do not', async () => {
      const { member, moderator, guest, room } = party;
      await db().query('UPDATE rooms SET slow_mode_s = 60 WHERE id = $1', [room.id]);
      await say(member, 'one');
      const answer = await refusal(member, {});
      expect(answer).toMatchObject({ code: 'RateLimited', retryable: true });
      expect(answer.retryAfterMs).toBeGreaterThan(50_000);
      expect(answer.retryAfterMs).toBeLessThanOrEqual(60_000);
      await say(moderator, 'one');
      await say(moderator, 'two');
      // Also within one tick, and where what was written is deleted.
      const answers = await Promise.allSettled(['one', 'two'].map((text) => say(guest, text)));
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      const { value } = answers[0] as PromiseFulfilledResult<{ id: string }>;
      await guest.request('chat.delete', { messageId: value.id });
      expect((await refusal(guest, {})).code).toBe('RateLimited');
    });
  });

  it('lets a ban that is committed first win over a message that waits for the room', async () => {
    const { member, owner, room } = party;
    let answer: Promise<unknown> | undefined;
    await db().transaction(async (tx) => {
      await ban(tx, at(room, member));
      answer = member.refused('chat.send', { text: 'too late', roomSlug: room.slug });
      // The message waits for the room's lock before the ban is committed.
      await expect
        .poll(async () => (await db().query(`SELECT FROM pg_locks WHERE NOT granted`)).length)
        .toBeGreaterThan(0);
    });
    expect(await answer).toMatchObject({ code: 'RoomNotFound' });
    expect((await readHistory(owner, room.slug)).messages).toEqual([]);
  });

  it('gives a retry its message as it is now, and to whoever was banned since as well', async () => {
    const { member, room } = party;
    const named = { clientMessageId: 'once' };
    const sent = await say(member, 'rash', named);
    await member.request('chat.delete', { messageId: sent.id });
    const retried = await say(member, 'rash', named);
    expect(retried).toMatchObject({ id: sent.id, seq: sent.seq, text: '' });
    await db().transaction((tx) => ban(tx, at(room, member)));
    expect(await say(member, 'rash', named)).toMatchObject({ id: sent.id });
  });

  it('writes once what two sockets of one person send under one name, while one of them is cut', async () => {
    const { member, room, owner } = party;
    const other = await joinAgain(server, member, room.slug);
    const names = Array.from({ length: 20 }, (_, n) => `name-${n}`);
    const answers = names.flatMap((clientMessageId) => [
      say(member, clientMessageId, { clientMessageId }),
      other.request('chat.send', { text: clientMessageId, roomSlug: room.slug, clientMessageId }),
    ]);
    other.ws.terminate();
    await Promise.allSettled(answers);
    const { messages } = await readHistory(owner, room.slug);
    expect(messages.map(({ text }) => text).sort()).toEqual([...names].sort());
    expect(messages.map(({ seq }) => seq)).toEqual(names.map((_, n) => messages[0]!.seq + n));
    const told = owner.frames
      .filter(({ type }) => type === 'chat.message')
      .map(({ payload }) => payload.text);
    await expect.poll(() => new Set(told).size === told.length).toBe(true);
  });

  it('writes one message a name where two processes get it at once', async () => {
    const { member, room } = party;
    const writers = [new MessageWriter({ db: db() }), new MessageWriter({ db: db() })];
    const entry = { roomId: room.id, userId: member.user.id, text: 'twice', clientMessageId: 'twice' };
    const results = await Promise.all(writers.map((writer) => writer.write({ ...entry, id: randomUUID() })));
    expect(results.map(({ isRetry }) => isRetry).sort()).toEqual([false, true]);
    expect(results[0]!.message).toEqual(results[1]!.message);
  });

  describe('typing', () => {
    it('is told to the others of the room, and stored nowhere', async () => {
      const { member, guest, room } = party;
      await member.request('chat.notifyTyping', { roomSlug: room.slug });
      expect(await guest.next('chat.typing')).toEqual({
        roomSlug: room.slug,
        userId: member.user.id,
        userName: 'member',
      });
      await say(member, 'written');
      await member.next('chat.message');
      expect(member.frames.some(({ type }) => type === 'chat.typing')).toBe(false);
    });

    it('in a thread is told with its first message', async () => {
      const { member, guest, room } = party;
      const { id } = await say(member, 'a thread begins');
      for (let n = 0; n < 2; n += 1)
        await member.request('chat.notifyTyping', { roomSlug: room.slug, threadRootId: id });
      expect(await guest.next('chat.typing')).toMatchObject({ threadRootId: id, userId: member.user.id });
    });

    it('in a thread that is none is told to nobody: made up, of another room, a reply, or deleted', async () => {
      const { member, guest, room } = party;
      const { id: rootId } = await say(member, 'a thread begins');
      const { id: replyId } = await say(member, 'a reply', { threadRootId: rootId });
      const other = await startParty(server);
      const { id: elsewhereId } = await other.member.request('chat.send', {
        text: 'elsewhere',
        roomSlug: other.room.slug,
      });
      const { id: goneId } = await say(member, 'a thread ends');
      await member.request('chat.notifyTyping', { roomSlug: room.slug, threadRootId: goneId });
      await member.request('chat.delete', { messageId: goneId });
      const answers = [];
      // Two people: each may say it so often.
      for (const [socket, threadRootId] of [
        [member, randomUUID()],
        [member, elsewhereId],
        [guest, replyId],
        [guest, goneId],
      ] as const)
        answers.push(await socket.refused('chat.notifyTyping', { roomSlug: room.slug, threadRootId }));
      expect(answers.map(({ code }) => code)).toEqual(Array(4).fill('NotFound'));
      expect(new Set(answers.map(({ message }) => message)).size).toBe(1);
      await member.request('chat.notifyTyping', { roomSlug: room.slug, threadRootId: rootId });
      await expect
        .poll(() =>
          guest.frames
            .filter(({ type }) => type === 'chat.typing')
            .map(({ payload }) => payload.threadRootId),
        )
        .toEqual([goneId, rootId]);
      expect(member.frames.some(({ type }) => type === 'chat.typing')).toBe(false);
      await other.close();
    });

    it('is refused to who is not in the room, is muted, or says it all the time', async () => {
      const { member, guest, room } = party;
      const stranger = await server.connect('Stranger');
      const typing = { roomSlug: room.slug };
      expect((await stranger.refused('chat.notifyTyping', typing)).code).toBe('NoActiveRoom');
      await muteText(db(), at(room, member));
      expect((await member.refused('chat.notifyTyping', typing)).code).toBe('Forbidden');
      const answers = await Promise.allSettled(
        Array.from({ length: 12 }, () => guest.request('chat.notifyTyping', typing)),
      );
      expect(answers.filter(({ status }) => status === 'fulfilled').length).toBeLessThan(9);
      await stranger.close();
    });
  });
});

describe('changing messages too fast', () => {
  it('is refused at each door by itself, with the time to wait', async () => {
    const server = await startTestServer({ env: { RATE_LIMIT_SEND_PER_SECOND: '1' } });
    const anna = await server.connect('Anna');
    await anna.request('room.join', { roomSlug: 'general' });
    const { id } = await anna.request('chat.send', { text: 'one' });
    const doors = {
      'chat.edit': { text: 'two' },
      'chat.react': { emoji: '👍', isSet: true },
      'chat.pin': { isPinned: true },
      'chat.dismissPreview': { url: 'https://a.example' },
      'chat.delete': {},
    } as const;
    for (const [type, payload] of Object.entries(doors)) {
      const answers = await Promise.allSettled(
        Array.from({ length: 8 }, () =>
          anna.request(type as 'chat.edit', { messageId: id, ...payload } as never),
        ),
      );
      const codes = answers.map((answer) =>
        answer.status === 'rejected' ? answer.reason.payload.code : 'ok',
      );
      expect(codes[0]).not.toBe('RateLimited');
      expect(codes.filter((code) => code === 'RateLimited').length).toBeGreaterThanOrEqual(4);
    }
    await server.close();
  });
});
