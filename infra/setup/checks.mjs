import { existsSync } from 'node:fs';
import path from 'node:path';
import { TYPESCRIPT_FLAGS } from './prepare.mjs';
import { seconds } from './run.mjs';

/** As many at a time as the smallest machine has cores: more would only make each other late. */
const AT_ONCE = 2;

/**
 * A checker of types that shares a project with others infers the schemas of the contract once more each: half of the
 * processor time goes, where projects are checked side by side instead.
 */
const ONE_CHECKER = ['--checkers', '1', '--builders', String(AT_ONCE)];

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string[]} args for node
 * @property {string} [fault] why it cannot even be run, which is a failure
 */

/**
 * Runs everything that is checked without running the product, and says how each went. All run, whichever fail.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {import('./prepare.mjs').Prepared} prepared
 * @returns {Promise<boolean>} whether all passed
 */
export async function runChecks(ctx, prepared) {
  const startedAt = performance.now();
  const waiting = await listChecks(ctx);
  let failed = 0;
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (!(await runCheck(ctx, prepared, check))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const took = seconds(performance.now() - startedAt);
  ctx.print(
    failed === 0
      ? `✔ npm run check — all passed in ${took}`
      : `✘ npm run check — ${failed} failed, in ${took}`,
  );
  return failed === 0;
}

/**
 * The longest first, so that the others fit beside them.
 *
 * @param {import('./context.mjs').Context} ctx
 * @returns {Promise<Check[]>}
 */
async function listChecks(ctx) {
  const bin = (/** @type {string[]} */ ...parts) => path.join(ctx.root, 'node_modules', ...parts);
  return [
    await secretsCheck(ctx),
    { name: 'types (tsc)', args: [bin('typescript', 'bin', 'tsc'), '-b', ...ONE_CHECKER] },
    { name: 'unused code (knip)', args: [bin('knip', 'bin', 'knip.js'), '--no-progress'] },
    {
      name: 'format and lint (biome)',
      args: [bin('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--colors=off', '.'],
    },
    {
      name: 'contract drift (npm run generate)',
      args: [...TYPESCRIPT_FLAGS, path.join('protocol', 'scripts', 'generate.ts'), '--check'],
    },
    { name: 'compose (dclint)', args: composeArgs(bin('dclint', 'bin', 'dclint.cjs')) },
    {
      name: 'Dockerfiles (dockerfile-utils)',
      args: [...TYPESCRIPT_FLAGS, path.join('infra', 'images', 'lint.ts')],
    },
  ];
}

/** @param {string} dclint */
function composeArgs(dclint) {
  const config = path.join('infra', 'images', 'dclint.yaml');
  // A warning is as good as an error: what is not wanted is turned off in the configuration.
  return [dclint, '--color=false', '--max-warnings', '0', '--config', config, 'docker-compose.yml'];
}

/**
 * Scans what git would publish. Binary files hold no secrets that a text scanner finds.
 *
 * @param {Pick<import('./context.mjs').Context, 'root' | 'env' | 'processes'>} ctx
 * @returns {Promise<Check>}
 */
export async function secretsCheck(ctx) {
  const name = 'secrets (secretlint)';
  const git = await ctx.processes.capture('git', ['ls-files', '-z'], { cwd: ctx.root, env: ctx.env });
  const binary = /\.(png|ico|webp|woff2?|wav|ogg|opus|mp3|pcap)$/;
  const tracked = git.stdout.split('\0').filter((file) => file && !binary.test(file));
  const files = tracked.filter((file) => existsSync(path.join(ctx.root, file)));
  // Without a file to scan the scanner is content, and nothing was looked at.
  if (git.code !== 0 || files.length === 0) {
    const why = git.output.trim() || (git.code === null ? 'it is not installed' : 'it tracks none');
    return { name, args: [], fault: `git names no files to scan: ${why}` };
  }
  const secretlint = path.join(ctx.root, 'node_modules', 'secretlint', 'bin', 'secretlint.js');
  return { name, args: [secretlint, '--no-glob', '--no-gitignore', ...files] };
}

/**
 * @param {import('./context.mjs').Context} ctx
 * @param {import('./prepare.mjs').Prepared} prepared
 * @param {Check} check
 */
async function runCheck(ctx, { nodePath, env }, { name, args, fault }) {
  if (fault) {
    ctx.print(`✘ ${name} — ${fault}`);
    return false;
  }
  const startedAt = performance.now();
  const { code, output } = await ctx.processes.capture(nodePath, args, { cwd: ctx.root, env });
  const took = seconds(performance.now() - startedAt);
  ctx.print(
    code === 0 ? `✔ ${name} — ${took}` : `✘ ${name} — failed with code ${code} in ${took}\n${output}`,
  );
  return code === 0;
}
