import { accessSync, constants, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { explaining } from '../errors.mjs';
import { NPM_FLAGS } from '../npm-flags.mjs';
import { runStep } from '../run.mjs';

const MAJOR = 24;
const OLDEST = [22, 12];

/**
 * The Node that runs everything after the set-up: the one running now if it is new enough, else one of the project's
 * own, from the npm package `node`. It is kept outside node_modules, which `npm ci` deletes.
 *
 * @typedef {object} NodeRuntime
 * @property {string} nodePath
 * @property {string} version
 * @property {NodeJS.ProcessEnv} env with that node first in PATH
 */

/**
 * @param {import('../context.mjs').Context} ctx
 * @returns {Promise<NodeRuntime>}
 */
export async function prepareNode(ctx) {
  const prefix = path.join(ctx.cache, 'node');
  return runStep(ctx, {
    name: 'node',
    doing: `fetching Node ${MAJOR}`,
    check: async () => {
      if (isNewEnough(process.versions.node)) {
        const value = runtime(ctx, process.execPath, process.versions.node);
        return { note: `${process.versions.node}, the one running`, value };
      }
      const value = installed(ctx, prefix);
      return value && { note: `${value.version}, already there`, value };
    },
    run: () => install(ctx, prefix),
  });
}

/** @param {string} version */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {string} prefix
 */
async function install(ctx, prefix) {
  mkdirSync(prefix, { recursive: true });
  // A root of its own: npm would otherwise look for one further up, and find the project.
  writeFileSync(path.join(prefix, 'package.json'), '{ "private": true }\n');
  const logPath = ctx.logPath('node');
  await explaining(
    async () => {
      await ctx.processes.run('npm', ['install', '--prefix', prefix, ...NPM_FLAGS, `node@${MAJOR}`], {
        cwd: prefix,
        env: ctx.env,
        logPath,
      });
      if (installed(ctx, prefix)) return;
      // npm was told to run no install scripts: this is the one that puts the binary in place.
      const cwd = path.join(prefix, 'node_modules', 'node');
      await ctx.processes.run(process.execPath, ['installArchSpecificPackage.js'], {
        cwd,
        env: ctx.env,
        logPath,
      });
    },
    {
      meaning: `Node ${process.versions.node} is too old (${OLDEST.join('.')} or newer is needed), and npm could not fetch Node ${MAJOR}.`,
      todo: [
        'check that npm reaches its registry: npm ping',
        `or install Node ${MAJOR} yourself and start again`,
      ],
    },
  );
  const value = installed(ctx, prefix);
  if (!value) throw new Error(`npm installed node@${MAJOR}, but there is no binary under ${prefix}`);
  return {
    note: `${value.version} installed, since the system's ${process.versions.node} is too old,`,
    value,
  };
}

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {string} prefix
 * @returns {NodeRuntime | null}
 */
function installed(ctx, prefix) {
  const folder = path.join(prefix, 'node_modules', 'node');
  const nodePath = path.join(folder, 'bin', 'node');
  try {
    accessSync(nodePath, constants.X_OK);
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    return version.startsWith(`${MAJOR}.`) ? runtime(ctx, nodePath, version) : null;
  } catch {
    return null;
  }
}

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {string} nodePath
 * @param {string} version
 * @returns {NodeRuntime}
 */
function runtime(ctx, nodePath, version) {
  const PATH = [path.dirname(nodePath), ctx.env.PATH].filter(Boolean).join(path.delimiter);
  return { nodePath, version, env: { ...ctx.env, PATH } };
}
