import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf, filesBelow } from '../cache.mjs';
import { SetupError } from '../errors.mjs';
import { withLock } from '../lock.mjs';
import { runStep } from '../run.mjs';
import { fetchLibsrtpSource } from './libsrtp-source.mjs';
import { buildWorker } from './worker-build.mjs';
import { fetchPrebuiltWorker } from './worker-prebuilt.mjs';
import { isWorthAnotherTry, slowness, writeBuildRecord } from './worker-record.mjs';

/** What a worker answers when it is run without the library that should have started it. */
const ALONE_EXIT_CODE = 41;
const TRIAL_TIMEOUT_MS = 10_000;

/** What decides, besides the recipe, how a binary comes out. */
const BUILD_SCRIPTS = ['worker-build.mjs', 'libsrtp-source.mjs', '../deb-src.mjs'];

/**
 * The mediasoup worker, in this order: the one the user names, one found in the cache, the official prebuilt, a build
 * from distribution packages. Each is tried before it is used.
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {import('./node.mjs').NodeRuntime} node
 * @returns {Promise<string>} the path of the binary
 */
export async function prepareWorker(ctx, node) {
  const named = ctx.env.MEDIASOUP_WORKER_BIN;
  const { mediasoup, manifest, folder, cached } = placesOf(ctx);
  return runStep(ctx, {
    name: 'worker',
    doing: 'looking for a prebuilt',
    check: async () => {
      if (named)
        return { note: `${named}, as MEDIASOUP_WORKER_BIN says`, value: await assertWorker(ctx, named) };
      if (!existsSync(cached) || (await tryWorker(ctx, cached)) !== null) return null;
      if (isWorthAnotherTry(folder)) return null;
      return {
        note: `mediasoup ${manifest.version}${slowness(folder)}, already there (${cached})`,
        value: cached,
      };
    },
    run: () => obtain(ctx, { node, mediasoup, manifest, folder, cached }),
  });
}

/**
 * Whether one is named or in the cache already, so that most likely none has to be built.
 *
 * @param {import('../context.mjs').Context} ctx
 */
export function isWorkerAtHand(ctx) {
  return Boolean(ctx.env.MEDIASOUP_WORKER_BIN) || existsSync(placesOf(ctx).cached);
}

/** @param {import('../context.mjs').Context} ctx */
function placesOf(ctx) {
  const mediasoup = path.join(ctx.root, 'node_modules', 'mediasoup');
  const manifest = JSON.parse(readFileSync(path.join(mediasoup, 'package.json'), 'utf8'));
  const name = `worker-${manifest.version}-${workerKey(ctx.root, manifest.version)}`;
  const folder = path.join(ctx.userCache, name);
  return { mediasoup, manifest, folder, cached: path.join(folder, 'mediasoup-worker') };
}

/**
 * @typedef {object} WorkerTask
 * @property {import('./node.mjs').NodeRuntime} node
 * @property {string} mediasoup its package
 * @property {{ version: string, repository: { url: string } }} manifest
 * @property {string} folder where the result belongs
 * @property {string} cached the binary in it
 */

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {WorkerTask} task
 */
