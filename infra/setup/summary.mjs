/**
 * @typedef {{ passed: number, failed: number }} Summary
 */

/**
 * What a vitest or jest report in JSON comes to. A file that did not even load counts as one failure, and so does a run
 * that ended badly with no test to blame.
 *
 * @param {unknown} report the parsed report, or null where there is none
 * @param {number} exitCode of the run
 * @returns {Summary}
 */
export function summaryOf(report, exitCode) {
  const {
    numPassedTests = 0,
    numFailedTests = 0,
    testResults = [],
  } = /** @type {{ numPassedTests?: number, numFailedTests?: number, testResults?: FileResult[] }} */ (
    report ?? {}
  );
  const broken = testResults.filter(
    ({ status, assertionResults = [] }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  const failed = numFailedTests + broken.length;
  return { passed: numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}

/**
 * @typedef {{ status: string, assertionResults?: { status: string }[] }} FileResult
 */

/**
 * The line that whoever runs the tests may rely on.
 *
 * @param {Summary} summary
 */
export function summaryLine({ passed, failed }) {
  return `${passed} passed, ${failed} failed`;
}
