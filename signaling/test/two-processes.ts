import type { ChildProcess } from 'node:child_process';
import { findFreePorts } from '../../media/test/ports.ts';
import { createRedisBus } from '../src/platform/bus-redis.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { endProcess } from './processes.ts';
import { startRedis } from './redis.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** Two signaling servers that have a database and a Redis in common, each with a way to Redis of its own. */
export interface TwoProcesses {
  servers: readonly [TestServer, TestServer];
  ways: readonly [TcpProxy, TcpProxy];
  database: TestDatabase;
  redisUrl: string;
  readonly redis: ChildProcess;
  /** Another Redis, empty, where the former one was. */
  restartRedis(): Promise<void>;
  close(): Promise<void>;
}

export const startTwoProcesses = async (): Promise<TwoProcesses> => {
  const redisPort = await findFreePorts();
  let redis = await startRedis(redisPort);
  const database = await createTestDatabase();
  const ways = [await startTcpProxy(redisPort), await startTcpProxy(redisPort)] as const;
  const start = async ({ port }: TcpProxy) =>
    startTestServer({ database, bus: await createRedisBus(`redis://127.0.0.1:${port}`, quietLog) });
  const servers = [await start(ways[0]), await start(ways[1])] as const;
  const endRedis = async () => {
    redis.kill('SIGCONT');
    await endProcess(redis, 'SIGKILL');
  };
  return {
    ...{ servers, ways, database, redisUrl: `redis://127.0.0.1:${redisPort}` },
    get redis() {
      return redis;
    },
    restartRedis: async () => {
      await endRedis();
      redis = await startRedis(redisPort);
    },
    close: async () => {
      for (const server of servers) await server.close();
      for (const way of ways) await way.close();
      await endRedis();
      await database.close();
    },
  };
};
