import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, startCluster } from '../../../signaling/test/cluster.ts';
import { startDebianPostgres } from '../../../signaling/test/debian-postgres.ts';
import { endProcess } from '../../../signaling/test/processes.ts';
import { lookIntoRedis } from '../../../signaling/test/redis.ts';
import type { MediaProcess } from '../../../signaling/test/start-media.ts';
import type { RunningProcess } from '../../../signaling/test/start-process.ts';
import { startTcpProxy, type TcpProxy } from '../../../signaling/test/tcp-proxy.ts';
import { Person } from '../../../web/e2e/person.ts';
import { type Gate, openGate } from '../../../web/e2e/stage/gate.ts';
import { type BlackHole, createBlackHole } from '../black-hole.ts';
import { type Pairs, talk } from '../hearing.ts';

/** A person, and the proxy in front of signaling that they come through. */
export interface Caller {
  person: Person;
  gate: Gate;
  /** Whom the gate leads to. */
  at: RunningProcess;
}

/** A media node, and its own way to Redis. */
export interface MediaNode {
  process: MediaProcess;
  redis: TcpProxy;
}

/**
 * Two people who talk, each at another of two signaling processes, over one of two media nodes; and a third who looks on.
 */
export interface SplitCall {
  cluster: Cluster;
  /** The way of signaling to PostgreSQL. */
  database: TcpProxy;
  callers: readonly [Caller, Caller, Caller];
  signaling: RunningProcess[];
  media: MediaNode[];
  /** Another node. */
  startMedia(): Promise<MediaNode>;
  /** A look at the directory. */
  redis: ReturnType<typeof lookIntoRedis>;
  hole: BlackHole;
  pairs: Pairs;
  close(): Promise<void>;
}

const portOf = ({ url }: { url: string }): number => Number(new URL(url).port);

const bring = async (name: string, hz: number, at: RunningProcess): Promise<Caller> => {
  const gate = await openGate(portOf(at));
  const person = await Person.arrive({ name, hz, url: gate.url });
  await person.signUp();
  return { person, gate, at };
};

/** Leads a caller, from their next attempt on, to that process. */
export const lead = (caller: Caller, to: RunningProcess): void => {
  caller.at = to;
  caller.gate.aim(portOf(to));
};

const startDatabase = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'boltorezka-chaos-'));
  // PostgreSQL runs as another user, whose data lies below.
  chmodSync(folder, 0o711);
  const { child, address } = await startDebianPostgres(folder);
  const proxy = await startTcpProxy(address.port);
  const close = async () => {
    await proxy.close();
    await endProcess(child, 'SIGINT');
    rmSync(folder, { recursive: true, force: true });
  };
  return { proxy, url: `postgres://${address.user}@127.0.0.1:${proxy.port}/${address.database}`, close };
};

/** One worker: a room is on one anyway, and two cores are all there is. */
const startMedia = async (cluster: Cluster): Promise<MediaNode> => {
  const { port } = new URL(cluster.redisUrl);
  const redis = await startTcpProxy(Number(port));
  const process = await cluster.startMedia({
    MEDIA_WORKERS: '1',
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
  });
  return { process, redis };
};

const startParts = async (cluster: Cluster) => {
  const media = await Promise.all([startMedia(cluster), startMedia(cluster)]);
  // One after the other: the first one makes the tables.
  const signaling = [await cluster.startSignaling(), await cluster.startSignaling()];
  return { media, signaling };
};

const gather = async (signaling: RunningProcess[]) => {
  const [first, second] = signaling as [RunningProcess, RunningProcess];
  const anna = await bring('Anna', 440, first);
  const boris = await bring('Boris', 660, second);
  const clara = await bring('Clara', 880, second);
  const pairs = await talk([anna.person, boris.person]);
  return { callers: [anna, boris, clara] as const, pairs };
};

export const startSplitCall = async (): Promise<SplitCall> => {
  const database = await startDatabase();
  const cluster = await startCluster(database.url);
  const redis = lookIntoRedis(cluster.redisUrl);
  const hole = createBlackHole();
  const { media, signaling } = await startParts(cluster);
  const { callers, pairs } = await gather(signaling);
  return {
    ...{ cluster, database: database.proxy, callers, signaling, media, pairs, redis, hole },
    startMedia: () => startMedia(cluster),
    close: async () => {
      await hole.close();
      redis.disconnect();
      await Promise.all(callers.map(({ person }) => person.leave()));
      for (const { gate } of callers) await gate.close();
      for (const node of media) await node.redis.close();
      await cluster.close();
      await database.close();
    },
  };
};
