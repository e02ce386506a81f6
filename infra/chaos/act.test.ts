import { expect, it } from 'vitest';
import { readCounts } from './act.ts';

it.each([
  ['0', '1'],
  ['-1', '1'],
  ['1.5', '1'],
  ['x', '1'],
  ['', '1'],
  ['1', '0'],
  ['1', 'x'],
])('refuses --runs %s --tolerance %s: nothing is kept in no run', (runs, tolerance) => {
  expect(readCounts({ runs, tolerance })).toMatch(/^--(runs|tolerance) takes /);
});

it('takes a number of runs and a tolerance', () => {
  expect(readCounts({ runs: '3', tolerance: '0.5' })).toEqual({ runs: 3, tolerance: 0.5 });
});
