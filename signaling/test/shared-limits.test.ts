import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisCounter, type SharedCounter } from '../src/platform/redis-counter.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { findFreePorts } from './ports.ts';
import { endProcess } from './processes.ts';
import { startRedis } from './redis.ts';
import { startTestServer, type TestServer } from './start-server.ts';

const perMinute = 6;

const signIn = async ({ url }: TestServer): Promise<number> => {
  const response = await fetch(`${url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'nobody@example.org', password: 'guessed once more' }),
  });
  return response.status;
};

describe('attempts to sign in', () => {
  let redis: ChildProcess;
  let database: TestDatabase;
  let counters: SharedCounter[];
  let servers: [TestServer, TestServer];
  beforeAll(async () => {
    const port = await findFreePorts();
    redis = await startRedis(port);
    database = await createTestDatabase();
    counters = [0, 1].map(() => createRedisCounter(`redis://127.0.0.1:${port}`, quietLog));
    const start = (counter: SharedCounter) =>
      startTestServer({ database, counter, env: { RATE_LIMIT_AUTH_PER_MINUTE: String(perMinute) } });
    servers = [await start(counters[0]!), await start(counters[1]!)];
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
    for (const counter of counters) counter.close();
    redis.kill('SIGCONT');
    await endProcess(redis);
    await database.close();
  });

  it('are counted at all processes together: another process gives nobody another try', async () => {
    for (const counter of counters)
      await expect.poll(() => counter.increment('ready', 1_000), { timeout: 10_000 }).toBeDefined();
    const statuses: number[] = [];
    for (let n = 0; n < perMinute + 2; n += 1) statuses.push(await signIn(servers[n % 2]!));
    expect(statuses).toEqual([...Array.from({ length: perMinute }, () => 401), 429, 429]);
  });

  it('are counted by each process while Redis hangs, and nobody waits for it longer than a moment', async () => {
    redis.kill('SIGSTOP');
    const startedAt = performance.now();
    const statuses: number[] = [];
    // Each has counted its half of those before.
    for (let n = 0; n < perMinute; n += 1) statuses.push(await signIn(servers[1]));
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(perMinute / 2);
    expect(statuses.at(-1)).toBe(429);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
