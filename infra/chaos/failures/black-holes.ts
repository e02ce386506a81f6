import type { Failure } from '../failure.ts';
import { allSeeConnected, pause, waitForSound } from '../hearing.ts';

const blackHole = (seconds: number): Failure => ({
  name: `black-hole-${seconds}s`,
  summary: `every packet of both lost for ${seconds} s; from its end to the first sound`,
  limitMs: 2_000,
  inflict: async (call) => {
    const beganAt = Date.now();
    await call.hole.open(call.ports);
    await pause(seconds * 1_000);
    await call.hole.close();
    const heard = await waitForSound(call, Date.now(), beganAt);
    await allSeeConnected(call);
    return heard.map(({ firstSoundMs }) => firstSoundMs);
  },
});

export const blackHoles: readonly Failure[] = [blackHole(10), blackHole(60)];
