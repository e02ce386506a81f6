import type { ChildProcess } from 'node:child_process';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { quietLog } from '../../test/log.ts';
import { findFreePorts } from '../../test/ports.ts';
import { endProcess } from '../../test/processes.ts';
import { lookIntoRedis, startRedis } from '../../test/redis.ts';
import { createRedisCounter, type SharedCounter } from './redis-counter.ts';

/** One in ten minutes: none comes back while a test runs. */
const limit = { burst: 3, perSecond: 1 / 600 };
const perTokenMs = 600_000;

describe('a bucket in Redis', () => {
  let redis: ChildProcess;
  let look: Redis;
  let counter: SharedCounter;
  beforeAll(async () => {
    const port = await findFreePorts();
    redis = await startRedis(port);
    look = lookIntoRedis(`redis://127.0.0.1:${port}`);
    counter = createRedisCounter(`redis://127.0.0.1:${port}`, quietLog);
    await vi.waitUntil(() => counter.increment('ready', 1_000), { timeout: 10_000 });
  });
  afterAll(async () => {
    counter.close();
    look.disconnect();
    redis.kill('SIGCONT');
    await endProcess(redis);
  });

  const keyOf = (name: string) => `boltorezka:v1:count:${name}`;
  const take = async (name: string, times: number) => {
    const waits: (number | undefined)[] = [];
    for (let n = 0; n < times; n += 1) waits.push(await counter.take(name, limit));
    return waits;
  };

  it('gives a burst, then says how long to wait, and is gone from Redis when it is full again', async () => {
    expect(await take('burst', 3)).toEqual([0, 0, 0]);
    const [wait = 0] = await take('burst', 1);
    expect(wait).toBeGreaterThan(perTokenMs - 60_000);
    expect(wait).toBeLessThanOrEqual(perTokenMs);
    const leftMs = await look.pttl(keyOf('burst'));
    expect(leftMs).toBeGreaterThan(2 * perTokenMs);
    expect(leftMs).toBeLessThanOrEqual(3 * perTokenMs);
  });

  it('takes back what did not count, and no more than there was', async () => {
    await take('returned', 3);
    await counter.giveBack('returned', limit);
    expect((await take('returned', 2)).map((wait) => wait === 0)).toEqual([true, false]);
    for (let n = 0; n < 5; n += 1) await counter.giveBack('returned', limit);
    expect(await look.exists(keyOf('returned'))).toBe(0);
    expect((await take('returned', 4)).map((wait) => wait === 0)).toEqual([true, true, true, false]);
  });

  it('holds nobody up for longer than it takes to fill, also where the clock of Redis was set back', async () => {
    await look.set(keyOf('clock'), Date.now() + 86_400_000);
    const [wait = 0] = await take('clock', 1);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(perTokenMs);
  });

  it('is not known while Redis hangs, and nobody waits long for it', async () => {
    redis.kill('SIGSTOP');
    const startedAt = performance.now();
    expect(await counter.take('hung', limit)).toBeUndefined();
    await counter.giveBack('hung', limit);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
