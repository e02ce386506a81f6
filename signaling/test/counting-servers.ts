import type { ChildProcess } from 'node:child_process';
import { vi } from 'vitest';
import { findFreePorts } from '../../media/test/ports.ts';
import { createRedisCounter, type SharedCounter } from '../src/platform/redis-counter.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { endProcess } from './processes.ts';
import { startRedis } from './redis.ts';
import { startTestServer, type TestServer } from './start-server.ts';

/** Two servers that have a database in common, and count together in one Redis. */
export interface CountingServers {
  servers: readonly [TestServer, TestServer];
  counters: readonly [SharedCounter, SharedCounter];
  database: TestDatabase;
  redis: ChildProcess;
  redisUrl: string;
  close(): Promise<void>;
}

export const startCountingServers = async (env: Record<string, string> = {}): Promise<CountingServers> => {
  const port = await findFreePorts();
  const redis = await startRedis(port);
  const redisUrl = `redis://127.0.0.1:${port}`;
  const database = await createTestDatabase();
  const count = () => createRedisCounter(redisUrl, quietLog);
  const counters = [count(), count()] as const;
  const start = (counter: SharedCounter) => startTestServer({ database, counter, env });
  const servers = [await start(counters[0]), await start(counters[1])] as const;
  for (const counter of counters)
    await vi.waitUntil(() => counter.increment('ready', 1_000), { timeout: 10_000 });
  return {
    ...{ servers, counters, database, redis, redisUrl },
    close: async () => {
      for (const server of servers) await server.close();
      for (const counter of counters) counter.close();
      redis.kill('SIGCONT');
      await endProcess(redis);
      await database.close();
    },
  };
};
