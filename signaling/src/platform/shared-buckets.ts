import { AppError } from '@boltorezka/protocol';
import type { SharedCounter } from './redis-counter.ts';
import { createKeyedBuckets, type RateLimit } from './token-bucket.ts';

export interface SharedBucketsOptions {
  /** Tells these buckets from others, at all processes. */
  name: string;
  limit: RateLimit;
  /** Left out where there are no other processes. */
  counter?: SharedCounter | undefined;
}

/**
 * One bucket a key for all processes together, for what guards a secret: a guess at each process would be as many guesses as
 * there are processes. Each process keeps buckets of its own as well, which are all that counts while Redis is away.
 */
export interface SharedBuckets {
  /** @returns how long to wait where the budget is spent; 0 where one was taken. */
  take(key: string): Promise<number>;
  /** What was taken did not count. Never rejects. */
  giveBack(key: string): Promise<void>;
}

export const createSharedBuckets = ({ name, limit, counter }: SharedBucketsOptions): SharedBuckets => {
  const buckets = createKeyedBuckets(limit);
  return {
    take: async (key) => {
      const own = buckets.of(key);
      // Whoever has used up what one process gives is not asked about: all of them together give no more.
      if (!own.take()) return Math.max(1, own.retryAfterMs());
      return (await counter?.take(`${name}:${key}`, limit)) ?? 0;
    },
    giveBack: async (key) => {
      buckets.of(key).giveBack();
      await counter?.giveBack(`${name}:${key}`, limit);
    },
  };
};

/** As `spend`, of a budget at all processes. @throws AppError `RateLimited` with these words. */
export const spendShared = async (buckets: SharedBuckets, key: string, message: string): Promise<void> => {
  const retryAfterMs = await buckets.take(key);
  if (retryAfterMs > 0) throw new AppError('RateLimited', message, { retryAfterMs });
};
