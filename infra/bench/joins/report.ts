import { type Counts, differences, type Expected, growths, type Reading } from './reading.ts';

/** The design compares the second thousand with the tenth. */
export const PARTS = 10;
const FROM_PART = 2;
const MOST_GROWTH = 0.1;

/** What each hundredth round leaves behind is a leak, whatever it is; what is made once is not. */
const ROUNDS_PER_LEAK = 100;
const MOST_NOISE = 50;

const MIB = 1024 * 1024;

/** What one tenth of the rounds came to. */
export interface Part {
  rounds: number;
  tookMs: number;
  /** Rounds that were played again, since a worker had died. */
  retried: number;
  refused: Counts;
  reading: Reading;
}

const inMib = (bytes: number): number => Number((bytes / MIB).toFixed(1));

const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

export const readingRow = ({ when, reading }: Check): Record<string, string | number> => {
  const { inside, outside } = reading;
  const { 'in workers': held = 0, ...ofJoins } = inside;
  return {
    after: when,
    'heap MiB': inMib(reading.heapBytes),
    'rss MiB': inMib(reading.rssBytes),
    'worker MiB': inMib(reading.keptWorkerRssBytes),
    'new worker MiB': inMib(reading.newWorkerRssBytes),
    ...outside,
    'of joins': sumOf(ofJoins),
    'in workers': held,
    'all objects': sumOf(reading.byClass),
  };
};

export const partRows = (parts: Part[]): Record<string, string | number>[] => {
  const codes = [...new Set(parts.flatMap(({ refused }) => Object.keys(refused)))].sort();
  return parts.map((part, index) => ({
    part: index + 1,
    rounds: part.rounds,
    'rounds/s': Number((part.rounds / (part.tookMs / 1_000)).toFixed(0)),
    'played again': part.retried,
    ...Object.fromEntries(codes.map((code) => [code, part.refused[code] ?? 0])),
  }));
};

const growthLine = (name: string, from: number, to: number): { line: string; isTooMuch: boolean } => {
  const growth = to / from - 1;
  const percent = `${growth < 0 ? '' : '+'}${(growth * 100).toFixed(1)} %`;
  return {
    line: `${name}: ${inMib(from)} → ${inMib(to)} MiB, ${percent}`,
    isTooMuch: growth > MOST_GROWTH,
  };
};

/** A reading, and what there was before whatever has ended by then. */
export interface Check {
  when: string;
  expected: Pick<Expected, 'outside' | 'inside'>;
  reading: Reading;
}

export interface Verdict {
  lines: string[];
  isGood: boolean;
}

const leftLines = (checks: Check[]): string[] =>
  checks.flatMap(({ when, expected, reading }) =>
    [
      ...differences(expected.outside ?? {}, reading.outside),
      ...differences(expected.inside ?? {}, reading.inside),
    ].map((difference) => `after ${when}: ${difference}`),
  );

/** Whether it came back where it began: as many of everything after each part, and no more memory. */
export const verdict = (checks: Check[], parts: Part[]): Verdict => {
  const from = parts[FROM_PART - 1]?.reading;
  const to = parts.at(-1)?.reading;
  if (!from || !to) throw new Error('there are too few parts to compare');
  const left = leftLines(checks);
  const between = parts.slice(FROM_PART).reduce((sum, { rounds }) => sum + rounds, 0);
  const leaks = growths(from.byClass, to.byClass, Math.max(MOST_NOISE, between / ROUNDS_PER_LEAK));
  const memory = [
    growthLine('resident memory of the server', from.rssBytes, to.rssBytes),
    growthLine('resident memory of the worker', from.keptWorkerRssBytes, to.keptWorkerRssBytes),
    growthLine('heap of the server', from.heapBytes, to.heapBytes),
  ];
  const isGood = left.length + leaks.length === 0 && !memory.some(({ isTooMuch }) => isTooMuch);
  return {
    lines: [
      `counts: ${left.length === 0 ? 'equal' : 'NOT equal'} after each of ${checks.length} readings`,
      ...left.map((line) => `  ${line}`),
      `objects of any class, part ${FROM_PART} → part ${parts.length}: ${leaks.length === 0 ? 'none grows' : 'SOME GROW'} with the rounds`,
      ...leaks.map((line) => `  ${line}`),
      `memory, part ${FROM_PART} → part ${parts.length}:`,
      ...memory.map(({ line, isTooMuch }) => `  ${line}${isTooMuch ? ': TOO MUCH' : ''}`),
      `verdict: ${isGood ? 'comes back where it began' : 'does NOT come back where it began'}`,
    ],
    isGood,
  };
};

/** What the server has warned of, with how often. */
export const serverWarnings = (output: string): Record<string, string | number>[] => {
  const counts = new Map<string, number>();
  for (const [, text = ''] of output.matchAll(/^\{"level":[4-6]0,.*"msg":"([^"]*)"\}$/gm)) {
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([warning, times]) => ({ warning, times }));
};
