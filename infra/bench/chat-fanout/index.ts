import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from '../common/abortable.ts';
import { startBenchServer } from '../common/bench-server.ts';
import { createCleanup } from '../common/cleanup.ts';
import { readCpuTimes, spentNs } from '../common/cpu-time.ts';
import { startHolder } from '../common/holder.ts';
import { registerPeople } from '../common/people.ts';
import { type Bench, type BenchContext, summarize } from '../report.ts';
import { openSender } from './sender.ts';
import { type Load, measureWindow, type Rig, type WindowFigures } from './window.ts';

const SOCKETS = 1_000;
const SOCKETS_PER_PERSON = 10;
const HOLDERS = 1;
const ROOM = 'general';
const TEXT_LENGTH = 100;

const WINDOW_MS = 4_000;
const WINDOWS = 12;
const WARM_UP_WINDOWS = 2;

/** Both send ten messages a second; the sender writes a burst's ten at once. */
const loads = {
  single: { batch: 1, everyMs: 100, windowMs: WINDOW_MS },
  'burst of 10': { batch: 10, everyMs: 1_000, windowMs: WINDOW_MS },
} satisfies Record<string, Load>;

type LoadName = keyof typeof loads;
const loadNames = Object.keys(loads) as LoadName[];

const method = [
  `${SOCKETS} sockets of ${SOCKETS / SOCKETS_PER_PERSON} people joined in one room, and the sender's; ${TEXT_LENGTH} characters a message; no TLS;`,
  'the server (signaling/src/main.ts, PostgreSQL embedded) in a process of its own, sockets held by another process over loopback.',
  `10 messages a second in both loads, ${WINDOWS} windows of ${WINDOW_MS / 1_000} s each, taking turns in one run, after ${WARM_UP_WINDOWS} of each for warming up.`,
  'The server writes to a socket once what one turn of its loop brings, so a burst costs few writes and not ten.',
  "CPU: time of the process's threads on a core (/proc/PID/task/*/schedstat), user and kernel; on loopback that holds the",
  "kernel's work for the receiving end too. Divided by messages delivered, the sender's own copy included.",
  "Delivery: from the sender's write to the message's arrival at each socket, by the machine's monotonic clock, the reading",
  'of those before it in the same process included. p50 and p99 are of each window; the median and the worst of the windows.',
];

/** Twelve of each, one after the other, so that whatever else the machine does strikes both. */
const measureAll = async (rig: Rig): Promise<Record<LoadName, WindowFigures[]>> => {
  const figures: Record<LoadName, WindowFigures[]> = { single: [], 'burst of 10': [] };
  for (let window = -WARM_UP_WINDOWS; window < WINDOWS; window += 1) {
    for (const name of loadNames) {
      const measured = await measureWindow(rig, loads[name]);
      if (window >= 0) figures[name].push(measured);
    }
  }
  return figures;
};

const columns: { name: string; digits: number; of: (figures: WindowFigures) => number }[] = [
  { name: 'server CPU µs/delivered', digits: 2, of: ({ serverUs }) => serverUs },
  { name: 'PostgreSQL CPU µs/delivered', digits: 3, of: ({ postgresUs }) => postgresUs },
  { name: 'both µs/delivered', digits: 2, of: ({ serverUs, postgresUs }) => serverUs + postgresUs },
  { name: 'delivery p50 ms', digits: 1, of: ({ deliveryP50Ms }) => deliveryP50Ms },
  { name: 'delivery p99 ms', digits: 1, of: ({ deliveryP99Ms }) => deliveryP99Ms },
  { name: 'ack p50 ms', digits: 1, of: ({ ackP50Ms }) => ackP50Ms },
  { name: 'ack p99 ms', digits: 1, of: ({ ackP99Ms }) => ackP99Ms },
  { name: 'server CPU %', digits: 1, of: ({ serverPercent }) => serverPercent },
  { name: "holders' CPU %", digits: 1, of: ({ holdersPercent }) => holdersPercent },
];

const report = ({ table }: BenchContext, figures: Record<LoadName, WindowFigures[]>): void => {
  table(
    columns.map(({ name, digits, of }) => {
      const row: Record<string, string | number> = { figure: name };
      for (const load of loadNames) {
        const { median, worst } = summarize(figures[load].map(of));
        row[`${load}: median`] = Number(median.toFixed(digits));
        row[`${load}: worst`] = Number(worst.toFixed(digits));
      }
      return row;
    }),
  );
};

/** What the sockets cost while nobody writes: it is part of the figures, and not taken off. */
const printIdle = async ({ print, signal }: BenchContext, pid: number): Promise<void> => {
  const before = readCpuTimes([pid]);
  await delay(WINDOW_MS, undefined, { signal });
  const percent = (spentNs(before, readCpuTimes([pid])) / (WINDOW_MS * 1e6)) * 100;
  print(`server CPU with all sockets and no message: ${percent.toFixed(1)} %`);
};

const run = async (context: BenchContext): Promise<void> => {
  const { print, signal } = context;
  const cleanup = createCleanup();
  method.forEach(print);
  try {
    const server = cleanup.add(await startBenchServer());
    const people = await registerPeople(server.url, SOCKETS / SOCKETS_PER_PERSON + 1, signal);
    const [token = '', ...others] = people;
    const socketsPerHolder = SOCKETS / HOLDERS;
    const holders = Array.from({ length: HOLDERS }, () => cleanup.add(startHolder()));
    const tokens = Array.from({ length: SOCKETS }, (_, index) => others[index % others.length] ?? '');
    await abortable(
      Promise.all(
        holders.map((holder, index) =>
          holder.open({
            url: server.url,
            tokens: tokens.slice(index * socketsPerHolder, (index + 1) * socketsPerHolder),
            roomSlug: ROOM,
          }),
        ),
      ),
      signal,
    );
    const sender = cleanup.add(
      await openSender({ url: server.url, token, roomSlug: ROOM, textLength: TEXT_LENGTH }),
    );
    await printIdle(context, server.pid);
    report(context, await measureAll({ server, holders, socketsPerHolder, sender, signal }));
  } finally {
    await cleanup.close();
  }
};

export const bench: Bench = {
  name: 'chat-fanout',
  summary: `CPU and latency of a chat message delivered into ${SOCKETS} sockets, single and in bursts of 10`,
  run,
};
