import { makeDataDir } from '../../../signaling/test/start-process.ts';
import { abortable } from '../common/abortable.ts';
import { startBenchServer } from '../common/bench-server.ts';
import { createCleanup } from '../common/cleanup.ts';
import { startHolder } from '../common/holder.ts';
import { assertOpenFiles } from '../common/open-files.ts';
import { registerPeople } from '../common/people.ts';
import { type Bench, type BenchContext, summarize } from '../report.ts';
import { INSPECTED, inspectorUrl, openInspector } from './inspector.ts';
import { bytesPerSocket, type Reading, readSettled } from './memory.ts';

const SOCKETS = 5_000;
/** Below this, what the process allocates once and for all would be counted as the sockets'. */
const FROM_SOCKETS = 1_000;
const SOCKETS_PER_PERSON = 10;

const KIB = 1024;
const MIB = KIB * KIB;

/** Joining takes long: each newcomer is told to everybody. One round of it shows whether it makes a difference. */
const states: Record<'in no room' | 'in general', { roomSlug: string | undefined; rounds: number }> = {
  'in no room': { roomSlug: undefined, rounds: 3 },
  'in general': { roomSlug: 'general', rounds: 1 },
};
type StateName = keyof typeof states;
const stateNames = Object.keys(states) as StateName[];

const method = [
  `${SOCKETS} sockets of ${SOCKETS / SOCKETS_PER_PERSON} people, signed in and greeted, with nothing to do; no TLS; each round with a server process of its own`,
  '(signaling/src/main.ts in a process of its own; the sockets are another process’s).',
  'Garbage is collected through the inspector until the heap shrinks no more, then process.memoryUsage() is read the same way.',
  `Per socket: the slope between ${FROM_SOCKETS} and ${SOCKETS} sockets, each person’s share included. rss: the process, heap and all;`,
  'heap: JavaScript objects; external: buffers outside it. Kernel memory (socket buffers, TCP) is in none of them.',
];

interface Round {
  dataDir: string;
  /** One for each socket. */
  tokens: string[];
  roomSlug: string | undefined;
  signal: AbortSignal;
}

/** One server, filled step by step; its memory at each. */
const measureRound = async ({ dataDir, tokens, roomSlug, signal }: Round): Promise<Reading[]> => {
  const cleanup = createCleanup();
  try {
    const server = cleanup.add(await startBenchServer({ dataDir, env: INSPECTED }));
    const holder = cleanup.add(startHolder());
    const inspector = cleanup.add(await openInspector(inspectorUrl(server.output())));
    const readings: Reading[] = [];
    let opened = 0;
    for (const sockets of [0, FROM_SOCKETS, SOCKETS]) {
      const request = { url: server.url, tokens: tokens.slice(opened, sockets) };
      await abortable(holder.open(roomSlug === undefined ? request : { ...request, roomSlug }), signal);
      opened = sockets;
      readings.push(await abortable(readSettled(inspector, sockets), signal));
    }
    return readings;
  } finally {
    await cleanup.close();
  }
};

/** Signs up everybody once: the servers of all rounds have the same data. */
const registerAll = async (dataDir: string, signal: AbortSignal): Promise<string[]> => {
  const server = await startBenchServer({ dataDir });
  try {
    const people = await registerPeople(server.url, SOCKETS / SOCKETS_PER_PERSON, signal);
    return people.flatMap((token) => Array.from({ length: SOCKETS_PER_PERSON }, () => token));
  } finally {
    await server.close();
  }
};

const readingRow = (state: StateName, round: number, reading: Reading) => ({
  state,
  round,
  sockets: reading.sockets,
  'rss MiB': Number((reading.rssBytes / MIB).toFixed(1)),
  'heap MiB': Number((reading.heapUsedBytes / MIB).toFixed(1)),
  'external MiB': Number((reading.externalBytes / MIB).toFixed(1)),
});

const summaryRow = (state: StateName, rounds: Reading[][]) => {
  const slopes = rounds.map((readings) => {
    const [, from, to] = readings;
    if (!from || !to) throw new Error('a round ended early');
    return bytesPerSocket(from, to);
  });
  const row: Record<string, string | number> = { state, rounds: rounds.length };
  for (const [name, key] of [
    ['rss', 'rssBytes'],
    ['heap', 'heapUsedBytes'],
    ['external', 'externalBytes'],
  ] as const) {
    const { median, worst } = summarize(slopes.map((slope) => slope[key] / KIB));
    row[`${name}: median`] = Number(median.toFixed(1));
    row[`${name}: worst`] = Number(worst.toFixed(1));
  }
  return row;
};

const measureAll = async ({ signal }: BenchContext): Promise<Record<StateName, Reading[][]>> => {
  const dataDir = makeDataDir();
  const rounds: Record<StateName, Reading[][]> = { 'in no room': [], 'in general': [] };
  try {
    const tokens = await registerAll(dataDir.path, signal);
    for (const name of stateNames) {
      const task = { dataDir: dataDir.path, tokens, roomSlug: states[name].roomSlug, signal };
      while (rounds[name].length < states[name].rounds) rounds[name].push(await measureRound(task));
    }
    return rounds;
  } finally {
    dataDir.remove();
  }
};

const run = async (context: BenchContext): Promise<void> => {
  assertOpenFiles(SOCKETS);
  method.forEach(context.print);
  const rounds = await measureAll(context);
  context.table(
    stateNames.flatMap((name) =>
      rounds[name].flatMap((readings, index) => readings.map((each) => readingRow(name, index + 1, each))),
    ),
  );
  context.print('');
  context.print('KiB per socket:');
  context.table(stateNames.map((name) => summaryRow(name, rounds[name])));
};

export const bench: Bench = {
  name: 'idle-sockets',
  summary: `memory of the server for each idle socket, of ${SOCKETS}`,
  run,
};
