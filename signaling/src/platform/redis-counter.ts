import { z } from 'zod';
import type { Logger } from './log.ts';
import { RedisLink } from './redis-link.ts';
import type { RateLimit } from './token-bucket.ts';

/** Counts what happens at all processes together. Whatever cannot be asked within a moment is not known. */
export interface SharedCounter {
  /**
   * One more in the key's window, which begins with the first one.
   * @returns undefined where the others' counts are not known now.
   */
  increment(key: string, windowMs: number): Promise<{ count: number; leftMs: number } | undefined>;
  /**
   * One out of the bucket that all processes have in common.
   * @returns how long to wait for one, 0 where it was taken; undefined where that is not known now.
   */
  take(key: string, limit: RateLimit): Promise<number | undefined>;
  /** What was taken did not count. */
  giveBack(key: string, limit: RateLimit): Promise<void>;
  close(): void;
}

const keyPrefix = 'boltorezka:v1:count:';

/** Whoever signs in waits no longer than this for a Redis that hangs; the process' own count decides then. */
const answerWithinMs = 1_000;

/** In one step: a key that is counted and then not given an end would lock somebody out for ever. */
const incrementScript = `
local count = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}`;

/**
 * A bucket as the one moment at which it is full again (GCRA). By the clock of Redis, which all processes have in common; one
 * that was set back holds nobody up for longer than a whole bucket takes.
 */
const readBucket = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local perTokenMs, wholeMs = tonumber(ARGV[1]), tonumber(ARGV[1]) * tonumber(ARGV[2])
local fullAt = tonumber(redis.call('GET', KEYS[1]) or now)
fullAt = math.min(math.max(fullAt, now), now + wholeMs)`;

const takeScript = `${readBucket}
local nextFullAt = fullAt + perTokenMs
if nextFullAt - now > wholeMs then return nextFullAt - now - wholeMs end
redis.call('SET', KEYS[1], string.format('%.0f', nextFullAt), 'PX', nextFullAt - now)
return 0`;

const giveBackScript = `${readBucket}
local nextFullAt = fullAt - perTokenMs
if nextFullAt <= now then return redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[1], string.format('%.0f', nextFullAt), 'PX', nextFullAt - now)
return 0`;

const Counted = z.tuple([z.int().positive(), z.int().nonnegative()]);
const WaitMs = z.int().nonnegative();

const toArguments = ({ burst, perSecond }: RateLimit): [number, number] => [
  Math.max(1, Math.ceil(1_000 / perSecond)),
  burst,
];

/** Undefined where it takes too long. A late answer is nobody's, and has counted. */
const withinMoment = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  // An answer that came while this process was busy is read first.
  const timer = setTimeout(() => setImmediate(() => resolve(undefined)), answerWithinMs);
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Never waits for a Redis that is away, nor long for one that hangs. */
export const createRedisCounter = (url: string, log: Logger): SharedCounter => {
  const link = new RedisLink({ url, log, role: 'counter' });
  // Where it cannot be reached, it is tried again; the start has said so of the bus.
  link.redis.connect().catch(() => undefined);
  const run = async (script: string, key: string, values: number[]): Promise<unknown> => {
    if (!link.isReady) return undefined;
    const asked = link.redis
      .eval(script, 1, keyPrefix + key, ...values)
      .catch((error: unknown) => log.warn({ err: error }, 'not counted with the other processes'));
    return withinMoment(asked);
  };
  return {
    increment: async (key, windowMs) => {
      const { data } = Counted.safeParse(await run(incrementScript, key, [windowMs]));
      return data && { count: data[0], leftMs: data[1] };
    },
    take: async (key, limit) => WaitMs.safeParse(await run(takeScript, key, toArguments(limit))).data,
    giveBack: async (key, limit) => {
      await run(giveBackScript, key, toArguments(limit));
    },
    close: () => link.close(),
  };
};
