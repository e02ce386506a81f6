// `npm run chaos` lists what can be done to a call; `npm run chaos -- NAME…` and `npm run chaos -- all` do it, ten times each.
import { parseArgs } from 'node:util';
import { loadLine, machineFacts } from '../bench/machine.ts';
import { prepareLikeTests } from '../bench/prepare.ts';
import { formatTable, summarize } from '../bench/report.ts';
import { startCall } from './call.ts';
import type { Failure } from './failure.ts';
import { blackHoles } from './failures/black-holes.ts';
import { processKilled } from './failures/process.ts';
import { seatGone } from './failures/seat-gone.ts';
import { sleep } from './failures/sleep.ts';
import { socketLost } from './failures/sockets.ts';
import { workerCrashed, workerKilled, workerStopped } from './failures/workers.ts';
import { type Pairs, pause } from './hearing.ts';
import { isInside, runInside } from './namespace.ts';
import { roamingFailures } from './roaming/failures.ts';
import { startRoamingCall } from './roaming/roaming-call.ts';
import { splitFailures } from './split/failures.ts';
import { startSplitCall } from './split/split-call.ts';

interface Stage {
  pairs: Pairs;
  close(): Promise<void>;
}

/** Failures that are inflicted on one call, one after the other. */
interface Act<S extends Stage> {
  start: () => Promise<S>;
  failures: readonly Failure<S>[];
}

const defineAct = <S extends Stage>(start: () => Promise<S>, failures: readonly Failure<S>[]) =>
  ({ start, failures }) as unknown as Act<Stage>;

/** The whole in one process, a device that roams, then many processes over Redis. */
const acts: readonly Act<Stage>[] = [
  defineAct(startCall, [
    socketLost,
    workerKilled,
    workerCrashed,
    workerStopped,
    processKilled,
    sleep,
    ...blackHoles,
    seatGone,
  ]),
  defineAct(startRoamingCall, roamingFailures),
  defineAct(startSplitCall, splitFailures),
];

const failures = acts.flatMap((act) => act.failures);

/** Steady sound before each: one failure's echo is not to be taken for the next one's, nor silence for sound. */
const restMs = 2_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '10' },
    tolerance: { type: 'string', default: '1' },
    inside: { type: 'boolean' },
  },
});

const print = (line: string): void => console.log(line);

const list = (): void => {
  print('npm run chaos -- [--runs N] [--tolerance N] NAME… | all');
  for (const { name, summary, limitMs } of failures)
    print(`  ${name.padEnd(16)}${summary}; ${limitMs} ms at most`);
};

interface Settings {
  runs: number;
  /** How many times its limit a failure may take: a loaded machine is slower. */
  tolerance: number;
}

const judge = async (call: Stage, failure: Failure<Stage>, { runs, tolerance }: Settings) => {
  const costs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    for (const [listener, speaker] of call.pairs) await listener.hearsPitchOf(speaker);
    await pause(failure.restMs ?? restMs);
    const cost = await failure.inflict(call);
    print(`  run ${run + 1}: ${cost.map(Math.round).join(' and ')} ms`);
    costs.push(...cost);
  }
  const { median, worst } = summarize(costs);
  const verdict = worst <= failure.limitMs * tolerance ? 'kept' : 'BROKEN';
  return {
    failure: failure.name,
    runs,
    'median, ms': median,
    'worst, ms': worst,
    'limit, ms': failure.limitMs,
    verdict,
  };
};

const play = async ({ start, failures: chosen }: Act<Stage>, settings: Settings) => {
  const rows: Awaited<ReturnType<typeof judge>>[] = [];
  if (chosen.length === 0) return rows;
  const call = await start();
  try {
    for (const failure of chosen) {
      print(`${failure.name}: ${failure.summary}`);
      rows.push(await judge(call, failure, settings));
      formatTable(rows.slice(-1)).forEach(print);
    }
  } finally {
    await call.close();
  }
  return rows;
};

const run = async (
  isChosen: (failure: { name: string }) => boolean,
  settings: Settings,
): Promise<boolean> => {
  machineFacts(new Date()).forEach(print);
  print(loadLine('before'));
  const rows = [];
  for (const act of acts)
    rows.push(...(await play({ ...act, failures: act.failures.filter(isChosen) }, settings)));
  print(loadLine('after'));
  formatTable(rows).forEach(print);
  return rows.every(({ verdict }) => verdict === 'kept');
};

const main = async (): Promise<number> => {
  const unknown = positionals.filter(
    (name) => name !== 'all' && !failures.some((failure) => failure.name === name),
  );
  if (positionals.length === 0 || unknown.length > 0) {
    if (unknown.length > 0) print(`There is no ${unknown.join(', ')}.`);
    list();
    return unknown.length > 0 ? 1 : 0;
  }
  const ending = new AbortController();
  if (!isInside(process.argv)) {
    // Before: there is no way out of the namespace.
    await prepareLikeTests(ending.signal);
    return runInside(process.argv.slice(1), ending.signal);
  }
  const isChosen = ({ name }: { name: string }) => positionals.includes('all') || positionals.includes(name);
  const settings = { runs: Number(values.runs), tolerance: Number(values.tolerance) };
  return (await run(isChosen, settings)) ? 0 : 1;
};

process.exitCode = await main();
