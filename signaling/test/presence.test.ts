import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endProcess } from './processes.ts';
import { lookIntoRedis } from './redis.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';
import { startTwoProcesses, type TwoProcesses } from './two-processes.ts';

const join = (socket: TestSocket, roomSlug: string) => socket.request('room.join', { roomSlug });

const namesIn = async (socket: TestSocket, roomSlug: string): Promise<string[]> =>
  (await join(socket, roomSlug)).members.map(({ userName }) => userName).sort();

const comingsAndGoings = ({ frames }: TestSocket): string[] =>
  frames
    .filter(({ type }) => type.startsWith('presence.'))
    .map(({ type, payload }) => `${payload.userName} ${type.replace('presence.', '')}`);

describe.each(['one process', 'two processes'] as const)('who is in a room, with %s', (shape) => {
  let two: TwoProcesses | undefined;
  let servers: readonly [TestServer, TestServer];
  beforeAll(async () => {
    if (shape === 'two processes') {
      two = await startTwoProcesses();
      servers = two.servers;
    } else {
      const server = await startTestServer();
      servers = [server, server];
    }
  });
  afterAll(async () => {
    if (two) await two.close();
    else await servers[0].close();
  });

  /** Somebody who is in a room of their own, and a place at the other process for the next. */
  const begin = async () => {
    const anna = await servers[0].connect('Anna');
    const { slug } = await createRoom(servers[0].url, anna.token);
    await join(anna, slug);
    return { anna, slug };
  };

  it('is told once a person: the first socket in anywhere, the last one out', async () => {
    const { anna, slug } = await begin();
    const boris = await servers[1].connect('Boris');
    expect(await namesIn(boris, slug)).toEqual(['Anna', 'Boris']);
    await anna.next('presence.joined', ({ userId }) => userId === boris.user.id);
    const phone = await openSocket(servers[0].url, boris);
    expect(await namesIn(phone, slug)).toEqual(['Anna', 'Boris']);
    await boris.close();
    const clara = await servers[1].connect('Clara');
    expect(await namesIn(clara, slug)).toEqual(['Anna', 'Boris', 'Clara']);
    await anna.next('presence.joined', ({ userId }) => userId === clara.user.id);
    await phone.request('room.leave', { roomSlug: slug });
    await anna.next('presence.left', ({ userId }) => userId === boris.user.id);
    await clara.next('presence.left', ({ userId }) => userId === boris.user.id);
    expect(comingsAndGoings(anna)).toEqual(['Boris joined', 'Clara joined', 'Boris left']);
    expect(comingsAndGoings(boris)).toEqual([]);
    await Promise.all([anna, phone, clara].map((socket) => socket.close()));
  });

  it('does not blink where a socket is lost and its person comes back at the other process', async () => {
    const { anna, slug } = await begin();
    const [boris, dora] = [await servers[0].connect('Boris'), await servers[0].connect('Dora')];
    for (const socket of [boris, dora]) await join(socket, slug);
    await anna.next('presence.joined', ({ userId }) => userId === dora.user.id);
    boris.ws.terminate();
    await boris.closed;
    const back = await openSocket(servers[1].url, boris);
    expect(await namesIn(back, slug)).toEqual(['Anna', 'Boris', 'Dora']);
    // Lost later: when she is given up, so is the socket that Boris had.
    dora.ws.terminate();
    for (const socket of [anna, back])
      await socket.next('presence.left', ({ userId }) => userId === dora.user.id);
    expect(comingsAndGoings(anna)).toEqual(['Boris joined', 'Dora joined', 'Dora left']);
    expect(await namesIn(back, slug)).toEqual(['Anna', 'Boris']);
    await Promise.all([anna, back].map((socket) => socket.close()));
  });

  it('is told of who is lost for good within a few seconds, and of who closes at once', async () => {
    const { anna, slug } = await begin();
    const [boris, clara] = [await servers[1].connect('Boris'), await servers[1].connect('Clara')];
    for (const socket of [boris, clara]) await join(socket, slug);
    await anna.next('presence.joined', ({ userId }) => userId === clara.user.id);
    boris.ws.terminate();
    await clara.close();
    await anna.next('presence.left');
    await anna.next('presence.left');
    expect(comingsAndGoings(anna).slice(2)).toEqual(['Clara left', 'Boris left']);
    await anna.close();
  });
});

