import { formatTable, percentile } from '../../bench/report.ts';
import { type Act, defineAct, type ResultRow, type Settings } from '../act.ts';
import type { Fault } from './fault.ts';
import { defaultSettings, leastAcked, type RunResult, runDelivery } from './run.ts';
import type { DeliveryStage } from './stage.ts';
import { isWhole, type Verdict } from './verdict.ts';

const faultsOf = ({ lost, invented, doubled, reordered }: Verdict) => ({
  lost: lost.length,
  invented: invented.length,
  doubled: doubled.length,
  reordered: reordered.length,
});

/** So many of what went wrong are told one by one. */
const maxTold = 10;

const printRun = (run: number, result: RunResult, { print }: Settings): void => {
  const { verdict, recoveriesMs, tookMs, withheld } = result;
  const { attempted, acked, observed } = verdict;
  const counts = Object.entries({ attempted, withheld, acked, observed, ...faultsOf(verdict) })
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
  const rate = Math.round(acked / (tookMs / 1_000));
  print(
    `  run ${run}: ${counts}; ${rate} messages/s; whole after ${Math.round(Math.max(...recoveriesMs))} ms`,
  );
  const { lost, invented, doubled, reordered } = verdict;
  for (const fault of [...lost, ...invented, ...doubled, ...reordered].slice(0, maxTold))
    print(`    ${fault}`);
};

const round = (value: number): number | string => (Number.isNaN(value) ? '' : Math.round(value));

const sum = (results: RunResult[], of: (result: RunResult) => number): number =>
  results.reduce((total, result) => total + of(result), 0);

const judge = async <S extends DeliveryStage>(
  stage: S,
  fault: Fault<S>,
  settings: Settings,
): Promise<ResultRow> => {
  const results: RunResult[] = [];
  for (let run = 1; run <= settings.runs; run += 1) {
    const result = await runDelivery(stage, fault);
    printRun(run, result, settings);
    results.push(result);
  }
  const recoveries = results.flatMap(({ recoveriesMs }) => recoveriesMs);
  const resumes = results.flatMap(({ resumesMs }) => resumesMs);
  const worst = Math.max(...recoveries);
  const isKept =
    results.every(({ verdict }) => isWhole(verdict) && verdict.acked >= leastAcked(defaultSettings)) &&
    worst <= fault.limitMs * settings.tolerance;
  return {
    failure: fault.name,
    runs: settings.runs,
    acked: sum(results, ({ verdict }) => verdict.acked),
    observed: sum(results, ({ verdict }) => verdict.observed),
    lost: sum(results, ({ verdict }) => verdict.lost.length),
    invented: sum(results, ({ verdict }) => verdict.invented.length),
    doubled: sum(results, ({ verdict }) => verdict.doubled.length),
    reordered: sum(results, ({ verdict }) => verdict.reordered.length),
    'messages/s': Math.round(
      sum(results, ({ verdict }) => verdict.acked) / (sum(results, ({ tookMs }) => tookMs) / 1_000),
    ),
    'resume p50, ms': round(percentile(resumes, 50)),
    'p95, ms': round(percentile(resumes, 95)),
    'whole p50, ms': round(percentile(recoveries, 50)),
    'worst, ms': round(worst),
    'limit, ms': fault.limitMs,
    verdict: isKept ? 'kept' : 'BROKEN',
  };
};

/** Failures of delivery, judged by what was attempted, acknowledged, shown and kept. */
export const defineDeliveryAct = <S extends DeliveryStage>(
  start: () => Promise<S>,
  failures: readonly Fault<S>[],
): Act =>
  defineAct({ start, failures, judge, printRow: (row, { print }) => formatTable([row]).forEach(print) });
