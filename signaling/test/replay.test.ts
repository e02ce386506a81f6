import { limits } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at, ban, type Party, startParty } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

describe.each<PostgresKind>(['embedded', 'debian'])('coming back to a room on %s PostgreSQL', (postgres) => {
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

  const say = (socket: TestSocket, text: string, more: object = {}) =>
    socket.request('chat.send', { text, roomSlug: party.room.slug, ...more });

  /** A socket may have so many requests on their way. */
  const sayMany = async (count: number, text: string) => {
    for (let left = count; left > 0; left -= 50) {
      await Promise.all(Array.from({ length: Math.min(left, 50) }, () => say(party.member, text)));
    }
  };

  /** Joins anew, as somebody who has seen so much. */
  const comeBack = async (person: TestSocket, seen: { seq: number; epoch: string }) => {
    const socket = await openSocket(server.url, person);
    const { slug: roomSlug } = party.room;
    const joined = await socket.request('room.join', { roomSlug, afterSeq: seen.seq, epoch: seen.epoch });
    await socket.close();
    return joined;
  };

  it('brings each message that was written or changed once, as it is now, in the order of the changes', async () => {
    const { member, moderator, guest } = party;
    const [old, kept, root] = [
      await say(member, 'old'),
      await say(member, 'kept'),
      await say(member, 'root'),
    ];
    await member.request('chat.edit', { messageId: old.id, text: 'older' });
    const reply = await say(moderator, 'reply', { threadRootId: root.id });
    await guest.request('chat.react', { messageId: root.id, emoji: '👍', isSet: true });
    const last = await member.request('chat.edit', { messageId: old.id, text: 'oldest' });
    const joined = await comeBack(guest, root);
    expect(joined).toMatchObject({ recovered: true, seq: last.revision });
    expect(joined.missed.map(({ id }) => id)).toEqual([reply.id, root.id, old.id]);
    expect(joined.missed).toMatchObject([
      { text: 'reply', reactions: [] },
      { thread: { replyCount: 1 }, reactions: [{ emoji: '👍', count: 1, isMine: true }] },
      { text: 'oldest', revision: last.revision },
    ]);
    expect(joined.missed.some(({ id }) => id === kept.id)).toBe(false);
  });

  it('shows what was deleted meanwhile as deleted, and never its text', async () => {
    const { member, guest } = party;
    const seen = await say(member, 'seen');
    const { id } = await say(member, 'said and taken back');
    await say(guest, 'what?', { replyTo: id });
    await member.request('chat.delete', { messageId: id });
    const joined = await comeBack(guest, seen);
    expect(JSON.stringify(joined)).not.toContain('taken back');
    expect(joined.missed.map(({ text, deletedAt }) => [text, deletedAt !== undefined])).toEqual([
      ['what?', false],
      ['', true],
    ]);
  });

  it('is whole or starts over: more messages or more text than one takes in one go are not replayed', async () => {
    const { member, guest } = party;
    const seen = await say(member, 'seen');
    await sayMany(limits.maxReplayedMessages, 'one of many');
    const whole = await comeBack(guest, seen);
    expect([whole.recovered, whole.missed.length]).toEqual([true, limits.maxReplayedMessages]);
    await say(member, 'one more');
    expect(await comeBack(guest, seen)).toMatchObject({ recovered: false, missed: [] });
    // Changes of what was there count as one each, however many positions they took.
    const [first] = whole.missed;
    const { seq } = await say(member, 'later');
    for (let n = 0; n < 3; n += 1) {
      await member.request('chat.edit', { messageId: first!.id, text: `edit ${n}` });
    }
    expect(await comeBack(guest, { seq, epoch: seen.epoch })).toMatchObject({
      recovered: true,
      missed: [{ id: first!.id, text: 'edit 2' }],
    });
    const long = 'x'.repeat(limits.maxChatTextLength);
    const count = Math.ceil(limits.maxReplayedTextLength / long.length) + 1;
    const { seq: before } = await say(member, 'before');
    await sayMany(count, long);
    expect((await comeBack(guest, { seq: before, epoch: seen.epoch })).recovered).toBe(false);
  });

  it('brings nothing to who was banned meanwhile', async () => {
    const { member, guest, room } = party;
    const seen = await say(member, 'seen');
    await say(member, 'not for everyone');
    await server.database.db.transaction((tx) => ban(tx, at(room, guest)));
    const socket = await openSocket(server.url, guest);
    const payload = { roomSlug: room.slug, afterSeq: seen.seq, epoch: seen.epoch };
    expect((await socket.refused('room.join', payload)).code).toBe('RoomNotFound');
    await socket.close();
  });
});
