import { describe, expect, it } from 'vitest';
import type { News } from './news.ts';
import { keepPace, type Pace, type Saying, startPace } from './pace.ts';

const text = (name: string): News => ({ kind: 'message', name, text: name });
const entered = (name: string): News => ({ kind: 'entered', name });
const many = (count: number) => Array.from({ length: count }, (_, n) => text(`${n}`));

/** Tells news at given times and collects what is said at each. */
const run = (steps: readonly [atMs: number, news: News[]][]) => {
  let pace: Pace = startPace;
  const said: Saying[][] = [];
  for (const [atMs, news] of steps) {
    const next = keepPace(pace, news, atMs);
    pace = next.pace;
    said.push(next.sayings);
  }
  return { said, pace };
};

describe('the pace of the announcer', () => {
  it('lets a quiet room be heard in full', () => {
    const steps: [number, News[]][] = [0, 6000, 12_000].map((atMs) => [atMs, [text(`${atMs}`)]]);
    expect(run(steps).said).toEqual(steps.map(([, [news]]) => [{ news }]));
  });

  it('says three things in a window and sums up the rest at its end', () => {
    const { said, pace } = run([
      [100, many(10)],
      [2000, [...many(5), entered('anna'), entered('boris')]],
      [5100, []],
    ]);
    expect(said.map((sayings) => sayings.length)).toEqual([3, 0, 1]);
    expect(said[2]).toEqual([{ counts: { message: 12, entered: 2 } }]);
    expect(pace.held).toEqual([]);
  });

  it('says the only thing that was held back as it is', () => {
    const { said } = run([
      [100, many(4)],
      [5100, []],
    ]);
    expect(said[1]).toEqual([{ news: text('3') }]);
  });

  it('never says more than three things in any five seconds of a flood', () => {
    const steps = Array.from({ length: 600 }, (_, n): [number, News[]] => [n * 100, many(3)]);
    const { said } = run(steps);
    for (let from = 0; from + 50 <= said.length; from += 50) {
      expect(said.slice(from, from + 50).flat().length).toBeLessThanOrEqual(3);
    }
    expect(said.flat().length).toBeGreaterThan(12);
  });

  it('asks to be woken only at the end of a window', () => {
    const { pace } = run([[100, many(4)]]);
    expect(pace.windowEndsAtMs).toBe(5100);
    expect(pace.held).toHaveLength(1);
  });
});
