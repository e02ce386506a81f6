// `npm run bench` lists the benchmarks; `npm run bench -- NAME…` and `npm run bench -- all` run them.
import { catalogue, selectBenches } from './catalogue.ts';
import { loadLine, machineFacts } from './machine.ts';
import { prepareLikeTests } from './prepare.ts';
import { type BenchContext, formatTable } from './report.ts';

const SIGNAL_EXIT = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

const print = (line: string): void => console.log(line);

const list = async (): Promise<void> => {
  print('npm run bench -- NAME… | all');
  for (const [name, load] of Object.entries(catalogue)) {
    const summary = await load().then(
      ({ bench }) => bench.summary,
      (error: Error) => `✘ cannot be loaded: ${error.message}`,
    );
    print(`  ${name.padEnd(14)}${summary}`);
  }
};

/** Runs one and says how it ended; resolves with whether it went well. */
const runBench = async (name: string, signal: AbortSignal): Promise<boolean> => {
  const context: BenchContext = {
    print,
    table: (rows) => formatTable(rows).forEach(print),
    signal,
  };
  const startedAt = performance.now();
  const took = () => `${((performance.now() - startedAt) / 1_000).toFixed(0)} s`;
  print('');
  print(`# ${name}`);
  print(loadLine('before'));
  try {
    const { bench } = await (catalogue[name] as NonNullable<(typeof catalogue)[string]>)();
    print(bench.summary);
    await bench.run(context);
    signal.throwIfAborted();
  } catch (error) {
    if (signal.aborted) print(`✘ ${name} — interrupted after ${took()}`);
    else console.error(`✘ ${name} — failed after ${took()}:`, error);
    return false;
  }
  print(loadLine('after'));
  print(`✔ ${name} — ${took()}`);
  return true;
};

const main = async (args: string[]): Promise<void> => {
  const names = selectBenches(args, Object.keys(catalogue));
  if (names.length === 0) return list();
  const stopping = new AbortController();
  for (const [signal, exitCode] of Object.entries(SIGNAL_EXIT)) {
    process.on(signal, () => {
      process.exitCode = exitCode;
      stopping.abort(new Error(`interrupted by ${signal}`));
    });
  }
  await prepareLikeTests(stopping.signal);
  machineFacts(new Date()).forEach(print);
  for (const name of names) {
    if (stopping.signal.aborted) return;
    if (!(await runBench(name, stopping.signal))) process.exitCode ??= 1;
  }
};

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`✘ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode ??= 1;
}
