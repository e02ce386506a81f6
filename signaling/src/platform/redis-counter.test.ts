import type { ChildProcess } from 'node:child_process';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findFreePorts } from '../../../media/test/ports.ts';
import { quietLog } from '../../test/log.ts';
import { endProcess } from '../../test/processes.ts';
import { lookIntoRedis, startRedis } from '../../test/redis.ts';
import { createRedisCounter, type SharedCounter } from './redis-counter.ts';

/** One in ten minutes: none comes back while a test runs. */
const limit = { burst: 3, perSecond: 1 / 600 };
const perTokenMs = 600_000;

describe('a bucket in Redis', () => {
  let redis: ChildProcess;
  let url: string;
  let look: Redis;
  let counter: SharedCounter;
  beforeAll(async () => {
    const port = await findFreePorts();
    redis = await startRedis(port);
    url = `redis://127.0.0.1:${port}`;
    look = lookIntoRedis(url);
    counter = createRedisCounter(url, quietLog);
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
    // What waits for Redis itself gives up later than whoever signs in.
    const patient = new Redis(url, { commandTimeout: 1_700 });
    await patient.ping();
    redis.kill('SIGSTOP');
    const order: unknown[] = [];
    await Promise.all([
      counter.take('hung', limit).then((wait) => order.push(wait)),
      counter.giveBack('hung', limit).then(() => order.push('given back')),
      patient.ping().catch(() => order.push('no answer')),
    ]);
    expect(order).toEqual([undefined, 'given back', 'no answer']);
    patient.disconnect();
  });
});
