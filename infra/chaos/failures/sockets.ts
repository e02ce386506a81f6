import { longestGapMs } from '../../../web/e2e/gap.ts';
import { pause, waitForSound } from '../call.ts';
import type { Failure } from '../failure.ts';

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
    for (const [listener, speaker] of call.pairs) await listener.seesConnected(speaker);
    const heard = await waitForSound(call, cutAt);
    return heard.map(({ blocks }) => longestGapMs(blocks));
  },
};
