import { z } from 'zod';
import type { Logger } from './log.ts';
import { RedisLink } from './redis-link.ts';

/** Counts what happens at all processes together. */
export interface SharedCounter {
  /**
   * One more in the key's window, which begins with the first one.
   * @returns undefined where the others' counts are not known now.
   */
  increment(key: string, windowMs: number): Promise<{ count: number; leftMs: number } | undefined>;
  close(): void;
}

const keyPrefix = 'boltorezka:v1:count:';

/** In one step: a key that is counted and then not given an end would lock somebody out for ever. */
const incrementScript = `
local count = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('PTTL', KEYS[1])}`;

const Answer = z.tuple([z.int().positive(), z.int().nonnegative()]);

/** Never waits for a Redis that is away. */
export const createRedisCounter = (url: string, log: Logger): SharedCounter => {
  const link = new RedisLink({ url, log, role: 'counter' });
  // Where it cannot be reached, it is tried again; the bus says at the start that it must be there.
  link.redis.connect().catch(() => undefined);
  return {
    increment: async (key, windowMs) => {
      if (!link.isReady) return undefined;
      const answer = await link.redis
        .eval(incrementScript, 1, keyPrefix + key, windowMs)
        .catch((error: unknown) => log.warn({ err: error }, 'not counted with the other processes'));
      const { data } = Answer.safeParse(answer);
      return data && { count: data[0], leftMs: data[1] };
    },
    close: () => link.close(),
  };
};
