import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, startCluster } from '../../../signaling/test/cluster.ts';
import { startDebianPostgres } from '../../../signaling/test/debian-postgres.ts';
import { endProcess } from '../../../signaling/test/processes.ts';
import { lookIntoRedis } from '../../../signaling/test/redis.ts';
import { familyOf, isAlive, type RunningProcess } from '../../../signaling/test/start-process.ts';
import { pause } from '../hearing.ts';
import { type DeliveryStage, lead, seatPeople } from './stage.ts';

export interface SplitPostgres {
  url: string;
  /** The server and those of its processes that there are now, the server first. */
  pids(): number[];
  /** As `pg_ctl stop --mode=fast` does. */
  stop(): Promise<void>;
  /** As the kernel does to whatever takes too much memory. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Two signaling processes over a Redis and a PostgreSQL that are servers of their own. */
export interface SplitStage extends DeliveryStage {
  cluster: Cluster;
  postgres: SplitPostgres;
  redis: ReturnType<typeof lookIntoRedis>;
  signaling: [RunningProcess, RunningProcess];
  /** Ends the first process by a signal; its people find the other one. */
  endFirst(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

const startPostgres = async (): Promise<SplitPostgres> => {
  const folder = mkdtempSync(join(tmpdir(), 'boltorezka-delivery-'));
  // PostgreSQL runs as another user, whose data lies below.
  chmodSync(folder, 0o711);
  const { child, address, startAgain } = await startDebianPostgres(folder, { isDurable: true });
  let running = child;
  const stop = () => endProcess(running, 'SIGINT');
  return {
    url: `postgres://${address.user}@127.0.0.1:${address.port}/${address.database}`,
    pids: () => familyOf(running.pid ?? 0),
    stop,
    kill: async () => {
      const family = familyOf(running.pid ?? 0);
      await endProcess(running, 'SIGKILL');
      // Its helpers see that it is gone, and go; until then no other starts.
      while (family.some(isAlive)) await pause(20);
    },
    start: async () => {
      running = await startAgain();
    },
    close: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const isRunning = ({ child }: RunningProcess): boolean =>
  child.exitCode === null && child.signalCode === null;

/** What a process said last that nobody has ended. */
const tellWhy = ({ child, output }: RunningProcess): void => {
  if (child.exitCode !== null && child.exitCode !== 0)
    console.error(`a signaling process ended with ${child.exitCode}:\n${output().slice(-4_000)}`);
};

export const startSplitStage = async (people: number): Promise<SplitStage> => {
  const postgres = await startPostgres();
  const cluster = await startCluster(postgres.url);
  await cluster.startMedia({ MEDIA_WORKERS: '1' });
  const redis = lookIntoRedis(cluster.redisUrl);
  // One after the other: the first one makes the tables.
  const signaling: [RunningProcess, RunningProcess] = [
    await cluster.startSignaling(),
    await cluster.startSignaling(),
  ];
  const seats = await seatPeople(signaling[0].url, people);
  return {
    ...{ seats, cluster, postgres, redis, signaling, isOneProcess: false },
    get url() {
      return (signaling.find(isRunning) ?? signaling[1]).url;
    },
    endFirst: async (signal) => {
      const [first, second] = signaling;
      const ended = endProcess(first.child, signal);
      for (const { gate } of seats) gate.aim(Number(new URL(second.url).port));
      await ended;
    },
    tidy: async () => {
      for (const [index, process] of signaling.entries()) {
        tellWhy(process);
        if (!isRunning(process)) signaling[index] = await cluster.startSignaling();
      }
      for (const [index, seat] of seats.entries()) lead(seat, signaling[index % 2] as RunningProcess);
    },
    close: async () => {
      for (const { gate } of seats) await gate.close();
      redis.disconnect();
      await cluster.close();
      await postgres.close();
    },
  };
};
