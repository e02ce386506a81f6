import { Session } from 'node:inspector/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countLiveObjects, readGauge } from './live-objects.ts';
import {
  createRandom,
  createTrouble,
  dealRounds,
  gatherPeople,
  openRooms,
  playAll,
  seatWitness,
  type Witness,
} from './restless-crowd.ts';
import type { RestlessPerson, Surroundings } from './restless-person.ts';
import { startTestServer, type TestServer } from './start-server.ts';

const personCount = 10;
const roundCount = 300;
const roomCount = 4;
const seed = 1;

let server: TestServer;
let inspector: Session;
beforeAll(async () => {
  server = await startTestServer({ mediaWorkers: 2 });
  inspector = new Session();
  inspector.connect();
});
afterAll(async () => {
  inspector.disconnect();
  await server.close();
});

const readStatus = () => server.media.request('media.getStatus', {});

/** Everything that a join makes, wherever it is kept. */
const countAll = async () => {
  const post = (method: string, params?: object) => inspector.post(method as never, params);
  const { ofJoins, inWorkers } = await countLiveObjects(post);
  const { workers } = await readStatus();
  return {
    ...ofJoins,
    inWorkers: Object.values(inWorkers).sort(),
    workers: workers.map(({ rooms, peers }) => [rooms, peers]).sort(),
    peers: (await server.media.request('media.getPeers', {})).peers.length,
    seats: await readGauge(server.url, 'boltorezka_voice_seats'),
    sockets: await readGauge(server.url, 'boltorezka_sockets'),
  };
};

/** What one person takes who sits in voice and sends. The other worker holds its port, and nothing else. */
const witnessAlone = {
  ...{ Seat: 1, Connection: 1, MediaRoom: 1, MediaPeer: 1, RouterImpl: 1, AudioLevelObserverImpl: 1 },
  ...{ WebRtcTransportImpl: 2, ProducerImpl: 1, ConsumerImpl: 0, WorkerImpl: 2 },
  // Both ends of the one socket are in this process.
  WebSocket: 2,
  inWorkers: [1, 6],
  workers: [
    [0, 0],
    [1, 1],
  ],
  ...{ peers: 1, seats: 1, sockets: 1 },
};

/** Kills the worker on which nobody sits all along, and waits for the next one. */
const killOtherWorker = async (keptPid: number): Promise<void> => {
  const { workers, deadWorkers } = await readStatus();
  process.kill(workers.find(({ pid }) => pid !== keptPid)!.pid, 'SIGKILL');
  await expect.poll(async () => (await readStatus()).deadWorkers).toBe(deadWorkers + 1);
  const states = async () => (await readStatus()).workers.map(({ state }) => state);
  await expect.poll(states).toEqual(['running', 'running']);
};

/** Plays all rounds; halfway a worker dies. */
const comeAndGo = async (people: RestlessPerson[], keptPid: number): Promise<void> => {
  const trouble = createTrouble();
  let killed: Promise<void> | undefined;
  let played = 0;
  const onPlayed = () => {
    played += 1;
    if (played === roundCount / 2) killed = trouble.during(() => killOtherWorker(keptPid));
  };
  const crowd = { people, trouble, onPlayed, onRetried: () => {} };
  await playAll(crowd, dealRounds(roundCount, createRandom(seed)));
  await killed;
  expect(played).toBe(roundCount);
};

const expectNobodyElse = async ({ socket, roomSlug }: Witness): Promise<void> => {
  const { voice } = await socket.request('room.join', { roomSlug });
  expect(voice.map(({ userId }) => userId)).toEqual([socket.user.id]);
  const [peer] = (await server.media.request('media.getPeers', {})).peers;
  const { roomId, peerId } = peer!;
  expect(await server.media.request('media.getConsumers', { roomId, peerId })).toEqual({ consumers: [] });
};

it('comes back where it began, whoever came, failed, got lost or left, and although a worker died', async () => {
  const witness = await seatWitness(server.url);
  const keptPid = (await readStatus()).workers.find(({ peers }) => peers > 0)!.pid;
  const refused = new Set<string>();
  const surroundings: Surroundings = {
    url: server.url,
    roomSlugs: await openRooms(server.url, witness, roomCount),
    transportIds: new Map(),
    onRefused: (code) => refused.add(code),
  };
  const people = await gatherPeople(surroundings, { count: personCount, seed });
  await expect.poll(countAll, { timeout: 10_000 }).toEqual(witnessAlone);

  await Promise.all(people.map((person) => person.arrive()));
  await comeAndGo(people, keptPid);
  expect([...refused]).toEqual(expect.arrayContaining(['ValidationError', 'RoomNotFound', 'NotFound']));

  await Promise.all(people.map((person) => person.standUp()));
  await Promise.all(people.map((person) => person.close()));
  await expect.poll(countAll, { timeout: 10_000 }).toEqual(witnessAlone);
  await expectNobodyElse(witness);
  await witness.socket.close();
});