async function obtain(ctx, task) {
  // Other checkouts of this user share the cache, and may be at the same.
  const onWait = (/** @type {number} */ pid) =>
    ctx.print(`… worker — waiting for process ${pid}, which is at the same`);
  const lock = { file: `${task.folder}.lock`, onWait, assertRunning: ctx.assertRunning };
  const note = await withLock(lock, async () => {
    const isThere = existsSync(task.cached) && (await tryWorker(ctx, task.cached)) === null;
    if (isThere && !isWorthAnotherTry(task.folder)) return 'made by another set-up';
    removeLeftovers(task.folder);
    const scratch = mkdtempSync(`${task.folder}.making-`);
    try {
      if (isThere) return await replaceSlow(ctx, task, scratch);
      const done = await make(ctx, task, scratch);
      putInPlace(done.folder, task.folder);
      return done.note;
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
  return { note: `${note}, kept in ${task.folder},`, value: task.cached };
}

/**
 * Makes a faster worker if its library's source can be had by now. The slow one works, so no failure in this is one.
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {WorkerTask} task
 * @param {string} scratch
 */
async function replaceSlow(ctx, task, scratch) {
  try {
    await fetchLibsrtpSource(ctx, path.join(scratch, 'srtp-trial'));
    const done = await make(ctx, task, scratch);
    putInPlace(done.folder, task.folder);
    return done.note;
  } catch {
    ctx.assertRunning();
    writeBuildRecord(task.folder, { libsrtp: 'distribution' });
    return `still${slowness(task.folder)}, since a faster one could not be made`;
  }
}

/**
 * What a set-up left that was killed: whoever holds the lock is the only one at work here.
 *
 * @param {string} folder
 */
function removeLeftovers(folder) {
  const beside = path.dirname(folder);
  const left = readdirSync(beside).filter((name) => name.startsWith(`${path.basename(folder)}.making-`));
  for (const name of left) rmSync(path.join(beside, name), { recursive: true, force: true });
}

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {WorkerTask} task
 * @param {string} scratch a folder beside the cache's, removed afterwards
 */
async function make(ctx, { node, mediasoup, manifest }, scratch) {
  const folder = path.join(scratch, 'result');
  mkdirSync(folder);
  const worker = path.join(folder, 'mediasoup-worker');
  const fetched = await fetchPrebuiltWorker(ctx, { node, manifest, scratch, worker });
  const objection = fetched.worker ? await tryWorker(ctx, worker) : fetched.reason;
  if (objection === null) return { note: 'the official prebuilt fetched', folder };
  rmSync(worker, { force: true });
  ctx.print(
    `• worker — no prebuilt (${objection}): building it from distribution packages, one to two minutes`,
  );
  const { libsrtp, took } = await buildWorker(ctx, { mediasoup, scratch, worker });
  const fault = await tryWorker(ctx, worker);
  if (fault !== null) {
    throw new SetupError(`worker — it was built, but does not run here: ${fault}`, {
      meaning: 'Without it there is no voice and no video.',
      todo: ['see media/worker/README.md', 'or set MEDIASOUP_WORKER_BIN to a worker of your own'],
    });
  }
  writeBuildRecord(folder, { libsrtp });
  return {
    note: `mediasoup ${manifest.version} built from packages${slowness(folder)} (${took} of building)`,
    folder,
  };
}

/**
 * The rename is what makes a worker exist: nobody ever sees half of one.
 *
 * @param {string} made
 * @param {string} folder
 */
function putInPlace(made, folder) {
  if (existsSync(folder)) {
    const old = `${folder}.old-${process.pid}`;
    renameSync(folder, old);
    rmSync(old, { recursive: true, force: true });
  }
  renameSync(made, folder);
}

/**
 * Runs a worker alone, as mediasoup does with its own prebuilt.
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {string} worker
 * @returns {Promise<string | null>} what is wrong with it, or null
 */
async function tryWorker(ctx, worker) {
  const { code, output } = await ctx.processes.capture(worker, [], { env: {}, timeoutMs: TRIAL_TIMEOUT_MS });
  if (code === ALONE_EXIT_CODE) return null;
  const said = output.trim().split('\n')[0];
  const outcome =
    code === null ? 'cannot be run' : `run alone it ends with ${code} instead of ${ALONE_EXIT_CODE}`;
  return said ? `${outcome}: ${said}` : outcome;
}

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {string} worker
 */
async function assertWorker(ctx, worker) {
  const fault = await tryWorker(ctx, worker);
  if (fault === null) return worker;
  throw new SetupError(`worker — ${worker} is no mediasoup worker for this machine: ${fault}`, {
    meaning: 'MEDIASOUP_WORKER_BIN names it, and what the user names is used or refused, never replaced.',
    todo: [
      'set MEDIASOUP_WORKER_BIN to a worker that runs here',
      'or unset it, and one will be fetched or built',
    ],
  });
}

/**
 * What the binary depends on: another mediasoup, recipe, machine or release of the distribution is another worker.
 *
 * @param {string} root
 * @param {string} version
 */
function workerKey(root, version) {
  const recipe = filesBelow(path.join(root, 'media', 'worker')).filter((file) => !file.endsWith('.md'));
  return digestOf({
    values: [version, process.platform, process.arch, distribution()],
    files: [...recipe, ...BUILD_SCRIPTS.map((name) => fileURLToPath(new URL(name, import.meta.url)))],
    base: root,
  }).slice(0, 12);
}

/** The release decides which versions of the shared libraries there are. */
function distribution() {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    return lines.filter((line) => /^(ID|VERSION_ID|VERSION_CODENAME)=/.test(line)).join(' ');
  } catch {
    return 'unknown';
  }
}
