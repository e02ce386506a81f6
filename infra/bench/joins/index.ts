import { createRandom, dealRounds } from '../../../signaling/test/restless-crowd.ts';
import type { RoundKind } from '../../../signaling/test/restless-person.ts';
import { abortable } from '../common/abortable.ts';
import { createCleanup } from '../common/cleanup.ts';
import type { Bench, BenchContext } from '../report.ts';
import { type Reading, readWhenQuiet } from './reading.ts';
import { type Check, PARTS, type Part, partRows, readingRow, serverWarnings, verdict } from './report.ts';
import { leaveAll, openStage, playPart, type Stage, watchServer } from './stage.ts';

const ROUNDS = 10_000;
const PEOPLE = 20;
const ROOMS = 6;
const SEED = 1;

/** Fewer only try the benchmark out: BENCH_ROUNDS=1000. */
const readRoundCount = (): number => Number(process.env.BENCH_ROUNDS ?? ROUNDS);

const method = (rounds: number) => [
  `${rounds} rounds in ${PARTS} parts, of ${PEOPLE} people at once in ${ROOMS} rooms: each round a join, a failure or a leave of the kinds in`,
  'signaling/test/restless-person.ts, in the same shares in each part, shuffled by a seed. A witness sits in one of the rooms all',
  'along. Halfway through each part one of the two media workers is killed, never the witness’s: a killed worker’s memory says',
  'nothing, so “worker” is the one that lives. After each part everybody leaves but the witness, and as soon as the counts are as',
  'before, or after 30 s, garbage is collected through the inspector until the heap shrinks no more, and memory is read.',
  'seats, sockets: /metrics. files: open descriptors of the server. timers, handles: what keeps its event loop alive. objects: rooms,',
  'peers, seats, connections, sockets, workers, routers, transports, producers, consumers on its heap, by the inspector;',
  '“in workers”: what the workers themselves say that they hold.',
];

const playOne = async (stage: Stage, rounds: RoundKind[], began: Reading): Promise<Part> => {
  const startedAt = performance.now();
  const retried = await playPart(stage, rounds);
  const tookMs = performance.now() - startedAt;
  await leaveAll(stage);
  const { watched, keptWorkerPid } = stage;
  const { outside, inside } = began;
  const reading = await readWhenQuiet(watched, { keptWorkerPid, outside, inside });
  return { rounds: rounds.length, tookMs, retried, refused: stage.takeRefused(), reading };
};

/** What the system sees of a server: so much, and this. A server that has just started has timers that end. */
const outsideOf = ({ outside }: Reading, added: number) => {
  const { files = 0, handles = 0 } = outside;
  return { seats: added, sockets: added, files: files + added, handles: handles + added };
};

interface Measured {
  parts: Part[];
  checks: Check[];
  warnings: Record<string, string | number>[];
}

const measure = async ({ print, signal }: BenchContext, rounds: number): Promise<Measured> => {
  const cleanup = createCleanup();
  try {
    const watched = await watchServer(cleanup);
    const empty = await readWhenQuiet(watched);
    const stage = await openStage(watched, { people: PEOPLE, rooms: ROOMS, seed: SEED }, cleanup);
    const { keptWorkerPid, witness } = stage;
    const seated = { outside: outsideOf(empty, 1) };
    const began = await readWhenQuiet(watched, { keptWorkerPid, ...seated });
    const checks: Check[] = [
      { when: 'the start', expected: {}, reading: empty },
      { when: 'the witness came', expected: seated, reading: began },
    ];
    const parts: Part[] = [];
    while (parts.length < PARTS) {
      const dealt = dealRounds(Math.ceil(rounds / PARTS), createRandom(SEED + parts.length));
      const part = await abortable(playOne(stage, dealt, began), signal);
      parts.push(part);
      print(`part ${parts.length} of ${PARTS}: ${(part.tookMs / 1_000).toFixed(1)} s`);
      checks.push({ when: `part ${parts.length}`, expected: began, reading: part.reading });
    }
    await witness.socket.close();
    const expected = { outside: outsideOf(empty, 0), inside: empty.inside };
    const ended = await readWhenQuiet(watched, { keptWorkerPid, ...expected });
    checks.push({ when: 'the witness left', expected, reading: ended });
    return { parts, checks, warnings: serverWarnings(watched.server.output()) };
  } finally {
    await cleanup.close();
  }
};

const run = async (context: BenchContext): Promise<void> => {
  const { print, table } = context;
  const rounds = readRoundCount();
  method(rounds).forEach(print);
  const { parts, checks, warnings } = await measure(context, rounds);
  print('');
  table(partRows(parts));
  print('');
  table(checks.map(readingRow));
  print('');
  if (warnings.length > 0) table(warnings);
  print('');
  const { lines, isGood } = verdict(checks, parts);
  lines.forEach(print);
  if (!isGood) throw new Error('it does not come back where it began');
};

export const bench: Bench = {
  name: 'joins',
  summary: `what ${ROUNDS} joins, failures and leaves leave behind in the server: objects, and resident memory`,
  run,
};
