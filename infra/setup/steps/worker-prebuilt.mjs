import { chmodSync, existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the network swallows packets, nobody should wait for longer to learn that there is no prebuilt. */
const TIMEOUT_MS = 10_000;
const UNPACK_TIMEOUT_MS = 10_000;
const DOWNLOAD = fileURLToPath(new URL('../download.mjs', import.meta.url));

/**
 * Fetches the worker that mediasoup publishes for this platform, from where its own postinstall would, with the same
 * variables respected.
 *
 * @param {import('../context.mjs').Context} ctx
 * @param {{
 *   node: import('./node.mjs').NodeRuntime,
 *   manifest: { version: string, repository: { url: string } },
 *   scratch: string,
 *   worker: string,
 * }} task `worker` is where the binary shall be
 * @returns {Promise<{ worker: string | null, reason: string }>}
 */
export async function fetchPrebuiltWorker(ctx, { node, manifest, scratch, worker }) {
  if (ctx.env.MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD) {
    return { worker: null, reason: 'MEDIASOUP_SKIP_WORKER_PREBUILT_DOWNLOAD is set' };
  }
  const url = prebuiltUrl(manifest, ctx.env);
  const archive = path.join(scratch, 'prebuilt.tgz');
  // A process of its own: a name look-up cannot be cancelled, and would hold up the end of this one.
  const { code, output } = await ctx.processes.capture(node.nodePath, [DOWNLOAD, url, archive], {
    env: { ...node.env, NODE_USE_ENV_PROXY: '1' },
    timeoutMs: TIMEOUT_MS,
  });
  if (code !== 0) {
    const why = code === null ? `no answer within ${TIMEOUT_MS / 1000} s` : output.trim().split('\n').at(-1);
    return { worker: null, reason: `${why} from ${url}` };
  }
  const unpack = ['-xzf', archive, '-C', path.dirname(worker), path.basename(worker)];
  const tar = await ctx.processes.capture('tar', unpack, { env: ctx.env, timeoutMs: UNPACK_TIMEOUT_MS });
  if (tar.code !== 0 || !existsSync(worker))
    return { worker: null, reason: `${url} holds no mediasoup-worker` };
  chmodSync(worker, 0o755);
  return { worker, reason: '' };
}

/**
 * The name that mediasoup gives its prebuilt workers.
 *
 * @param {{ version: string, repository: { url: string } }} manifest
 * @param {NodeJS.ProcessEnv} env
 * @param {{ platform: string, arch: string, release: string }} [machine]
 */
export function prebuiltUrl(
  { version, repository },
  env,
  machine = { platform: os.platform(), arch: os.arch(), release: os.release() },
) {
  const github = `${repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/releases/download`;
  const base = env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || github;
  const kernel = machine.platform === 'linux' ? `-kernel${Number.parseInt(machine.release, 10)}` : '';
  return `${base}/${version}/mediasoup-worker-${version}-${machine.platform}-${machine.arch}${kernel}.tgz`;
}
