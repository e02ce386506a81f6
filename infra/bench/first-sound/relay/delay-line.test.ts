import { describe, expect, it } from 'vitest';
import { type Clock, createDelayLine } from './delay-line.ts';

/** A clock that stands still until it is turned. */
const createHandClock = () => {
  let nowMs = 0;
  const timers = new Set<{ atMs: number; task: () => void }>();
  const clock: Clock = {
    nowMs: () => nowMs,
    after: (delayMs, task) => {
      const timer = { atMs: nowMs + delayMs, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const turnTo = (untilMs: number) => {
    for (;;) {
      const next = [...timers].toSorted((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > untilMs) break;
      timers.delete(next);
      nowMs = next.atMs;
      next.task();
    }
    nowMs = untilMs;
  };
  return { clock, turnTo, timers };
};

const setUp = (delayMs: number) => {
  const hand = createHandClock();
  const arrived: [string, number][] = [];
  const line = createDelayLine<string>({
    delayMs,
    clock: hand.clock,
    deliver: (item) => arrived.push([item, hand.clock.nowMs()]),
  });
  return { ...hand, arrived, line };
};

describe('a delay line', () => {
  it('delivers each item after the delay, in order', () => {
    const { line, arrived, turnTo } = setUp(25);
    line.push('a');
    turnTo(10);
    line.push('b');
    line.push('c');
    turnTo(24);
    expect(arrived).toEqual([]);
    turnTo(100);
    expect(arrived).toEqual([
      ['a', 25],
      ['b', 35],
      ['c', 35],
    ]);
  });

  it('delivers at once where there is no delay', () => {
    const { line, arrived } = setUp(0);
    line.push('a');
    expect(arrived).toEqual([['a', 0]]);
  });

  it('lets nothing overtake what is held', () => {
    const { line, arrived, turnTo } = setUp(25);
    line.holdFor(75);
    line.push('a');
    turnTo(60);
    line.push('b');
    turnTo(200);
    expect(arrived).toEqual([
      ['a', 75],
      ['b', 85],
    ]);
  });

  it('is silent after it is closed', () => {
    const { line, arrived, turnTo, timers } = setUp(25);
    line.push('a');
    line.close();
    line.push('b');
    turnTo(200);
    expect(arrived).toEqual([]);
    expect(timers.size).toBe(0);
  });
});
