import type { Call } from '../call.ts';
import type { Failure } from '../failure.ts';
import { allSeeConnected } from '../hearing.ts';

const awayMs = 91_000;

export const seatGone: Failure<Call> = {
  name: 'seat-gone',
  summary: `the first one's whole browser stopped; until the other one no longer sees them`,
  limitMs: awayMs,
  inflict: async (call) => {
    const [anna, boris] = call.people;
    const wake = anna.fallAsleep();
    const beganAt = Date.now();
    try {
      await boris.noLongerSees(anna.name, 2 * awayMs);
    } finally {
      wake();
    }
    const goneAfterMs = Date.now() - beganAt;
    await anna.sees(boris.name);
    await boris.sees(anna.name);
    await allSeeConnected(call);
    return [goneAfterMs];
  },
};
