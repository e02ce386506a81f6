import { readdirSync, readFileSync } from 'node:fs';
import { countLiveObjects, readGauge } from '../../../signaling/test/live-objects.ts';
import { pollUntil } from '../../../web/e2e/poll.ts';
import type { BenchServer } from '../common/bench-server.ts';
import type { Inspector } from '../idle-sockets/inspector.ts';
import { readSettled } from '../idle-sockets/memory.ts';
import type { Devtools } from './devtools.ts';

/** The server, and the ways to look into it. */
export interface Watched {
  server: BenchServer;
  inspector: Inspector;
  devtools: Devtools;
}

/** What there is of each kind. */
export type Counts = Record<string, number>;

export interface Reading {
  /** What the server and the system say: seats, sockets, files, timers. */
  outside: Counts;
  /** What joins make, on the server's heap and in its media workers. */
  inside: Counts;
  /** Every object on the server's heap, by class. */
  byClass: Counts;
  heapBytes: number;
  rssBytes: number;
  /** Of the worker that lives all along, and of the other one, which is a new process each time. */
  keptWorkerRssBytes: number;
  newWorkerRssBytes: number;
}

const KIB = 1024;

const countFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

const readRssBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * KIB;

const readResources = async ({ post }: Devtools): Promise<string[]> => {
  const params = { expression: 'process.getActiveResourcesInfo()', returnByValue: true };
  return ((await post('Runtime.evaluate', params)) as { result: { value: string[] } }).result.value;
};

const readOutside = async ({ server, devtools }: Watched): Promise<Counts> => {
  const seats = await readGauge(server.url, 'boltorezka_voice_seats');
  const sockets = await readGauge(server.url, 'boltorezka_sockets');
  const resources = await readResources(devtools);
  const timers = resources.filter((resource) => resource === 'Timeout').length;
  return { seats, sockets, files: countFiles(server.pid), timers, handles: resources.length - timers };
};

interface Inside {
  inside: Counts;
  byClass: Counts;
}

const readInside = async ({ devtools }: Watched): Promise<Inside> => {
  const { byClass, ofJoins, inWorkers } = await countLiveObjects(devtools.post);
  const held = Object.values(inWorkers).reduce((sum, count) => sum + count, 0);
  return { inside: { ...ofJoins, 'in workers': held }, byClass };
};

/** The pids of the media workers that run, the one that holds most first. */
export const readWorkerPids = async ({ devtools }: Watched): Promise<number[]> => {
  const { inWorkers } = await countLiveObjects(devtools.post);
  return Object.entries(inWorkers)
    .sort(([, one], [, other]) => other - one)
    .map(([pid]) => Number(pid));
};

/** The kinds of which there are not as many as there were, each with both numbers. */
export const differences = (before: Counts, after: Counts): string[] =>
  Object.keys(before)
    .filter((kind) => before[kind] !== after[kind])
    .map((kind) => `${kind} ${before[kind]} → ${after[kind] ?? 0}`);

/** The classes of which there are that many more, or further ones, than there were. */
export const growths = (before: Counts, after: Counts, least: number): string[] =>
  Object.keys(after)
    .filter((name) => (after[name] ?? 0) - (before[name] ?? 0) >= least)
    .map((name) => `${name} ${before[name] ?? 0} → ${after[name]}`);

/** The pool's idle connections to the database close after ten seconds, and a closed socket's timers later. */
const settlingMs = 30_000;

/** Reads until it fits; what there is then, where that does not happen. */
const readUntil = async <T>(read: () => Promise<T>, fits: (value: T) => boolean): Promise<T> =>
  pollUntil({ read, fits, what: 'coming back', timeoutMs: settlingMs }).catch(read);

export interface Expected {
  /** The worker that lives all along; the first one where nobody has chosen yet. */
  keptWorkerPid?: number;
  outside?: Counts;
  inside?: Counts;
}

/** Reads when everything has ended that is going to end. */
export const readWhenQuiet = async (watched: Watched, expected: Expected = {}): Promise<Reading> => {
  const isBack = (before: Counts = {}, after: Counts = {}) => differences(before, after).length === 0;
  const outside = await readUntil(
    () => readOutside(watched),
    (counts) => isBack(expected.outside, counts),
  );
  const { inside, byClass } = await readUntil(
    () => readInside(watched),
    (counts) => isBack(expected.inside, counts.inside),
  );
  const { heapUsedBytes, rssBytes } = await readSettled(watched.inspector, 0);
  const pids = await readWorkerPids(watched);
  const keptPid = expected.keptWorkerPid ?? pids[0];
  const [keptWorkerRssBytes = Number.NaN] = pids.filter((pid) => pid === keptPid).map(readRssBytes);
  const [newWorkerRssBytes = Number.NaN] = pids.filter((pid) => pid !== keptPid).map(readRssBytes);
  const memory = { heapBytes: heapUsedBytes, rssBytes, keptWorkerRssBytes, newWorkerRssBytes };
  return { outside, inside, byClass, ...memory };
};
