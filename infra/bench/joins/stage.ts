import { readGauge } from '../../../signaling/test/live-objects.ts';
import {
  createTrouble,
  gatherPeople,
  openRooms,
  playAll,
  seatWitness,
  type Trouble,
  type Witness,
} from '../../../signaling/test/restless-crowd.ts';
import type { RestlessPerson, RoundKind } from '../../../signaling/test/restless-person.ts';
import { pollUntil } from '../../../web/e2e/poll.ts';
import { startBenchServer } from '../common/bench-server.ts';
import type { Cleanup } from '../common/cleanup.ts';
import { INSPECTED, inspectorUrl, openInspector } from '../idle-sockets/inspector.ts';
import { openDevtools } from './devtools.ts';
import { type Counts, readWorkerPids, type Watched } from './reading.ts';

/** A server, and the people who come and go there. */
export interface Stage {
  watched: Watched;
  witness: Witness;
  people: RestlessPerson[];
  roomSlugs: string[];
  trouble: Trouble;
  /** The worker of the witness's room; no part kills it. */
  keptWorkerPid: number;
  /** Refusals by code, since the last call. */
  takeRefused(): Counts;
}

export const watchServer = async (cleanup: Cleanup): Promise<Watched> => {
  const server = cleanup.add(await startBenchServer({ env: INSPECTED }));
  const url = inspectorUrl(server.output());
  const inspector = cleanup.add(await openInspector(url));
  return { server, inspector, devtools: cleanup.add(await openDevtools(url)) };
};

export interface StageOptions {
  people: number;
  rooms: number;
  seed: number;
}

/** Seats the witness; the others have signed up, and come later. */
export const openStage = async (
  watched: Watched,
  { people: count, rooms, seed }: StageOptions,
  cleanup: Cleanup,
): Promise<Stage> => {
  const { url } = watched.server;
  const witness = await seatWitness(url);
  cleanup.add(witness.socket);
  const [keptWorkerPid = 0] = await readWorkerPids(watched);
  const roomSlugs = await openRooms(url, witness, rooms);
  let refused: Counts = {};
  const onRefused = (code: string) => {
    refused[code] = (refused[code] ?? 0) + 1;
  };
  const surroundings = { url, roomSlugs, transportIds: new Map<string, string>(), onRefused };
  const people = await gatherPeople(surroundings, { count, seed });
  for (const person of people) cleanup.add(person);
  const takeRefused = () => {
    const taken = refused;
    refused = {};
    return taken;
  };
  return { watched, witness, people, roomSlugs, trouble: createTrouble(), keptWorkerPid, takeRefused };
};

const workerGauge = 'boltorezka_media_workers';
const deathGauge = 'boltorezka_media_worker_deaths';

/** Kills the worker on which nobody sits all along, and waits until another has taken its place. */
const killOtherWorker = async ({ watched, keptWorkerPid }: Stage): Promise<void> => {
  const { url } = watched.server;
  const read = async () => [await readGauge(url, workerGauge), await readGauge(url, deathGauge)];
  const [running, deaths = 0] = await read();
  const pid = (await readWorkerPids(watched)).find((each) => each !== keptWorkerPid);
  if (pid === undefined) throw new Error('there is no worker to kill');
  process.kill(pid, 'SIGKILL');
  const wanted = [running, deaths + 1];
  const fits = (now: unknown[]) => now.join() === wanted.join();
  await pollUntil({ read, fits, what: 'a worker in place of the killed one' });
};

/** Everybody comes, and plays the rounds; halfway a worker dies. @returns how many rounds were broken off by that. */
export const playPart = async (stage: Stage, rounds: RoundKind[]): Promise<number> => {
  const { people, trouble } = stage;
  await Promise.all(people.map((person) => person.arrive()));
  let played = 0;
  let retried = 0;
  let killed: Promise<void> | undefined;
  const onPlayed = () => {
    played += 1;
    if (played !== Math.floor(rounds.length / 2)) return;
    killed = trouble.during(() => killOtherWorker(stage));
    // It is waited for below, when the rounds are over.
    killed.catch(() => {});
  };
  const onRetried = () => {
    retried += 1;
  };
  await playAll({ people, trouble, onPlayed, onRetried }, rounds);
  await killed;
  return retried;
};

/** Nobody but the witness is left, by the word of the server. */
const assertEmpty = async ({ witness, roomSlugs }: Stage): Promise<void> => {
  const { socket } = witness;
  for (const roomSlug of roomSlugs.toReversed()) {
    const { voice, members } = await socket.request('room.join', { roomSlug });
    const others = [...voice, ...members].filter(({ userId }) => userId !== socket.user.id);
    if (others.length > 0) throw new Error(`${roomSlug} still shows ${others.length} who have left`);
  }
  socket.frames.length = 0;
};

/** Everybody gives up whatever seat is left, and goes; only the witness stays. */
export const leaveAll = async (stage: Stage): Promise<void> => {
  await Promise.all(stage.people.map((person) => person.standUp()));
  await Promise.all(stage.people.map((person) => person.close()));
  await assertEmpty(stage);
  const { status } = await fetch(`${stage.watched.server.url}/readyz`);
  if (status !== 200) throw new Error(`/readyz answers ${status}`);
};
