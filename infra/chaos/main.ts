// `npm run chaos` lists what can be done to a call; `npm run chaos -- NAME…` and `npm run chaos -- all` do it, ten times each.
import { parseArgs } from 'node:util';
import { loadLine, machineFacts } from '../bench/machine.ts';
import { formatTable, summarize } from '../bench/report.ts';
import { type Call, pause, startCall } from './call.ts';
import type { Failure } from './failure.ts';
import { blackHoles } from './failures/black-holes.ts';
import { socketLost } from './failures/sockets.ts';
import { workerKilled, workerStopped } from './failures/workers.ts';
import { isInside, runInside } from './namespace.ts';

const failures: readonly Failure[] = [socketLost, workerKilled, workerStopped, ...blackHoles];

/** Steady sound before each: one failure's echo is not to be taken for the next one's, nor silence for sound. */
const restMs = 2_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '10' }, inside: { type: 'boolean' } },
});

const print = (line: string): void => console.log(line);

const list = (): void => {
  print('npm run chaos -- [--runs N] NAME… | all');
  for (const { name, summary, limitMs } of failures)
    print(`  ${name.padEnd(16)}${summary}; ${limitMs} ms at most`);
};

const judge = async (call: Call, failure: Failure, runs: number) => {
  const costs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    for (const [listener, speaker] of call.pairs) await listener.hearsPitchOf(speaker);
    await pause(restMs);
    const cost = await failure.inflict(call);
    print(`  run ${run + 1}: ${cost.map(Math.round).join(' and ')} ms`);
    costs.push(...cost);
  }
  const { median, worst } = summarize(costs);
  const verdict = worst <= failure.limitMs ? 'kept' : 'BROKEN';
  return {
    failure: failure.name,
    runs,
    'median, ms': median,
    'worst, ms': worst,
    'limit, ms': failure.limitMs,
    verdict,
  };
};

const run = async (chosen: readonly Failure[], runs: number): Promise<boolean> => {
  machineFacts(new Date()).forEach(print);
  print(loadLine('before'));
  const call = await startCall();
  const rows = [];
  try {
    for (const failure of chosen) {
      print(`${failure.name}: ${failure.summary}`);
      rows.push(await judge(call, failure, runs));
      formatTable(rows.slice(-1)).forEach(print);
    }
  } finally {
    await call.close();
  }
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
  if (!isInside(process.argv)) return runInside(process.argv.slice(1), ending.signal);
  const chosen = failures.filter(({ name }) => positionals.includes('all') || positionals.includes(name));
  return (await run(chosen, Number(values.runs))) ? 0 : 1;
};

process.exitCode = await main();
