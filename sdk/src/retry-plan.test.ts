import { closeCodes } from '@boltorezka/protocol';
import { describe, expect, it } from 'vitest';
import { paces } from './pace.ts';
import { createRetryPlan } from './retry-plan.ts';

const abnormalClosure = 1006;
const attempts = Array.from({ length: 12 });

const start = () => createRetryPlan(() => 0.999999);

describe('the retry plan', () => {
  it('waits up to 10 s for a server that does not greet', () => {
    const plan = start();
    const delays = attempts.map(() => plan.next(abnormalClosure, paces.calm).delayMs);
    expect(delays.at(-1)).toBe(10_000);
  });

  it('waits 2 s at most, however often sockets are cut that the server has greeted', () => {
    const plan = start();
    const delays = attempts.map(() => {
      plan.handleReady();
      return plan.next(abnormalClosure, paces.calm).delayMs;
    });
    expect(delays.slice(0, 5)).toEqual([250, 500, 1_000, 2_000, 2_000]);
    expect(Math.max(...delays)).toBe(2_000);
  });

  it('waits 2 s at most after a long absence, once the server has greeted', () => {
    const plan = start();
    for (const _ of attempts) plan.next(abnormalClosure, paces.calm);
    plan.handleReady();
    expect(plan.next(abnormalClosure, paces.calm).delayMs).toBe(2_000);
  });

  it('waits ever longer for a server that greets and pushes back', () => {
    const plan = start();
    const delays = attempts.map(() => {
      plan.handleReady();
      return plan.next(closeCodes.rateLimited, paces.calm).delayMs;
    });
    expect(delays[0]).toBe(2_000);
    expect(delays.at(-1)).toBe(10_000);
  });
});
