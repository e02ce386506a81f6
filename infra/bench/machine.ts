import { cpus, loadavg, totalmem } from 'node:os';

const GIB = 2 ** 30;

/** The machine in lines: figures mean nothing without it. */
export const machineFacts = (now: Date): string[] => {
  const cores = cpus();
  return [
    `date    ${now.toISOString()}`,
    `cpu     ${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}`,
    `memory  ${(totalmem() / GIB).toFixed(1)} GiB`,
    `node    ${process.version} on ${process.platform} ${process.arch}`,
  ];
};

/** Load averages of the last 1, 5 and 15 minutes: what else the machine did. */
export const loadLine = (when: string): string =>
  `load average ${when}: ${loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')}`;
