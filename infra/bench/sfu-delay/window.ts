import { setTimeout as sleep } from 'node:timers/promises';
import { readWaitedMs } from './cores.ts';
import type { Window } from './report.ts';
import { roomSize, type Stage } from './stage.ts';

const settleMs = 300;
const drainMs = 100;
const maximumDrains = 30;

/** What everybody was to receive, and received, so far. */
interface Totals {
  expected: number;
  received: number;
}

const countSent = async (stage: Stage) => {
  const { loadSender, probeSender, timed } = stage;
  const { sent: byLoad } = await loadSender.ask({ type: 'count', entrances: stage.loadEntrances }, 'count');
  const { sent: timedSent } = await probeSender.ask({ type: 'count', entrances: timed.worker }, 'count');
  const { sent: direct } = await probeSender.ask({ type: 'count', entrances: timed.direct }, 'count');
  return { forwarded: byLoad + timedSent, direct };
};

const countReceived = async ({ load, receiver }: Stage): Promise<number> => {
  const { received: byLoad } = await load.ask({ type: 'look' }, 'look');
  const { received: byReceiver } = await receiver.ask({ type: 'count' }, 'count');
  return byLoad + byReceiver;
};

/** Waits until nothing comes any more: what is late must not count in the next window. */
const countAll = async (stage: Stage): Promise<Totals> => {
  let received = await countReceived(stage);
  for (let n = 0; n < maximumDrains; n += 1) {
    await sleep(drainMs);
    const before = received;
    received = await countReceived(stage);
    if (received === before) break;
  }
  const { forwarded, direct } = await countSent(stage);
  return { expected: forwarded * (roomSize - 1) + direct, received };
};

const send = async (stage: Stage, talkers: number, isTimed: boolean): Promise<void> => {
  const { loadSender, probeSender, loadEntrances, timed } = stage;
  const entrances = isTimed ? [...timed.worker, ...timed.direct] : [];
  await loadSender.ask({ type: 'send', entrances: loadEntrances.slice(0, talkers) }, 'sending');
  await probeSender.ask({ type: 'send', entrances }, 'sending');
};

const look = async ({ load, receiver, workerPid }: Stage) => {
  const waitedMs = readWaitedMs(workerPid);
  const { delaysUs } = await receiver.ask({ type: 'take' }, 'delays');
  const seen = await load.ask({ type: 'look' }, 'look');
  return { ...seen, waitedMs, delaysUs };
};

/** Lets so many talk besides those whose packets are timed. */
export const measureWindow = async (
  stage: Stage,
  { talkers, windowMs }: { talkers: number; windowMs: number },
  signal: AbortSignal,
): Promise<Window> => {
  const begun = await countAll(stage);
  await send(stage, talkers, true);
  await sleep(settleMs, undefined, { signal });
  const from = await look(stage);
  await sleep(windowMs, undefined, { signal });
  const to = await look(stage);
  await send(stage, 0, false);
  const ended = await countAll(stage);
  return {
    elapsedMs: to.atMs - from.atMs,
    workerCpuMs: to.workerCpuMs - from.workerCpuMs,
    workerWaitedMs: to.waitedMs - from.waitedMs,
    packets: to.received - from.received + to.delaysUs.worker.length,
    expected: ended.expected - begun.expected,
    received: ended.received - begun.received,
    delaysUs: to.delaysUs,
  };
};
