import type { Failure } from '../failure.ts';
import { allSeeConnected, gapsSince } from '../hearing.ts';
import type { RoamingCall } from './roaming-call.ts';

const networkChange: Failure<RoamingCall> = {
  name: 'network-change',
  summary: "the first one's device is at another network, with another address; longest silence",
  limitMs: 1_000,
  inflict: async (call) => {
    const changedAt = Date.now();
    await call.networks.roam();
    const gaps = await gapsSince(call, changedAt);
    await allSeeConnected(call);
    return gaps;
  },
};

export const roamingFailures: readonly Failure<RoamingCall>[] = [networkChange];
