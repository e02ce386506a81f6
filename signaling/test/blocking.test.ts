import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, settle, type Teammate } from './team.ts';

describe.each(['embedded', 'debian'] as const)('blocking on PostgreSQL (%s)', (postgres) => {
  let server: TestServer;
  const { meet, again, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterEach(part);
  afterAll(() => server.close());

  const set = (person: Teammate, other: { id: string }) =>
    person.done('blocks.set', { params: { user_id: other.id } });
  const name = async (writer: Teammate, roomSlug: string, named: Teammate) => {
    await writer.request('room.join', { roomSlug });
    await writer.request('chat.send', { text: 'You!', roomSlug, mentions: [named.id] });
  };

  it('is told to each of one’s own sockets, and never to the other one', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const elsewhere = await again(anna);
    await set(anna, boris);
    await anna.done('blocks.lift', { params: { user_id: boris.id } });
    for (const socket of [anna, elsewhere])
      for (const isBlocked of [true, false])
        expect(await socket.next('blocks.changed')).toEqual({
          ...{ userId: boris.id, userName: 'Boris', isBlocked },
        });
    await settle(boris);
    expect(boris.frames.filter(({ type }) => type === 'blocks.changed')).toEqual([]);
  });

  it('takes what the blocked one named me by out of what is unread, and leaves what others named me by', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const room = await gather(anna, [
      [boris, 'member'],
      [vera, 'member'],
    ]);
    for (const writer of [boris, vera, boris]) await name(writer, room.slug, anna);
    const unread = async () => (await anna.done('inbox.list', { query: {} })).unread_count;
    expect(await unread()).toBe(3);
    await set(anna, boris);
    expect(await anna.next('chat.readChanged', ({ roomId }) => roomId === room.id)).toMatchObject({
      ...{ roomSlug: room.slug, unreadMentionCount: 1 },
    });
    expect(await unread()).toBe(1);
    await name(boris, room.slug, anna);
    expect(await unread()).toBe(1);
  });

  it('says of a direct room that nothing is written there, whatever else is wrong with it', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const { room } = await anna.done('rooms.openDirect', { body: { user_id: boris.id } });
    const roomSlug = room.slug;
    await boris.request('room.join', { roomSlug });
    const { id: messageId } = await boris.request('chat.send', { text: 'Hello', roomSlug });
    await set(anna, boris);
    const refusals = [
      await boris.refused('chat.send', { text: 'Still there?', roomSlug }),
      await boris.refused('chat.send', { text: 'x', roomSlug, threadRootId: messageId }),
      await boris.refused('chat.react', { messageId, emoji: '👍', isSet: true }),
      await boris.refused('chat.pin', { messageId, isPinned: true }),
    ];
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ code: 'Forbidden', message: 'This person cannot be written to.' });
    await anna.done('blocks.lift', { params: { user_id: boris.id } });
    await boris.request('chat.send', { text: 'Back', roomSlug });
  });
});
