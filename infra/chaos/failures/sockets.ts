import { longestGapMs } from '../../../web/e2e/gap.ts';
import type { Failure } from '../failure.ts';
import { allSeeConnected, pause, waitForSound } from '../hearing.ts';

const awayMs = 1_500;

export const socketLost: Failure = {
  name: 'socket-lost',
  summary: `both sockets cut for ${awayMs / 1_000} s, sound untouched; longest silence`,
  limitMs: 60,
  inflict: async (call) => {
    const cutAt = Date.now();
    call.gate.shut();
    await pause(awayMs);
    call.gate.open();
    await allSeeConnected(call);
    const heard = await waitForSound(call, cutAt);
    return heard.map(({ blocks }) => longestGapMs(blocks));
  },
};
