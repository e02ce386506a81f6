import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { RoomActivityTeller } from '../src/lobby/index.ts';
import type { Bus } from '../src/platform/bus.ts';
import { createLocalBus } from '../src/platform/bus-local.ts';
import { createRedisBus } from '../src/platform/bus-redis.ts';
import { at, setRole } from './chat-rig.ts';
import { quietLog } from './log.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';

const activity = (messageCount: number, roomId = 'a room') => ({
  roomId,
  roomSlug: 'room',
  seq: messageCount,
  messageCount,
  lastMessageAt: '2026-01-31T12:00:00.000Z',
  isPublic: true,
});

describe('the activity of a room', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const start = () => {
    vi.useFakeTimers();
    const told: number[] = [];
    const teller = new RoomActivityTeller({
      publish: (_topic, { payload }) => told.push((payload as { messageCount: number }).messageCount),
    });
    return { told, teller };
  };

  it('is told at once, then once a second at most, and the last of it always', () => {
    const { told, teller } = start();
    for (let n = 1; n <= 10; n += 1) teller.note(activity(n));
    expect(told).toEqual([1]);
    vi.advanceTimersByTime(999);
    expect(told).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([1, 10]);
    teller.note(activity(11));
    vi.advanceTimersByTime(1_000);
    expect(told).toEqual([1, 10, 11]);
    vi.advanceTimersByTime(5_000);
    teller.note(activity(12));
    expect(told).toEqual([1, 10, 11, 12]);
    teller.close();
  });

  it('of one room does not wait for that of another', () => {
    const { told, teller } = start();
    teller.note(activity(1));
    teller.note(activity(7, 'another'));
    expect(told).toEqual([1, 7]);
    teller.close();
  });

  it('names who wrote what is told together, however often it is told', () => {
    vi.useFakeTimers();
    const told: unknown[] = [];
    const teller = new RoomActivityTeller({
      publish: (_topic, { payload }) => told.push((payload as { authors?: unknown }).authors),
    });
    const by = (messageCount: number, userId: string) => ({
      ...activity(messageCount),
      authors: [{ userId, messageCount: 1 }],
    });
    teller.note(by(1, 'anna'));
    for (const one of [by(2, 'boris'), by(4, 'anna'), by(3, 'boris')]) teller.note(one);
    vi.advanceTimersByTime(1_000);
    for (let n = 5; n < 25; n += 1) teller.note(by(n, `person ${n}`));
    vi.advanceTimersByTime(1_000);
    teller.note(activity(30));
    teller.close();
    expect(told.slice(0, 2)).toEqual([
      [{ userId: 'anna', messageCount: 1 }],
      [
        { userId: 'boris', messageCount: 2 },
        { userId: 'anna', messageCount: 1 },
      ],
    ]);
    // Not more than a frame can hold.
    expect(told[2]).toHaveLength(10);
    expect(told[3]).toBeUndefined();
  });

  it('that waits is told when it closes, and no timer stays', () => {
    const { told, teller } = start();
    teller.note(activity(1));
    teller.note(activity(2));
    teller.close();
    teller.close();
    teller.note(activity(3));
    expect(told).toEqual([1, 2, 3]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

const kinds: Record<string, () => Promise<Bus>> = {
  local: async () => createLocalBus(),
  redis: () => createRedisBus(inject('redisUrl'), quietLog),
};

describe.each(Object.keys(kinds))('the activity of rooms over the %s bus', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ bus: await kinds[kind]!() });
  });
  afterAll(() => server.close());

  it('reaches who watches the lobby without being in the room, and counts no threads', async () => {
    const [anna, boris] = [await server.connect('Anna'), await server.connect('Boris')];
    await boris.request('lobby.watch', {});
    await anna.request('room.join', { roomSlug: 'general' });
    const root = await anna.request('chat.send', { text: 'one' });
    expect(await boris.next('lobby.activity')).toEqual({
      roomId: root.roomId,
      roomSlug: 'general',
      seq: root.seq,
      messageCount: 1,
      lastMessageAt: root.createdAt,
      authors: [{ userId: anna.user.id, messageCount: 1 }],
    });
    await anna.request('chat.send', { text: 'in the thread', threadRootId: root.id });
    const two = await anna.request('chat.send', { text: 'two' });
    expect(await boris.next('lobby.activity')).toMatchObject({ seq: two.seq, messageCount: 2 });
    await Promise.all([anna.close(), boris.close()]);
  });

  it('of a private room is told to its members alone', async () => {
    const [anna, boris, stranger] = [
      await server.connect('Anna'),
      await server.connect('Boris'),
      await server.connect('Stranger'),
    ];
    const room = await createRoom(server.url, anna.token, { is_public: false });
    await setRole(server.database.db, at(room, boris), 'member');
    for (const socket of [boris, stranger]) await socket.request('lobby.watch', {});
    await anna.request('room.join', { roomSlug: room.slug });
    await anna.request('chat.send', { text: 'hidden' });
    expect(await boris.next('lobby.activity')).toMatchObject({ roomSlug: room.slug });
    // Of a public room told after it, the stranger hears.
    const open = await createRoom(server.url, anna.token);
    await anna.request('room.join', { roomSlug: open.slug });
    await anna.request('chat.send', { text: 'open' });
    expect(await stranger.next('lobby.activity')).toMatchObject({ roomSlug: open.slug });
    await Promise.all([anna, boris, stranger].map((socket) => socket.close()));
  });
});
