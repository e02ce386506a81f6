import { formatTable, summarize } from '../bench/report.ts';
import { type Act, defineAct, type ResultRow, type Settings } from './act.ts';
import type { Failure } from './failure.ts';
import { type Pairs, pause } from './hearing.ts';

interface Stage {
  pairs: Pairs;
  close(): Promise<void>;
}

/** Steady sound before each: one failure's echo is not to be taken for the next one's, nor silence for sound. */
const restMs = 2_000;

const judge = async <S extends Stage>(
  call: S,
  failure: Failure<S>,
  { runs, tolerance, print }: Settings,
): Promise<ResultRow> => {
  const costs: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    for (const [listener, speaker] of call.pairs) await listener.hearsPitchOf(speaker);
    await pause(failure.restMs ?? restMs);
    const cost = await failure.inflict(call);
    print(`  run ${run + 1}: ${cost.map(Math.round).join(' and ')} ms`);
    costs.push(...cost);
  }
  const { median, worst } = summarize(costs);
  return {
    failure: failure.name,
    runs,
    'median, ms': median,
    'worst, ms': worst,
    'limit, ms': failure.limitMs,
    verdict: worst <= failure.limitMs * tolerance ? 'kept' : 'BROKEN',
  };
};

/** Failures of a call, judged by what its people hear. */
export const defineCallAct = <S extends Stage>(
  start: () => Promise<S>,
  failures: readonly Failure<S>[],
): Act =>
  defineAct({ start, failures, judge, printRow: (row, { print }) => formatTable([row]).forEach(print) });
