import { expect, test } from 'vitest';
import { summaryLine, summaryOf } from './summary.mjs';

const file = (status: string, ...assertions: string[]) => ({
  status,
  assertionResults: assertions.map((assertion) => ({ status: assertion })),
});

test('tests are counted as the report has them', () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 2,
    testResults: [file('failed', 'passed', 'failed', 'failed')],
  };
  expect(summaryLine(summaryOf(report, 1))).toBe('5 passed, 2 failed');
});

test('a file that did not load is a failure, though no test of it ran', () => {
  const report = {
    numPassedTests: 3,
    numFailedTests: 0,
    testResults: [file('passed', 'passed'), file('failed')],
  };
  expect(summaryOf(report, 1)).toEqual({ passed: 3, failed: 1 });
});

test('a run that ends badly with every test passed has one failure', () => {
  expect(summaryOf({ numPassedTests: 3, numFailedTests: 0, testResults: [] }, 1)).toEqual({
    passed: 3,
    failed: 1,
  });
  expect(summaryOf(null, 130)).toEqual({ passed: 0, failed: 1 });
});

test('a run in which nothing ran has neither', () => {
  expect(summaryOf(null, 0)).toEqual({ passed: 0, failed: 0 });
});
