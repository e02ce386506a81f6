import { AppError } from '@boltorezka/protocol';

/** `burst` at once, and `perSecond` on the long run. */
export interface RateLimit {
  burst: number;
  perSecond: number;
}

export interface TokenBucket {
  /** False where the budget is spent. */
  take(): boolean;
  /** What was taken did not count. */
  giveBack(): void;
  /** How long until one more fits, milliseconds. */
  retryAfterMs(): number;
}

export const createTokenBucket = (
  { burst, perSecond }: RateLimit,
  // Not the wall's clock: one that is set back would lock everybody out for as long.
  now: () => number = () => performance.now(),
): TokenBucket => {
  let tokens = burst;
  let updatedAt = now();
  const refill = () => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - updatedAt) / 1000) * perSecond);
    updatedAt = at;
  };
  return {
    take: () => {
      refill();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    giveBack: () => {
      tokens = Math.min(burst, tokens + 1);
    },
    retryAfterMs: () => {
      refill();
      return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
    },
  };
};

export interface KeyedBuckets {
  of(key: string): TokenBucket;
}

/** One bucket a key (an address, a person). Those that are full again are forgotten, oldest first. */
export const createKeyedBuckets = (limit: RateLimit, maxKeys = 50_000): KeyedBuckets => {
  const buckets = new Map<string, TokenBucket>();
  return {
    of: (key) => {
      const bucket = buckets.get(key) ?? createTokenBucket(limit);
      // Re-inserted, the map's order is that of the last use.
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > maxKeys) {
        const oldest = buckets.keys().next().value;
        if (oldest !== undefined) buckets.delete(oldest);
      }
      return bucket;
    },
  };
};

/** @throws AppError `RateLimited` with these words, where the key's budget is spent. */
export const spend = (buckets: KeyedBuckets, key: string, message: string): void => {
  const bucket = buckets.of(key);
  if (bucket.take()) return;
  throw new AppError('RateLimited', message, { retryAfterMs: bucket.retryAfterMs() });
};
