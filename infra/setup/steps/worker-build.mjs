import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installPackages } from '../apt.mjs';
import { explaining, SetupError } from '../errors.mjs';
import { seconds } from '../run.mjs';
import { fetchLibsrtpSource } from './libsrtp-source.mjs';

export const BUILD_PACKAGES = {
  'g++': 'the C++ compiler',
  cmake: 'the build generator',
  'ninja-build': 'the build runner',
  'pkg-config': 'finds libraries',
  'dpkg-dev': "unpacks Debian's source packages",
  'libssl-dev': 'OpenSSL, for DTLS and SRTP',
  'libuv1-dev': 'the event loop',
  'libabsl-dev': 'abseil, for bandwidth estimation',
  'libflatbuffers-dev': 'the messages between Node and the worker',
  'flatbuffers-compiler': 'and their compiler',
};

const OTHERWISE = 'set MEDIASOUP_WORKER_BIN to a mediasoup-worker of your own';

const FAILED = {
  meaning: 'The mediasoup worker was not built, and without it there is no voice and no video.',
  todo: ['media/worker/README.md says what the build needs', `or ${OTHERWISE}`],
};

/**
 * @typedef {object} Build
 * @property {string} mediasoup its npm package
 * @property {string} scratch a folder for all that is not kept
 * @property {string} worker where the binary shall be
 *
 * @typedef {'openssl' | 'distribution'} Libsrtp compiled here with OpenSSL, or the distribution's slower binary
 */

/**
 * Compiles mediasoup's own sources against the libraries of the distribution (media/worker/README.md).
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {Build} build
 */
export async function buildWorker(ctx, { mediasoup, scratch, worker }) {
  const purpose = 'building the mediasoup worker';
  await installPackages(ctx, { purpose, packages: BUILD_PACKAGES, otherwise: OTHERWISE });
  const startedAt = performance.now();
  const recipe = path.join(ctx.root, 'media', 'worker');
  const sources = path.join(scratch, 'worker');
  cpSync(path.join(mediasoup, 'worker'), sources, { recursive: true });
  applyPatches(sources, JSON.parse(readFileSync(path.join(recipe, 'patches.json'), 'utf8')));
  const { prefix, libsrtp } = await prepareLibsrtp(ctx, scratch);
  const output = path.join(scratch, 'build');
  const definitions = [`-DWORKER=${sources}`, `-DSRTP_PREFIX=${prefix}`];
  await explaining(async () => {
    await cmake(ctx, ['-G', 'Ninja', '-S', recipe, '-B', output, ...definitions]);
    await cmake(ctx, ['--build', output]);
  }, FAILED);
  cpSync(path.join(output, 'mediasoup-worker'), worker);
  return { libsrtp, took: seconds(performance.now() - startedAt) };
}

/**
 * libsrtp from the distribution's source, with OpenSSL: its binary package uses NSS, with which forwarding a packet costs
 * ×1.45 (AES-GCM) or ×2.0 (AES-CM) the CPU.
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {string} scratch
 * @returns {Promise<{ prefix: string, libsrtp: Libsrtp }>}
 */
async function prepareLibsrtp(ctx, scratch) {
  const prefix = path.join(scratch, 'srtp');
  try {
    const source = await fetchLibsrtpSource(ctx, path.join(scratch, 'srtp-source'));
    const output = path.join(scratch, 'srtp-build');
    const definitions = {
      CMAKE_BUILD_TYPE: 'Release',
      CMAKE_INSTALL_PREFIX: prefix,
      ENABLE_OPENSSL: 'ON',
      TEST_APPS: 'OFF',
      BUILD_SHARED_LIBS: 'OFF',
      // The worker is a position-independent executable.
      CMAKE_POSITION_INDEPENDENT_CODE: 'ON',
    };
    const flags = Object.entries(definitions).map(([name, value]) => `-D${name}=${value}`);
    await cmake(ctx, ['-G', 'Ninja', '-S', source, '-B', output, ...flags]);
    await cmake(ctx, ['--build', output, '--target', 'install']);
    return { prefix, libsrtp: 'openssl' };
  } catch (error) {
    ctx.assertRunning();
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    ctx.print(`! worker — libsrtp's source could not be used (${why}; log: ${ctx.logPath('worker')})`);
    ctx.print(
      "  taking the distribution's libsrtp2-dev: it works, and forwarding costs ×1.45 to ×2.0 the CPU",
    );
    const packages = { 'libsrtp2-dev': 'media encryption' };
    await installPackages(ctx, { purpose: 'building the mediasoup worker', packages, otherwise: OTHERWISE });
    return { prefix: '', libsrtp: 'distribution' };
  }
}

/**
 * Exact replacements. One that does not fit exactly once means that mediasoup has changed there, and that somebody has
 * to look: building on would give a worker that dies in its first call.
 *
 * @param {string} sources
 * @param {{ file: string, find: string, replace: string, why: string }[]} patches
 */
export function applyPatches(sources, patches) {
  for (const { file, find, replace, why } of patches) {
    const target = path.join(sources, file);
    const text = readFileSync(target, 'utf8');
    const count = text.split(find).length - 1;
    if (count !== 1) {
      throw new SetupError(`worker — "${find}" is ${count} times in ${file}, instead of once`, {
        meaning: `A patch of media/worker/patches.json no longer fits this mediasoup. It is there because: ${why}`,
        todo: ['look at that file, and correct or remove the patch', `or ${OTHERWISE}`],
      });
    }
    // A function, so that "$&" and the like in a replacement stay as written.
    writeFileSync(
      target,
      text.replace(find, () => replace),
    );
  }
}

/**
 * @param {import('../context.mjs').Context} ctx
 * @param {string[]} args
 */
async function cmake(ctx, args) {
  await ctx.processes.run('cmake', args, { env: ctx.env, logPath: ctx.logPath('worker') });
}
