import type { ChildProcess } from 'node:child_process';
import { findFreePorts } from '../../media/test/ports.ts';
import { endProcess } from './processes.ts';
import { startRedis } from './redis.ts';
import { type MediaProcess, mediaSecret, startMediaProcess } from './start-media.ts';
import { makeDataDir, type RunningProcess, startProcess } from './start-process.ts';

/** One Boltorezka of many processes, as an operator starts them; each may be hurt by its own. */
export interface Cluster {
  readonly redisUrl: string;
  readonly redis: ChildProcess;
  startSignaling(env?: Record<string, string>): Promise<RunningProcess>;
  startMedia(env?: Record<string, string>): Promise<MediaProcess>;
  /** Another Redis, empty, where the former one was. */
  restartRedis(): Promise<void>;
  /** Ends whatever still runs. */
  close(): Promise<void>;
}

/** Ends also one that was stopped. */
const end = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGCONT');
  await endProcess(child, 'SIGKILL');
};

export const startCluster = async (databaseUrl: string): Promise<Cluster> => {
  const redisPort = await findFreePorts();
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  let redis = await startRedis(redisPort);
  const children: ChildProcess[] = [];
  const folders: ReturnType<typeof makeDataDir>[] = [];
  const startSignaling = async (env: Record<string, string> = {}) => {
    const folder = makeDataDir();
    folders.push(folder);
    const shared = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, MEDIA_SECRET: mediaSecret };
    const own = { JWT_SECRET: 'a secret for tests alone, long enough', HOST: '127.0.0.1' };
    const started = await startProcess({
      dataDir: folder.path,
      env: { ...shared, ...own, ...env },
      args: ['--without-media'],
    });
    children.push(started.child);
    return started;
  };
  const startMedia = async (env: Record<string, string> = {}) => {
    const started = await startMediaProcess({ REDIS_URL: redisUrl, ...env });
    children.push(started.child);
    return started;
  };
  return {
    redisUrl,
    get redis() {
      return redis;
    },
    startSignaling,
    startMedia,
    restartRedis: async () => {
      await end(redis);
      redis = await startRedis(redisPort);
    },
    close: async () => {
      for (const child of children.toReversed()) await end(child);
      await end(redis);
      for (const folder of folders) folder.remove();
    },
  };
};
