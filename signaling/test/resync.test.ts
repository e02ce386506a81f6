import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Resync } from '../src/log-watch/index.ts';
import { endProcess } from './processes.ts';
import type { TestServer } from './start-server.ts';
import { type Teammate, toTeammate } from './team.ts';
import { startTwoProcesses, type TwoProcesses } from './two-processes.ts';

describe('what is told to people and not in a room', () => {
  let two: TwoProcesses;
  let anna: Teammate;
  let boris: Teammate;
  const meet = async (server: TestServer, name: string) => toTeammate(server.url, await server.connect(name));
  beforeAll(async () => {
    two = await startTwoProcesses();
  });
  afterAll(() => two.close());
  beforeEach(async () => {
    [anna, boris] = [await meet(two.servers[0], 'Anna'), await meet(two.servers[1], 'Boris')];
  });
  afterEach(async () => {
    for (const person of [anna, boris]) await person.close();
  });

  it('while Redis was away is there to be read when those who were not told are told to', async () => {
    await endProcess(two.redis, 'SIGKILL');
    const body = { user_id: boris.id };
    const { room } = await anna.done('rooms.openDirect', { body });
    await anna.request('room.join', { roomSlug: room.slug });
    await anna.request('chat.send', { text: 'are you there, @Boris?', mentions: [boris.id] });
    await two.restartRedis();
    expect(await boris.next('server.resync')).toEqual({ spreadMs: 500 });
    expect(boris.frames.filter(({ type }) => type === 'room.created' || type === 'inbox.added')).toEqual([]);
    const { rooms } = await boris.done('rooms.list');
    expect(rooms.find(({ slug }: { slug: string }) => slug === room.slug)).toMatchObject({
      ...{ kind: 'direct', message_count: 1, unread_mention_count: 1 },
    });
    expect(await boris.done('inbox.list')).toMatchObject({ unread_count: 1 });
  });

  it('by a process that is not heard any more may be missing', async () => {
    two.ways[0].pause();
    expect(await boris.next('server.resync')).toEqual({ spreadMs: 500 });
    two.ways[0].cut();
  });
});

describe('the word that much may be missing', () => {
  let resync: Resync;
  afterEach(() => resync.close());

  it('is said at once, then once in a while, and once more after it was last asked for', async () => {
    let said = 0;
    const publish = () => {
      said += 1;
    };
    resync = new Resync({ publish, socketCount: () => 0, intervalMs: 30 });
    for (let n = 0; n < 10; n += 1) resync.ask();
    expect(said).toBe(1);
    await expect.poll(() => said).toBe(2);
    resync.close();
    resync.ask();
    expect(said).toBe(2);
  });

  it.each([
    [1, 500],
    [2_000, 4_000],
    [50_000, 10_000],
  ])('gives %i sockets %i ms', (count, spreadMs) => {
    const told: unknown[] = [];
    resync = new Resync({
      publish: (_topic, { payload }) => void told.push(payload),
      socketCount: () => count,
    });
    resync.ask();
    expect(told).toEqual([{ spreadMs }]);
  });
});
