import { pollUntil } from '../../../web/e2e/poll.ts';
import type { Failure } from '../failure.ts';
import { allSeeConnected, waitForSound } from '../hearing.ts';

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
    await allSeeConnected(call);
    return heard.map(({ firstSoundMs }) => firstSoundMs);
  },
};
