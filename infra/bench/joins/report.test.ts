import { expect, test } from 'vitest';
import type { Reading } from './reading.ts';
import { type Part, partRows, serverWarnings, verdict } from './report.ts';

const MIB = 1024 * 1024;

const reading = (changes: Partial<Reading> = {}): Reading => ({
  outside: { seats: 1, files: 40 },
  inside: { Seat: 1 },
  byClass: { Object: 1_000 },
  heapBytes: 30 * MIB,
  rssBytes: 100 * MIB,
  keptWorkerRssBytes: 10 * MIB,
  newWorkerRssBytes: 10 * MIB,
  ...changes,
});

/** Ten parts of a thousand rounds; the last one reads otherwise. */
const partsEndingIn = (last: Partial<Reading>): Part[] =>
  Array.from({ length: 10 }, (_, index) => ({
    ...{ rounds: 1_000, tookMs: 2_000, retried: 0, refused: {} },
    reading: reading(index === 9 ? last : {}),
  }));

const judge = (last: Partial<Reading>) => {
  const parts = partsEndingIn(last);
  const expected = reading();
  return verdict(
    parts.map((part, index) => ({ when: `part ${index + 1}`, expected, reading: part.reading })),
    parts,
  );
};

test('as many of everything and a little more memory is where it began', () => {
  expect(judge({ rssBytes: 109 * MIB, byClass: { Object: 1_070 } })).toMatchObject({ isGood: true });
});

test('one that is left behind is named, with the part after which it is', () => {
  const { isGood, lines } = judge({ inside: { Seat: 2 } });
  expect(isGood).toBe(false);
  expect(lines).toContain('  after part 10: Seat 1 → 2');
});

test('a tenth more resident memory is too much, of the server as of the worker', () => {
  expect(judge({ rssBytes: 111 * MIB })).toMatchObject({ isGood: false });
  expect(judge({ keptWorkerRssBytes: 11.1 * MIB })).toMatchObject({ isGood: false });
});

test('a class that grows by one in a hundred rounds is a leak, whatever it is', () => {
  const { isGood, lines } = judge({ byClass: { Object: 1_000, TimersList: 80 } });
  expect(isGood).toBe(false);
  expect(lines).toContain('  TimersList 0 → 80');
});

test('each code that was refused in any part has a column in every part', () => {
  const [first, second] = partsEndingIn({});
  const rows = partRows([{ ...first!, refused: { NotFound: 2 } }, second!]);
  expect(rows.map(({ NotFound }) => NotFound)).toEqual([2, 0]);
});

test('what the server warned of is counted by its sentence, and what it told is not', () => {
  const line = (level: number, msg: string) => JSON.stringify({ level, time: 1, err: { message: 'x' }, msg });
  const output = [
    line(50, 'died'),
    'Boltorezka is ready',
    line(30, 'opened'),
    line(40, 'slow'),
    line(50, 'died'),
  ];
  expect(serverWarnings(output.join('\n'))).toEqual([
    { warning: 'died', times: 2 },
    { warning: 'slow', times: 1 },
  ]);
});
