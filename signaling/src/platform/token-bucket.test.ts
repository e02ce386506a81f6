import { describe, expect, it, vi } from 'vitest';
import { createKeyedBuckets, createTokenBucket } from './token-bucket.ts';

describe('a token bucket', () => {
  it('gives a burst, then so many a second, and says how long to wait', () => {
    let now = 0;
    const bucket = createTokenBucket({ burst: 2, perSecond: 4 }, () => now);
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
    expect(bucket.retryAfterMs()).toBe(250);
    now = 250;
    expect([bucket.take(), bucket.take()]).toEqual([true, false]);
    now = 60_000;
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
  });

  it('keeps nobody waiting for a wall clock that was set back', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const bucket = createTokenBucket({ burst: 2, perSecond: 1 });
    expect(bucket.take()).toBe(true);
    vi.setSystemTime(Date.now() - 3_600_000);
    expect(bucket.take()).toBe(true);
    vi.useRealTimers();
  });

  it('is one for each key, and the least used is forgotten when there are too many', () => {
    const buckets = createKeyedBuckets({ burst: 1, perSecond: 0.001 }, 2);
    expect(buckets.of('a').take()).toBe(true);
    expect(buckets.of('a').take()).toBe(false);
    expect(buckets.of('b').take()).toBe(true);
    buckets.of('c');
    expect(buckets.of('a').take()).toBe(true);
  });
});
