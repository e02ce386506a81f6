// `npm run chaos` lists what can be done to a call, and to those who write; `npm run chaos -- NAME…` and `npm run chaos -- all` do it, ten times each.
import { parseArgs } from 'node:util';
import { loadLine, machineFacts } from '../bench/machine.ts';
import { prepareLikeTests } from '../bench/prepare.ts';
import { formatTable } from '../bench/report.ts';
import { type Act, type Listed, type ResultRow, readCounts, type Settings } from './act.ts';
import { startCall } from './call.ts';
import { defineCallAct } from './call-act.ts';
import { defineDeliveryAct } from './delivery/act.ts';
import { startEmbeddedStage } from './delivery/embedded-stage.ts';
import { embeddedFaults, splitFaults } from './delivery/faults.ts';
import { startSplitStage } from './delivery/split-stage.ts';
import { blackHoles } from './failures/black-holes.ts';
import { processKilled } from './failures/process.ts';
import { seatGone } from './failures/seat-gone.ts';
import { sleep } from './failures/sleep.ts';
import { socketLost } from './failures/sockets.ts';
import { workerCrashed, workerKilled, workerStopped } from './failures/workers.ts';
import { isInside, runInside } from './namespace.ts';
import { roamingFailures } from './roaming/failures.ts';
import { startRoamingCall } from './roaming/roaming-call.ts';
import { splitFailures } from './split/failures.ts';
import { startSplitCall } from './split/split-call.ts';

const people = 12;

/** A call with the whole in one process, a device that roams, many processes over Redis; then chat in one and in many. */
const acts: readonly Act[] = [
  defineCallAct(startCall, [
    socketLost,
    workerKilled,
    workerCrashed,
    workerStopped,
    processKilled,
    sleep,
    ...blackHoles,
    seatGone,
  ]),
  defineCallAct(startRoamingCall, roamingFailures),
  defineCallAct(startSplitCall, splitFailures),
  defineDeliveryAct(() => startEmbeddedStage(people), embeddedFaults),
  defineDeliveryAct(() => startSplitStage(people), splitFaults),
];

const failures = acts.flatMap((act) => act.failures);

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
    print(`  ${name.padEnd(28)}${summary}; ${limitMs} ms at most`);
};

const run = async (isChosen: (failure: Listed) => boolean, settings: Settings): Promise<boolean> => {
  machineFacts(new Date()).forEach(print);
  print(loadLine('before'));
  const tables: ResultRow[][] = [];
  for (const act of acts) tables.push(await act.play(isChosen, settings));
  print(loadLine('after'));
  // Each has columns of its own.
  for (const rows of tables) formatTable(rows).forEach(print);
  return tables.flat().every(({ verdict }) => verdict === 'kept');
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
  const counts = readCounts(values);
  if (typeof counts === 'string') {
    print(counts);
    return 1;
  }
  const ending = new AbortController();
  if (!isInside(process.argv)) {
    // Before: there is no way out of the namespace.
    await prepareLikeTests(ending.signal);
    return runInside(process.argv.slice(1), ending.signal);
  }
  const isChosen = ({ name }: Listed) => positionals.includes('all') || positionals.includes(name);
  return (await run(isChosen, { ...counts, print })) ? 0 : 1;
};

process.exitCode = await main();
