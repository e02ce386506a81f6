// `npm test [-- arguments of vitest]`: the set-up with what tests need, `npm run check` (where no arguments narrow the
// run), and the tests. The last line is always "N passed, N failed".
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runChecks } from './checks.mjs';
import { runInForeground } from './child.mjs';
import { runEntry } from './context.mjs';
import { makeMemoryFolder } from './memory-folder.mjs';
import { prepareAll } from './prepare.mjs';
import { summaryLine, summaryOf } from './summary.mjs';

await runEntry({
  args: process.argv.slice(2),
  main: async (ctx, args) => {
    const prepared = await prepareAll(ctx, { tests: true });
    const check = args.length > 0 ? null : await runChecks(ctx, prepared);
    ctx.assertRunning();
    const tests = await runTests(ctx, prepared, args);
    const passed = tests.passed + (check === true ? 1 : 0);
    const failed = tests.failed + (check === false ? 1 : 0);
    const anyRan = tests.passed + tests.failed > 0;
    if (!anyRan) ctx.print('✘ no test ran');
    ctx.print(summaryLine({ passed, failed: anyRan ? failed : failed + 1 }));
    return anyRan && failed === 0 ? 0 : 1;
  },
  onFailure: () => console.log(summaryLine({ passed: 0, failed: 1 })),
});

/**
 * @param {import('./context.mjs').Context} ctx
 * @param {import('./prepare.mjs').Prepared} prepared
 * @param {string[]} args
 */
async function runTests(ctx, { nodePath, env }, args) {
  const report = path.join(ctx.cache, 'test', 'report.json');
  // What an earlier run left must not pass for this one's.
  rmSync(report, { force: true });
  const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const memory = makeMemoryFolder();
  try {
    const exitCode = await runInForeground({
      command: nodePath,
      args: [vitest, 'run', ...reporters, ...args],
      cwd: ctx.root,
      env: memory === null ? env : { ...env, TMPDIR: memory.path },
    });
    return summaryOf(readReport(report), exitCode);
  } finally {
    memory?.remove();
  }
}

/** @param {string} file */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
