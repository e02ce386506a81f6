import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from '../common/abortable.ts';
import type { BenchServer } from '../common/bench-server.ts';
import { readCpuTimes, spentNs } from '../common/cpu-time.ts';
import type { Holder } from '../common/holder.ts';
import { percentile } from '../report.ts';
import type { Sender } from './sender.ts';

export interface Rig {
  server: BenchServer;
  holders: Holder[];
  /** Sockets that each holder has. */
  socketsPerHolder: number;
  sender: Sender;
  signal: AbortSignal;
}

/** A batch of messages every so often, for so long. */
export interface Load {
  batch: number;
  everyMs: number;
  windowMs: number;
}

/** What one window came to. */
export interface WindowFigures {
  serverUs: number;
  postgresUs: number;
  serverPercent: number;
  holdersPercent: number;
  deliveryP50Ms: number;
  deliveryP99Ms: number;
  ackP50Ms: number;
  ackP99Ms: number;
}

/** Sends at fixed moments, however long the answers take. Resolves with the time to each ack. */
const sendAll = async (rig: Rig, { batch, everyMs, windowMs }: Load): Promise<number[]> => {
  const startedAt = performance.now();
  const acked: Promise<number[]>[] = [];
  for (let at = 0; at < windowMs; at += everyMs) {
    await delay(Math.max(0, startedAt + at - performance.now()), undefined, { signal: rig.signal });
    const acks = rig.sender.send(batch);
    // Awaited below; a failure before that is not an unhandled one.
    acks.catch(() => {});
    acked.push(acks);
  }
  await delay(Math.max(0, startedAt + windowMs - performance.now()), undefined, { signal: rig.signal });
  return (await abortable(Promise.all(acked), rig.signal)).flat();
};

const readAll = ({ server, holders }: Rig) => ({
  postgres: readCpuTimes(server.postgresPids()),
  holders: readCpuTimes(holders.map(({ pid }) => pid)),
  server: readCpuTimes([server.pid]),
  at: performance.now(),
});

/** One window of a load: what it cost, and how late the messages were. */
export const measureWindow = async (rig: Rig, load: Load): Promise<WindowFigures> => {
  const messages = Math.ceil(load.windowMs / load.everyMs) * load.batch;
  const before = readAll(rig);
  const acksMs = await sendAll(rig, load);
  const arrivals = await abortable(
    Promise.all(rig.holders.map((holder) => holder.takeArrivals(messages * rig.socketsPerHolder))),
    rig.signal,
  );
  const after = readAll(rig);
  const wallNs = (after.at - before.at) * 1e6;
  const latenciesMs = arrivals.flatMap((each) => [...each.latenciesMs]);
  // The sender's own socket gets each message too.
  const delivered = latenciesMs.length + messages;
  const serverNs = spentNs(before.server, after.server);
  return {
    serverUs: serverNs / 1_000 / delivered,
    postgresUs: spentNs(before.postgres, after.postgres) / 1_000 / delivered,
    serverPercent: (serverNs / wallNs) * 100,
    holdersPercent: (spentNs(before.holders, after.holders) / wallNs) * 100,
    deliveryP50Ms: percentile(latenciesMs, 50),
    deliveryP99Ms: percentile(latenciesMs, 99),
    ackP50Ms: percentile(acksMs, 50),
    ackP99Ms: percentile(acksMs, 99),
  };
};
