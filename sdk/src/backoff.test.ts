import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelayMs, drainDelayMs, sleep } from './backoff.ts';

const almostOne = () => 0.999999;

describe('backoff', () => {
  it('doubles its ceiling from 250 ms up to 10 s', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((failures) => backoffDelayMs(failures, almostOne));
    expect(ceilings).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  });

  it('jitters fully: from nothing up to the ceiling', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        (failures, random) => {
          const delayMs = backoffDelayMs(failures, () => random);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(10_000);
        },
      ),
    );
    expect(backoffDelayMs(7, () => 0)).toBe(0);
  });

  it('never comes back to a draining server before it asked', () => {
    expect(drainDelayMs(2_000, () => 0)).toBe(2_000);
    expect(drainDelayMs(2_000, almostOne)).toBe(3_000);
  });

  it('ends a sleep early when its signal fires, and at once when it has fired', async () => {
    const ending = new AbortController();
    const sleeping = sleep(60_000, ending.signal);
    ending.abort();
    await sleeping;
    await sleep(60_000, ending.signal);
  });
});
