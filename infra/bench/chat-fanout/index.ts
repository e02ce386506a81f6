import { setTimeout as delay } from 'node:timers/promises';
import { abortable } from '../common/abortable.ts';
import { startBenchServer } from '../common/bench-server.ts';
import { type Cleanup, createCleanup } from '../common/cleanup.ts';
import { readCpuTimes, spentNs } from '../common/cpu-time.ts';
import { startHolder } from '../common/holder.ts';
import { registerPeople } from '../common/people.ts';
import type { Bench, BenchContext } from '../report.ts';
import { startReference } from './reference.ts';
import { type Measured, reportFanout } from './report.ts';
import { openSender } from './sender.ts';
import { type Load, type MeasuredServer, measureWindow, type Rig } from './window.ts';

const SOCKETS = 1_000;
const SOCKETS_PER_PERSON = 10;
const ROOM = 'general';
const TEXT_LENGTH = 100;

const WINDOW_MS = 4_000;
const WINDOWS = 8;
const WARM_UP_WINDOWS = 2;

/** The sender writes a burst's ten at once. Of single ones there are fewer: each costs a write a socket, and so ten times as much. */
const loads = {
  'burst of 10': { batch: 10, everyMs: 200, windowMs: WINDOW_MS },
  single: { batch: 1, everyMs: 100, windowMs: WINDOW_MS },
} satisfies Record<string, Load>;

const method = [
  `${SOCKETS} sockets in one room, and the sender's; ${TEXT_LENGTH} characters a message; no TLS; sockets held by another process over loopback.`,
  `boltorezka: the server (signaling/src/main.ts, PostgreSQL embedded) in a process of its own; the sockets are ${SOCKETS / SOCKETS_PER_PERSON} people's.`,
  'per socket: a server that makes each event into text for each socket and sends it (signaling/bench/per-socket-server.ts), and keeps nothing.',
  `Bursts of 10 five times a second, and 10 single messages a second: ${WINDOWS} windows of ${WINDOW_MS / 1_000} s of each load and server, taking turns in one run, after ${WARM_UP_WINDOWS} of each.`,
  "CPU: time of the process's threads on a core (/proc/PID/task/*/schedstat), user and kernel; on loopback that holds the",
  "kernel's work for the receiving end too. Divided by messages delivered, the sender's own copy included. PostgreSQL's is beside it.",
  "Delivery: from the sender's write to the message's arrival at each socket, by the machine's monotonic clock, the reading",
  'of those before it in the same process included. p50 and p99 are of each window; the median and the worst of the windows.',
];

interface Subject {
  name: string;
  rig: Rig;
}

/** One after the other, so that whatever else the machine does strikes all. */
const measureAll = async (subjects: readonly Subject[]): Promise<Measured[]> => {
  const measured: Measured[] = subjects.flatMap(({ name }) =>
    Object.keys(loads).map((load) => ({ server: name, load, windows: [] })),
  );
  for (let window = -WARM_UP_WINDOWS; window < WINDOWS; window += 1) {
    for (const [load, settings] of Object.entries(loads)) {
      for (const { name, rig } of subjects) {
        const figures = await measureWindow(rig, settings);
        const row = measured.find((each) => each.server === name && each.load === load);
        if (window >= 0) row?.windows.push(figures);
      }
    }
  }
  return measured;
};

/** What the sockets cost while nobody writes: it is part of the figures, and not taken off. */
const printIdle = async ({ print, signal }: BenchContext, { name, rig }: Subject): Promise<void> => {
  const { pid } = rig.server;
  const before = readCpuTimes([pid]);
  await delay(WINDOW_MS, undefined, { signal });
  const percent = (spentNs(before, readCpuTimes([pid])) / (WINDOW_MS * 1e6)) * 100;
  print(`${name}: CPU of the server with all sockets and no message: ${percent.toFixed(1)} %`);
};

interface Opening {
  server: MeasuredServer;
  /** The sender's, and one for each socket in turn. */
  tokens: readonly string[];
  cleanup: Cleanup;
  signal: AbortSignal;
}

const openRig = async ({ server, tokens, cleanup, signal }: Opening): Promise<Rig> => {
  const [token = '', ...others] = tokens;
  const holder = cleanup.add(startHolder());
  const all = Array.from({ length: SOCKETS }, (_, index) => others[index % others.length] ?? '');
  await abortable(holder.open({ url: server.url, tokens: all, roomSlug: ROOM }), signal);
  const sender = cleanup.add(
    await openSender({ url: server.url, token, roomSlug: ROOM, textLength: TEXT_LENGTH }),
  );
  return { server, holder, sockets: SOCKETS, sender, signal };
};

const run = async (context: BenchContext): Promise<void> => {
  const { print, signal } = context;
  const cleanup = createCleanup();
  method.forEach(print);
  try {
    const server = cleanup.add(await startBenchServer());
    const tokens = await registerPeople(server.url, SOCKETS / SOCKETS_PER_PERSON + 1, signal);
    const reference = cleanup.add(await startReference());
    const subjects = [
      { name: 'boltorezka', rig: await openRig({ server, tokens, cleanup, signal }) },
      { name: 'per socket', rig: await openRig({ server: reference, tokens: ['x', 'x'], cleanup, signal }) },
    ];
    for (const subject of subjects) await printIdle(context, subject);
    reportFanout(context, await measureAll(subjects));
  } finally {
    await cleanup.close();
  }
};

export const bench: Bench = {
  name: 'chat-fanout',
  summary: `CPU and latency of a chat message delivered into ${SOCKETS} sockets, in bursts of 10 and single, against "stringify and send per socket"`,
  run,
};
