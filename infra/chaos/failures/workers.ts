import { readFileSync } from 'node:fs';
import { childrenOf } from '../../../signaling/test/start-process.ts';
import { pollUntil } from '../../../web/e2e/poll.ts';
import type { Call } from '../call.ts';
import type { Failure } from '../failure.ts';
import { gapsSince } from '../hearing.ts';

/** Nothing of a process that ended while it was looked at. */
const nameOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
};

/** The media worker's process, a child of the server's. */
const workerOf = ({ server }: Call): number | undefined =>
  childrenOf(server.pid).find((pid) => nameOf(pid).startsWith('mediasoup'));

const hurtWorker = async (call: Call, signal: NodeJS.Signals): Promise<number[]> => {
  const worker = workerOf(call);
  if (worker === undefined) throw new Error('there is no worker to hurt');
  const hurtAt = Date.now();
  process.kill(worker, signal);
  await pollUntil({
    read: async () => workerOf(call),
    fits: (pid) => pid !== undefined && pid !== worker,
    what: 'another worker',
  });
  return gapsSince(call, hurtAt);
};

const hurt = (name: string, signal: NodeJS.Signals, limitMs: number): Failure => ({
  name,
  summary: `${signal} to the worker of the call; longest silence`,
  limitMs,
  inflict: (call) => hurtWorker(call, signal),
});

export const workerKilled = hurt('worker-killed', 'SIGKILL', 500);
export const workerCrashed = hurt('worker-crashed', 'SIGSEGV', 500);
export const workerStopped = hurt('worker-stopped', 'SIGSTOP', 3_000);
