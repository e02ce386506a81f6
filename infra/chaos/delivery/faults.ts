import { terminateConnections } from '../../../signaling/test/debian-postgres.ts';
import { pause } from '../hearing.ts';
import type { EmbeddedStage } from './embedded-stage.ts';
import type { Fault } from './fault.ts';
import type { SplitStage } from './split-stage.ts';
import { type DeliveryStage, lead } from './stage.ts';

const awayMs = 10_000;
const pausedMs = 60_000;
const restlessMs = 10_000;

/** The server first: one that has stopped starts no others. */
const stopFor = async (pids: () => number[], ms: number): Promise<void> => {
  const [server = 0] = pids();
  process.kill(server, 'SIGSTOP');
  const others = pids().filter((pid) => pid !== server);
  for (const pid of others) process.kill(pid, 'SIGSTOP');
  await pause(ms);
  for (const pid of [...others, server]) process.kill(pid, 'SIGCONT');
};

const cutAtRandom = async ({ seats }: DeliveryStage, ms: number): Promise<void> => {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    await pause(100);
    const { gate } = seats[Math.floor(Math.random() * seats.length)] ?? {};
    gate?.shut();
    gate?.open();
  }
};

const socketsCut = (name: string): Fault<DeliveryStage> => ({
  name,
  summary: `for ${restlessMs / 1_000} s, ten sockets a second are cut`,
  limitMs: 3_000,
  inflict: (stage, scale) => cutAtRandom(stage, restlessMs * scale),
});

export const embeddedFaults: readonly Fault<EmbeddedStage>[] = [
  {
    name: 'chat-process-killed',
    summary: 'SIGKILL to the one process, and another start',
    limitMs: 10_000,
    inflict: ({ restart }) => restart('SIGKILL'),
  },
  {
    name: 'chat-process-stopped',
    summary: 'SIGTERM to the one process, and another start',
    limitMs: 10_000,
    inflict: ({ restart }) => restart('SIGTERM'),
  },
  {
    name: 'chat-embedded-postgres-hung',
    summary: `SIGSTOP to the embedded PostgreSQL for ${awayMs / 1_000} s`,
    limitMs: 15_000,
    inflict: ({ server }, scale) => stopFor(() => server.postgresPids(), awayMs * scale),
  },
  {
    name: 'chat-embedded-postgres-killed',
    summary: 'SIGKILL to the embedded PostgreSQL; the process ends, and another start repairs it',
    limitMs: 10_000,
    inflict: ({ losePostgres }) => losePostgres(),
  },
  socketsCut('chat-sockets-cut'),
];

const terminateOften = async ({ postgres }: SplitStage): Promise<void> => {
  for (let times = 0; times < 5; times += 1) {
    await terminateConnections(postgres.url);
    await pause(200);
  }
};

/** Everybody changes to the other process, one after another, and back. */
const moveAll = async ({ seats, signaling }: SplitStage, scale: number): Promise<void> => {
  const rounds = Math.max(1, Math.round(4 * scale));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, seat] of seats.entries()) {
      lead(seat, signaling[(index + round) % 2] as (typeof signaling)[number]);
      await pause(150);
    }
  }
};

const processFaults: readonly Fault<SplitStage>[] = [
  {
    name: 'chat-signaling-killed',
    summary: 'SIGKILL to a signaling process of two; its people go to the other one',
    limitMs: 3_000,
    inflict: ({ endFirst }) => endFirst('SIGKILL'),
  },
  {
    name: 'chat-signaling-stopped',
    summary: 'SIGTERM to a signaling process of two; its people go to the other one',
    limitMs: 5_000,
    inflict: ({ endFirst }) => endFirst('SIGTERM'),
  },
  {
    name: 'chat-moving',
    summary: 'everybody moves between two signaling processes, four times, seven a second',
    limitMs: 3_000,
    inflict: moveAll,
  },
  socketsCut('chat-split-sockets-cut'),
];

const postgresFaults: readonly Fault<SplitStage>[] = [
  {
    name: 'chat-postgres-hung',
    summary: `SIGSTOP to PostgreSQL for ${awayMs / 1_000} s`,
    limitMs: 15_000,
    inflict: ({ postgres }, scale) => stopFor(() => postgres.pids(), awayMs * scale),
  },
  {
    name: 'chat-postgres-stopped',
    summary: `pg_ctl stop, and start after ${awayMs / 1_000} s`,
    limitMs: 15_000,
    inflict: async ({ postgres }, scale) => {
      await postgres.stop();
      await pause(awayMs * scale);
      await postgres.start();
    },
  },
  {
    name: 'chat-postgres-killed',
    summary: `SIGKILL to PostgreSQL, and start after ${awayMs / 1_000} s`,
    limitMs: 15_000,
    inflict: async ({ postgres }, scale) => {
      await postgres.kill();
      await pause(awayMs * scale);
      await postgres.start();
    },
  },
  {
    name: 'chat-postgres-cut',
    summary: "each of PostgreSQL's connections terminated, five times within a second",
    limitMs: 5_000,
    inflict: terminateOften,
  },
];

const redisFaults: readonly Fault<SplitStage>[] = [
  {
    name: 'chat-redis-killed',
    summary: `SIGKILL to Redis, and another one after ${awayMs / 1_000} s`,
    limitMs: 5_000,
    inflict: async ({ cluster }, scale) => {
      cluster.redis.kill('SIGKILL');
      await pause(awayMs * scale);
      await cluster.restartRedis();
    },
  },
  {
    name: 'chat-redis-paused',
    summary: `CLIENT PAUSE ALL for ${pausedMs / 1_000} s`,
    limitMs: 5_000,
    inflict: async ({ redis }, scale) => {
      await redis.call('CLIENT', 'PAUSE', String(pausedMs * scale), 'ALL');
      await pause(pausedMs * scale);
    },
  },
  {
    name: 'chat-redis-flushed',
    summary: 'FLUSHALL, five times within a second',
    limitMs: 3_000,
    inflict: async ({ redis }) => {
      for (let times = 0; times < 5; times += 1) {
        await redis.flushall();
        await pause(200);
      }
    },
  },
];

export const splitFaults: readonly Fault<SplitStage>[] = [
  ...processFaults,
  ...postgresFaults,
  ...redisFaults,
];