describe('who is in a room, where Redis is hurt', () => {
  let two: TwoProcesses;
  let [here, there] = [] as unknown as [TestServer, TestServer];
  beforeAll(async () => {
    two = await startTwoProcesses();
    [here, there] = two.servers;
  });
  afterAll(() => two.close());

  /** Two people in one room, each at another process, each of whom knows of the other. */
  const meet = async () => {
    const [anna, boris] = [await here.connect('Anna'), await there.connect('Boris')];
    const { slug } = await createRoom(here.url, anna.token);
    await join(anna, slug);
    await join(boris, slug);
    await anna.next('presence.joined', ({ userId }) => userId === boris.user.id);
    const close = () => Promise.all([anna, boris].map((socket) => socket.close()));
    return { anna, boris, slug, close };
  };

  it('those of a process that falls silent leave, and are here again when it is heard again', async () => {
    const { anna, boris, close } = await meet();
    two.ways[1].pause();
    await anna.next('presence.left', ({ userId }) => userId === boris.user.id);
    two.ways[1].cut();
    await anna.next('presence.joined', ({ userId }) => userId === boris.user.id);
    await boris.next('presence.joined', ({ userId }) => userId === anna.user.id);
    await close();
  });

  it('nobody leaves while Redis is away for less than that, and who came or left meanwhile is told after it', async () => {
    const { anna, boris, slug, close } = await meet();
    const [clara, dora] = [await there.connect('Clara'), await there.connect('Dora')];
    await join(dora, slug);
    await anna.next('presence.joined', ({ userId }) => userId === dora.user.id);
    await endProcess(two.redis, 'SIGKILL');
    await join(clara, slug);
    await boris.next('presence.joined', ({ userId }) => userId === clara.user.id);
    await dora.close();
    await boris.next('presence.left', ({ userId }) => userId === dora.user.id);
    await two.restartRedis();
    await anna.next('presence.joined', ({ userId }) => userId === clara.user.id);
    await anna.next('presence.left', ({ userId }) => userId === dora.user.id);
    expect(comingsAndGoings(anna)).not.toContain('Boris left');
    await clara.close();
    await close();
  });

  it('a flushed Redis takes nobody away', async () => {
    const { anna, slug, close } = await meet();
    const redis = lookIntoRedis(two.redisUrl);
    await redis.flushall();
    redis.disconnect();
    const clara = await there.connect('Clara');
    expect(await namesIn(clara, slug)).toEqual(['Anna', 'Boris', 'Clara']);
    await anna.next('presence.joined', ({ userId }) => userId === clara.user.id);
    expect(comingsAndGoings(anna)).toEqual(['Boris joined', 'Clara joined']);
    await clara.close();
    await close();
  });

  it('what strangers write into the channel of processes puts nobody into a room, and takes nobody out', async () => {
    const { anna, slug, close } = await meet();
    const { roomId } = await join(anna, slug);
    const redis = lookIntoRedis(two.redisUrl);
    const says = (text: string) => redis.publish('boltorezka:v1:processes:presence', `{"from":"x"}\n${text}`);
    const from = randomUUID();
    const ghost = { roomId, userId: randomUUID(), userName: '' };
    for (const text of [
      '',
      'not JSON',
      '{"kind":"alive"}',
      JSON.stringify({ kind: 'state', from: 'no id', version: 0, part: 0, isLast: true, places: [] }),
      JSON.stringify({ kind: 'state', from, version: 0, part: 0, isLast: true, places: [ghost] }),
      JSON.stringify({
        kind: 'changes',
        from,
        version: 5,
        entered: [],
        left: [{ ...ghost, userId: anna.user.id }],
      }),
    ])
      await says(text);
    redis.disconnect();
    const clara = await there.connect('Clara');
    expect(await namesIn(clara, slug)).toEqual(['Anna', 'Boris', 'Clara']);
    await clara.close();
    await close();
  });
});
