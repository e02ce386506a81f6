import { readdirSync, readFileSync } from 'node:fs';

/** Nanoseconds on a core, by process. */
export type CpuTimes = Map<number, number>;

/**
 * Time that the threads of each process spent on a core, user and kernel together. Linux alone tells it this finely
 * (the first number of `schedstat`); /proc/PID/stat counts in steps of 10 ms. A process that has ended has none.
 */
export const readCpuTimes = (pids: number[]): CpuTimes =>
  new Map(
    pids.map((pid) => {
      const threads = listThreads(pid);
      return [pid, threads.reduce((sum, thread) => sum + readThread(pid, thread), 0)];
    }),
  );

/** Nanoseconds spent between two readings. A process that came in between counts whole, one that went does not count. */
export const spentNs = (before: CpuTimes, after: CpuTimes): number =>
  [...after].reduce((sum, [pid, ns]) => sum + Math.max(0, ns - (before.get(pid) ?? 0)), 0);

const listThreads = (pid: number): string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
};

const readThread = (pid: number, thread: string): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
  } catch {
    return 0;
  }
};
