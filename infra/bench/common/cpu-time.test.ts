import { expect, test } from 'vitest';
import { readCpuTimes, spentNs } from './cpu-time.ts';

test('what came in between counts whole, and what went does not count', () => {
  const before = new Map([
    [1, 100],
    [2, 50],
  ]);
  const after = new Map([
    [1, 130],
    [3, 7],
  ]);
  expect(spentNs(before, after)).toBe(37);
});

test('work of this process shows in its time, and a process that is not there has none', () => {
  const before = readCpuTimes([process.pid]);
  const until = performance.now() + 20;
  while (performance.now() < until);
  expect(spentNs(before, readCpuTimes([process.pid]))).toBeGreaterThan(1e6);
  expect([...readCpuTimes([2 ** 30]).values()]).toEqual([0]);
});
