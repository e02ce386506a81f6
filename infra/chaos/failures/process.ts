import { pollUntil } from '../../../web/e2e/poll.ts';
import { waitForSound } from '../call.ts';
import type { Failure } from '../failure.ts';

const isReady = async (url: string): Promise<boolean> => {
  const { status } = await fetch(`${url}/readyz`).catch(() => ({ status: 0 }));
  return status === 200;
};

export const processKilled: Failure = {
  name: 'process-killed',
  summary: 'SIGKILL to the one process, media and all, and another start; from /readyz to the first sound',
  limitMs: 3_000,
  inflict: async (call) => {
    const killedAt = Date.now();
    const { url } = await call.restart();
    await pollUntil({ read: () => isReady(url), fits: (ready) => ready, what: 'another process' });
    const heard = await waitForSound(call, Date.now(), killedAt);
    for (const [listener, speaker] of call.pairs) await listener.seesConnected(speaker);
    return heard.map(({ firstSoundMs }) => firstSoundMs);
  },
};
