import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Who has which core: the worker its own, and those who take the time one without load where there are three. */
export type Role = 'worker' | 'probe' | 'load';

/** The cores in a list such as `0-2,5`. */
export const parseCores = (list: string): number[] =>
  list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });

/** The cores that this process may run on. */
export const readCores = (): number[] => {
  const status = readFileSync('/proc/self/status', 'utf8');
  return parseCores(/^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1] ?? '');
};

/** Core 0 is never the worker's: most interrupts go there. */
export const coreOf = (role: Role, cores: number[]): number => {
  const core = { worker: cores.at(-1), probe: cores.at(-2), load: cores[0] }[role];
  if (core === undefined || cores.length < 2) {
    throw new Error('two cores are needed: one for the media worker, one for those who send and receive');
  }
  return core;
};

/** Keeps all threads of a process on a core. */
export const pin = (pid: number, core: number): void => {
  execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'pipe' });
};

/** From now on the process runs only while nobody else wants its core. */
export const yieldToAll = (pid: number): void => {
  execFileSync('chrt', ['-a', '-i', '-p', '0', String(pid)], { stdio: 'pipe' });
};

/** Milliseconds that a process of one busy thread was ready to run and waited for a core. */
export const readWaitedMs = (pid: number): number => {
  const [, waitedNs] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number);
  return (waitedNs ?? Number.NaN) / 1e6;
};
