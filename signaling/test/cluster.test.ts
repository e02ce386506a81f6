import type { ChildProcess } from 'node:child_process';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from './cluster.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { endProcess } from './processes.ts';
import { lookIntoRedis } from './redis.ts';
import { createRoom, register } from './rest.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import type { MediaProcess } from './start-media.ts';
import type { RunningProcess } from './start-process.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

const asIs = { muted: false, deafened: false };

const join = (socket: TestSocket, roomSlug: string, seatId?: string) =>
  socket.request('voice.join', { roomSlug, rtpCapabilities, ...(seatId && { seatId }) });

const produce = (socket: TestSocket, transportId: string) =>
  socket.request('voice.produce', { transportId, kind: 'audio', rtpParameters: microphone() });

/** Joins again as a client does: for as long as it takes. */
const joinAgain = async (socket: TestSocket, roomSlug: string, seatId: string) => {
  for (;;) {
    try {
      return await join(socket, roomSlug, seatId);
    } catch (error) {
      if (!String(error).includes('Unavailable')) throw error;
    }
  }
};

describe('two signaling and two media processes', () => {
  let database: TestDatabase;
  let cluster: Cluster;
  let redis: Redis;
  let nodes: MediaProcess[];
  let [here, there] = [] as unknown as [RunningProcess, RunningProcess];

  beforeAll(async () => {
    database = await createTestDatabase('debian');
    const { user, host, port, database: name } = database.address;
    cluster = await startCluster(`postgres://${user}@${host}:${port}/${name}`);
    redis = lookIntoRedis(cluster.redisUrl);
    nodes = await Promise.all([
      cluster.startMedia({ MEDIA_WORKERS: '1' }),
      cluster.startMedia({ MEDIA_WORKERS: '1' }),
    ]);
    [here, there] = await Promise.all([cluster.startSignaling(), cluster.startSignaling()]);
  }, 60_000);
  afterAll(async () => {
    redis?.disconnect();
    await cluster?.close();
    await database?.close();
  });

  /** The node that a room is at, by the directory. */
  const nodeOf = async (roomId: string): Promise<MediaProcess> => {
    const [nodeId] = ((await redis.get(`boltorezka:v1:media:room:${roomId}`)) ?? '').split(' ');
    const record = JSON.parse((await redis.get(`boltorezka:v1:media:node:${nodeId}`)) ?? '{}');
    const found = nodes.find(({ url }) => url === record.url);
    if (!found) throw new Error(`the room is at no node: ${record.url}`);
    return found;
  };

  const replace = async (node: MediaProcess) => {
    const fresh = await cluster.startMedia({ MEDIA_WORKERS: '1' });
    nodes = nodes.map((other) => (other === node ? fresh : other));
  };

  let anna: TestSocket;
  let boris: TestSocket;
  let slug: string;
  let roomId: string;
  let seats: Record<'anna' | 'boris', string>;
  /** Two people in one room, each at another process, each sending. */
  beforeEach(async () => {
    anna = await openSocket(here.url, await register(here.url, { name: 'Anna' }));
    boris = await openSocket(there.url, await register(there.url, { name: 'Boris' }));
    ({ slug } = await createRoom(here.url, anna.token));
    await boris.request('room.join', { roomSlug: slug });
    const one = await join(anna, slug);
    await produce(anna, one.sendTransport.id);
    const other = await join(boris, slug);
    expect(other.consumers.map(({ userId }) => userId)).toEqual([anna.user.id]);
    await produce(boris, other.sendTransport.id);
    roomId = one.roomId;
    seats = { anna: one.seatId, boris: other.seatId };
    expect((await anna.next('voice.consumerAdded')).consumer.userId).toBe(boris.user.id);
    return async () => {
      await Promise.all([anna, boris].map((socket) => socket.close()));
    };
  });

  const areTogether = async () => {
    const [one, other] = [await joinAgain(anna, slug, seats.anna), await joinAgain(boris, slug, seats.boris)];
    expect(other.participants.map(({ userName, state }) => [userName, state])).toEqual([
      ['Anna', 'connected'],
      ['Boris', 'connected'],
    ]);
    await produce(anna, one.sendTransport.id);
    expect((await boris.next('voice.consumerAdded')).consumer.userId).toBe(anna.user.id);
    return nodeOf(roomId);
  };

  it('spread rooms over the nodes, and keep a room together', async () => {
    const places = new Set<string>([(await nodeOf(roomId)).url]);
    const others: TestSocket[] = [];
    for (let n = 0; n < 4; n += 1) {
      const other = await openSocket(here.url, await register(here.url));
      others.push(other);
      const { slug: another } = await createRoom(here.url, other.token);
      places.add((await nodeOf((await join(other, another)).roomId)).url);
    }
    expect(places.size).toBe(2);
    await Promise.all(others.map((socket) => socket.close()));
  });

  it('carry a call over the death of a signaling process: the seat is spoken for at the other one', async () => {
    await endProcess(here.child, 'SIGKILL');
    const isAnna = ({ participant }: { participant: { userId: string } }) =>
      participant.userId === anna.user.id;
    expect((await boris.next('voice.participantUpdated', isAnna)).participant.state).toBe('reconnecting');
    const back = await openSocket(there.url, anna);
    const resumed = await back.request('voice.resume', { seatId: seats.anna, ...asIs });
    expect(resumed.consumers.map(({ userId }) => userId)).toEqual([boris.user.id]);
    await back.request('voice.setMuted', { muted: true });
    await boris.next('voice.participantUpdated', (told) => isAnna(told) && told.participant.muted);
    here = await cluster.startSignaling();
    // A process that has just been started knows who sits where.
    const newcomer = await openSocket(here.url, await register(here.url, { name: 'Clara' }));
    expect((await join(newcomer, slug)).participants).toHaveLength(3);
    await back.request('voice.leave', {});
    await newcomer.next('voice.participantLeft', ({ userId }) => userId === anna.user.id);
    anna = back;
    await newcomer.close();
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'move the rooms of a media node that is gone (%s) within 3 s, and keep them together',
    async (signal) => {
      const node = await nodeOf(roomId);
      const hurtAt = performance.now();
      node.child.kill(signal);
      const told = await Promise.all([anna.next('voice.reset'), boris.next('voice.reset')]);
      console.log(`media ${signal}: told after ${Math.round(performance.now() - hurtAt)} ms`);
      expect(performance.now() - hurtAt).toBeLessThan(3_000);
      expect(told).toEqual([
        { seatId: seats.anna, reason: 'nodeLost' },
        { seatId: seats.boris, reason: 'nodeLost' },
      ]);
      const elsewhere = await areTogether();
      expect(elsewhere.url).not.toBe(node.url);
      if (signal === 'SIGSTOP') await returnsWithoutTheRoom(node);
      else await replace(node);
    },
  );

  /** It finds that its lease is older, and leaves the room to the other; then it serves again. */
  const returnsWithoutTheRoom = async (node: MediaProcess) => {
    node.child.kill('SIGCONT');
    const load = async () => {
      const records = await Promise.all(
        (await redis.keys('boltorezka:v1:media:node:*')).map((key) => redis.get(key)),
      );
      return records.map((record) => JSON.parse(record ?? '{}')).find(({ url }) => url === node.url)?.load;
    };
    await expect.poll(load, { timeout: 10_000 }).toMatchObject({ rooms: 0 });
    expect((await nodeOf(roomId)).url).not.toBe(node.url);
  };

  it('go on when Redis loses its data: nobody is moved, and a newcomer finds the call', async () => {
    const before = await redis.get(`boltorezka:v1:media:room:${roomId}`);
    await redis.flushall();
    const newcomer = await openSocket(there.url, await register(there.url, { name: 'Clara' }));
    const { participants, consumers } = await join(newcomer, slug);
    expect([participants.length, consumers.length]).toEqual([3, 2]);
    await expect
      .poll(async () => (await redis.get(`boltorezka:v1:media:room:${roomId}`))?.split(' ')[0])
      .toBe(before?.split(' ')[0]);
    for (const socket of [anna, boris])
      expect(socket.frames.filter(({ type }) => type === 'voice.reset')).toEqual([]);
    await newcomer.close();
  });

  const hurtRedis: Record<string, () => Promise<() => Promise<unknown>>> = {
    stopped: async () => {
      const { redis: child }: { redis: ChildProcess } = cluster;
      child.kill('SIGSTOP');
      return async () => child.kill('SIGCONT');
    },
    killed: async () => {
      await endProcess(cluster.redis, 'SIGKILL');
      return () => cluster.restartRedis();
    },
  };

  it.each(Object.keys(hurtRedis))(
    'go on while Redis is %s: mute, a newcomer and a leave work',
    async (how) => {
      const heal = await hurtRedis[how]!();
      await anna.request('voice.setMuted', { muted: true });
      await boris.next('voice.participantUpdated', ({ participant }) => participant.muted);
      const newcomer = await openSocket(here.url, await register(here.url, { name: 'Clara' }));
      const { participants, consumers } = await join(newcomer, slug);
      expect([participants.length, consumers.length]).toEqual([3, 2]);
      await newcomer.request('voice.leave', {});
      await boris.next('voice.participantLeft', ({ userId }) => userId === newcomer.user.id);
      await heal();
      await expect.poll(async () => (await redis.keys('boltorezka:v1:media:node:*')).length).toBe(2);
      const late = await openSocket(there.url, await register(there.url, { name: 'Dora' }));
      expect((await join(late, slug)).consumers).toHaveLength(2);
      for (const socket of [anna, boris])
        expect(socket.frames.filter(({ type }) => type === 'voice.reset')).toEqual([]);
      await Promise.all([newcomer, late].map((socket) => socket.close()));
    },
  );
});
