import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from '../common/abortable.ts';
import { readCpuTimes, spentNs } from '../common/cpu-time.ts';
import type { Holder } from '../common/holder.ts';
import { percentile } from '../report.ts';
import type { Sender } from './sender.ts';

/** A server whose processes can be looked at. */
export interface MeasuredServer {
  url: string;
  pid: number;
  postgresPids(): number[];
}

export interface Rig {
  server: MeasuredServer;
  /** Holds the sockets. */
  holder: Holder;
  sockets: number;
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
  holderPercent: number;
  deliveryP50Ms: number;
  deliveryP99Ms: number;
  ackP50Ms: number;
  ackP99Ms: number;
}

/** A server takes 64 requests of one socket at a time; a machine that is busy with other things must not meet that. */
const mostUnderWay = 40;

/** Sends at fixed moments, or as soon as enough has been answered. Resolves with the time to each ack. */
const sendAll = async (rig: Rig, { batch, everyMs, windowMs }: Load): Promise<number[]> => {
  const startedAt = performance.now();
  const acked: Promise<number[]>[] = [];
  for (let at = 0; at < windowMs; at += everyMs) {
    await delay(Math.max(0, startedAt + at - performance.now()), undefined, { signal: rig.signal });
    const before = acked.length - Math.floor(mostUnderWay / batch);
    if (before >= 0) await abortable(acked[before] ?? Promise.resolve([]), rig.signal);
    const acks = rig.sender.send(batch);
    // Awaited below; a failure before that is not an unhandled one.
    acks.catch(() => {});
    acked.push(acks);
  }
  await delay(Math.max(0, startedAt + windowMs - performance.now()), undefined, { signal: rig.signal });
  return (await abortable(Promise.all(acked), rig.signal)).flat();
};

const readAll = ({ server, holder }: Rig) => ({
  postgres: readCpuTimes(server.postgresPids()),
  holder: readCpuTimes([holder.pid]),
  server: readCpuTimes([server.pid]),
  at: performance.now(),
});

/** One window of a load: what it cost, and how late the messages were. */
export const measureWindow = async (rig: Rig, load: Load): Promise<WindowFigures> => {
  const messages = Math.ceil(load.windowMs / load.everyMs) * load.batch;
  const before = readAll(rig);
  const acksMs = await sendAll(rig, load);
  const { latenciesMs } = await abortable(rig.holder.takeArrivals(messages * rig.sockets), rig.signal);
  const after = readAll(rig);
  const wallNs = (after.at - before.at) * 1e6;
  // The sender's own socket gets each message too.
  const delivered = latenciesMs.length + messages;
  const serverNs = spentNs(before.server, after.server);
  return {
    serverUs: serverNs / 1_000 / delivered,
    postgresUs: spentNs(before.postgres, after.postgres) / 1_000 / delivered,
    serverPercent: (serverNs / wallNs) * 100,
    holderPercent: (spentNs(before.holder, after.holder) / wallNs) * 100,
    deliveryP50Ms: percentile(latenciesMs, 50),
    deliveryP99Ms: percentile(latenciesMs, 99),
    ackP50Ms: percentile(acksMs, 50),
    ackP99Ms: percentile(acksMs, 99),
  };
};
