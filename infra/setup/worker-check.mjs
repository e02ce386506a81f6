// `npm run worker:check`: mediasoup's own tests against the worker in use.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runInForeground } from './child.mjs';
import { runEntry } from './context.mjs';
import { explaining } from './errors.mjs';
import { NPM_FLAGS } from './npm-flags.mjs';
import { prepareAll } from './prepare.mjs';
import { runStep } from './run.mjs';
import { summaryLine, summaryOf } from './summary.mjs';

/** What mediasoup's tests import, in the versions that its package.json names. */
const TOOLS = ['jest', 'pick-port', 'werift-sctp'];

/** The package leaves out the certificate that this one reads; without openssl here it cannot be made either. */
/** @type {string} */
const NEEDS_CERTIFICATE = 'mediasoup.createWorker() succeeds';

await runEntry({
  args: process.argv.slice(2),
  main: async (ctx, args) => {
    const prepared = await prepareAll(ctx, { tests: false });
    const mediasoup = path.join(ctx.root, 'node_modules', 'mediasoup');
    const tools = await prepareTools(ctx, prepared, mediasoup);
    const scratch = mkdtempSync(path.join(ctx.cache, 'worker-check-'));
    try {
      const hasCertificate = await copyTests(ctx, mediasoup, scratch);
      const report = await runJest(ctx, prepared, { scratch, tools, args });
      return conclude(ctx, report, hasCertificate);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  },
});

/**
 * jest and its like in a folder of their own: nothing else here needs them.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {import('./prepare.mjs').Prepared} prepared
 * @param {string} mediasoup
 */
async function prepareTools(ctx, { env }, mediasoup) {
  const { devDependencies } = JSON.parse(readFileSync(path.join(mediasoup, 'package.json'), 'utf8'));
  const wanted = TOOLS.map((name) => `${name}@${devDependencies[name]}`);
  const prefix = path.join(ctx.cache, 'worker-check-tools');
  return runStep(ctx, {
    name: 'test tools of mediasoup',
    doing: 'installing',
    check: async () => {
      const isCurrent = ctx.stamps.read('worker-check')?.tools === wanted.join(' ');
      return isCurrent && existsSync(prefix) ? { note: 'already there', value: prefix } : null;
    },
    run: async () => {
      mkdirSync(prefix, { recursive: true });
      writeFileSync(path.join(prefix, 'package.json'), '{ "private": true }\n');
      const npm = ['install', '--prefix', prefix, ...NPM_FLAGS, '--ignore-scripts', ...wanted];
      await explaining(
        () => ctx.processes.run('npm', npm, { cwd: prefix, env, logPath: ctx.logPath('worker-check') }),
        {
          meaning: 'The tests of mediasoup cannot be run.',
          todo: 'check that npm reaches its registry: npm ping',
        },
      );
      ctx.stamps.write('worker-check', { tools: wanted.join(' ') });
      return { note: 'installed', value: prefix };
    },
  });
}

/**
 * A copy outside node_modules, where jest looks for tests, with the certificate that one of them reads.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {string} mediasoup
 * @param {string} scratch
 * @returns {Promise<boolean>} whether the certificate could be made
 */
async function copyTests(ctx, mediasoup, scratch) {
  cpSync(path.join(mediasoup, 'package.json'), path.join(scratch, 'package.json'));
  cpSync(path.join(mediasoup, 'node'), path.join(scratch, 'node'), { recursive: true });
  const data = path.join(scratch, 'node', 'lib', 'test', 'data');
  mkdirSync(data, { recursive: true });
  const files = ['-keyout', path.join(data, 'dtls-key.pem'), '-out', path.join(data, 'dtls-cert.pem')];
  const subject = ['-subj', '/CN=test', '-days', '30', '-nodes'];
  const openssl = ['req', '-x509', '-newkey', 'rsa:2048', ...subject, ...files];
  const { code } = await ctx.processes.capture('openssl', openssl, { env: ctx.env });
  return code === 0;
}

/**
 * @param {import('./context.mjs').Context} ctx
 * @param {import('./prepare.mjs').Prepared} prepared
 * @param {{ scratch: string, tools: string, args: string[] }} run
 */
async function runJest(ctx, { nodePath, env }, { scratch, tools, args }) {
  const config = path.join(scratch, 'jest.config.json');
  const report = path.join(scratch, 'report.json');
  const settings = {
    rootDir: path.join(scratch, 'node', 'lib', 'test'),
    testRegex: ['test-.*\\.js$'],
    transform: {},
    modulePaths: [path.join(tools, 'node_modules'), path.join(ctx.root, 'node_modules')],
    cacheDirectory: path.join(tools, 'cache'),
  };
  writeFileSync(config, JSON.stringify(settings));
  const jest = path.join(tools, 'node_modules', 'jest', 'bin', 'jest.js');
  const exitCode = await runInForeground({
    command: nodePath,
    args: [jest, '--config', config, '--json', `--outputFile=${report}`, ...args],
    cwd: scratch,
    env,
  });
  return { exitCode, content: existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null };
}

/**
 * @param {import('./context.mjs').Context} ctx
 * @param {{ exitCode: number, content: any }} report
 * @param {boolean} hasCertificate
 */
function conclude(ctx, { exitCode, content }, hasCertificate) {
  const summary = summaryOf(content, exitCode);
  /** @type {{ status: string, fullName: string }[]} */
  const results = (content?.testResults ?? []).flatMap((/** @type {any} */ file) => file.assertionResults);
  const failures = results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  const excused = hasCertificate ? [] : failures.filter((name) => name === NEEDS_CERTIFICATE);
  for (const name of failures)
    ctx.print(
      `✘ ${name}${excused.includes(name) ? ' (known exception: it reads a certificate that the package leaves out)' : ''}`,
    );
  ctx.print(summaryLine({ passed: summary.passed, failed: summary.failed - excused.length }));
  return summary.passed > 0 && summary.failed === excused.length ? 0 : 1;
}
