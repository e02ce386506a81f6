import type { Failure } from '../failure.ts';
import { allSeeConnected, gapsSince, pause } from '../hearing.ts';
import { hurtNodeOfCall } from './nodes.ts';
import { comesAndGoes, killSignaling, provesControl } from './signaling.ts';
import type { SplitCall } from './split-call.ts';

type SplitFailure = Failure<SplitCall>;

/** Somebody who is in no call and loses server after server waits longer each time, unless one was there for five seconds. */
const oneAtATimeMs = 6_000;

const signalingKilled: SplitFailure = {
  name: 'signaling-killed',
  summary: 'SIGKILL to a signaling process of two, the same media goes on; longest silence',
  limitMs: 60,
  restMs: oneAtATimeMs,
  inflict: async (call) => {
    const media = await Promise.all(call.pairs.map(([person]) => person.mediaNames()));
    const killedAt = Date.now();
    const replace = await killSignaling(call);
    await allSeeConnected(call);
    const gaps = await gapsSince(call, killedAt);
    const after = await Promise.all(call.pairs.map(([person]) => person.mediaNames()));
    if (JSON.stringify(after) !== JSON.stringify(media)) throw new Error('media was built anew');
    await replace();
    return gaps;
  },
};

const signalingKilledControl: SplitFailure = {
  name: 'signaling-control',
  summary: 'the same; until a mute, a newcomer and a leave have been seen',
  limitMs: 3_000,
  restMs: oneAtATimeMs,
  inflict: async (call) => {
    const killedAt = Date.now();
    const replace = await killSignaling(call);
    const worksAt = await provesControl(call);
    await replace();
    return [worksAt - killedAt];
  },
};

const mediaNode = (how: 'SIGKILL' | 'SIGSTOP' | 'partition', name: string): SplitFailure => ({
  name,
  summary: `${how} of the media node of the call and its workers, of two; longest silence`,
  limitMs: 3_000,
  inflict: async (call) => {
    const hurtAt = Date.now();
    const heal = await hurtNodeOfCall(call, how);
    const gaps = await gapsSince(call, hurtAt);
    await heal();
    return gaps;
  },
});

/** Something that no sound goes through is away for a while. */
const away = (
  name: string,
  summary: string,
  hurt: (call: SplitCall) => Promise<() => unknown>,
): SplitFailure => ({
  name,
  summary: `${summary}; longest silence, and somebody comes meanwhile`,
  limitMs: 60,
  inflict: async (call) => {
    const hurtAt = Date.now();
    const heal = await hurt(call);
    await comesAndGoes(call);
    await heal();
    await pause(1_000);
    await allSeeConnected(call);
    return gapsSince(call, hurtAt);
  },
});

export const splitFailures: readonly SplitFailure[] = [
  signalingKilled,
  signalingKilledControl,
  mediaNode('SIGKILL', 'media-killed'),
  mediaNode('SIGSTOP', 'media-hung'),
  mediaNode('partition', 'media-partitioned'),
  away('redis-flushed', 'Redis loses its data', async ({ redis }) => {
    await redis.flushall();
    return () => {};
  }),
  away('redis-hung', 'SIGSTOP to Redis', async ({ cluster: { redis } }) => {
    redis.kill('SIGSTOP');
    return () => redis.kill('SIGCONT');
  }),
  away('redis-gone', 'SIGKILL to Redis', async ({ cluster }) => {
    cluster.redis.kill('SIGKILL');
    return () => cluster.restartRedis();
  }),
  {
    name: 'postgres-gone',
    summary: 'PostgreSQL cannot be reached, and a socket is lost meanwhile; longest silence',
    limitMs: 60,
    inflict: async (call) => {
      const hurtAt = Date.now();
      call.database.refuse();
      const [{ gate }] = call.callers;
      gate.shut();
      gate.open();
      await pause(1_000);
      await allSeeConnected(call);
      call.database.cut();
      return gapsSince(call, hurtAt);
    },
  },
];
