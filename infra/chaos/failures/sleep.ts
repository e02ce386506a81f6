import type { Call } from '../call.ts';
import type { Failure } from '../failure.ts';
import { allSeeConnected, pause, waitForSound } from '../hearing.ts';

const asleepMs = 20_000;

export const sleep: Failure<Call> = {
  name: 'sleep',
  summary: `the first one's whole browser stopped for ${asleepMs / 1_000} s; from its waking to the first sound`,
  limitMs: 2_000,
  inflict: async (call) => {
    const [anna] = call.people;
    const beganAt = Date.now();
    const wake = anna.fallAsleep();
    await pause(asleepMs);
    wake();
    const heard = await waitForSound(call, Date.now(), beganAt);
    await allSeeConnected(call);
    return heard.map(({ firstSoundMs }) => firstSoundMs);
  },
};
