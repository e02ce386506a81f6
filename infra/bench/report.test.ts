import { expect, test } from 'vitest';
import { formatTable, percentile, summarize } from './report.ts';

test('a summary has the middle value, the largest and their number, in whatever order they came', () => {
  expect(summarize([5, 100, 1, 7, 3])).toEqual({ median: 5, worst: 100, count: 5 });
});

test('the median of an even number of values lies between the middle two', () => {
  expect(summarize([10, 2, 4, 1]).median).toBe(3);
});

test('percentiles fall on the values at both ends and between neighbours elsewhere', () => {
  const hundredAndOne = Array.from({ length: 101 }, (_, value) => value);
  expect(percentile(hundredAndOne, 0)).toBe(0);
  expect(percentile(hundredAndOne, 99)).toBe(99);
  expect(percentile([0, 10], 75)).toBe(7.5);
  expect(percentile([4], 99)).toBe(4);
});

test('a percentile of nothing is no number, and the values handed over keep their order', () => {
  expect(percentile([], 50)).toBeNaN();
  const values = [3, 1, 2];
  percentile(values, 50);
  expect(values).toEqual([3, 1, 2]);
});

test('a table aligns text to the left and numbers to the right, and leaves out what a row has not', () => {
  const rows: Record<string, string | number>[] = [
    { step: 'node', ms: 5 },
    { step: 'web page', ms: 1200, note: 'built' },
  ];
  expect(formatTable(rows)).toEqual(['step        ms  note', 'node         5', 'web page  1200  built']);
});
