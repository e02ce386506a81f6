import path from 'node:path';
import { tidyAfterKilled } from './apt.mjs';
import { prepareNode } from './steps/node.mjs';
import { prepareModules } from './steps/npm.mjs';
import { prepareTestPackages } from './steps/packages.mjs';
import { prepareWeb } from './steps/web.mjs';
import { prepareWorker } from './steps/worker.mjs';

/**
 * @typedef {object} Prepared
 * @property {string} nodePath the Node to run everything with
 * @property {NodeJS.ProcessEnv} env with it first in PATH, the worker named, and compiled code kept
 */

/**
 * All that running needs, and with `tests` what the tests need besides.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {{ tests: boolean }} options
 * @returns {Promise<Prepared>}
 */
export async function prepareAll(ctx, { tests }) {
  const { node, prepared } = await prepareTools(ctx, { development: tests });
  if (tests) await prepareTestPackages(ctx);
  const worker = await prepareWorker(ctx, node);
  await prepareWeb(ctx, node);
  return { ...prepared, env: { ...prepared.env, MEDIASOUP_WORKER_BIN: worker } };
}

/**
 * Node and the npm packages, for scripts that need no more.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {{ development: boolean }} options
 */
export async function prepareTools(ctx, { development }) {
  await tidyAfterKilled(ctx);
  const node = await prepareNode(ctx);
  await prepareModules(ctx, { node, development });
  const env = { ...node.env, NODE_COMPILE_CACHE: path.join(ctx.cache, 'compile') };
  return { node, prepared: { nodePath: node.nodePath, env } };
}

/** The flags with which Node 22.12 and later run TypeScript directly, and keep quiet about it. */
export const TYPESCRIPT_FLAGS = ['--disable-warning=ExperimentalWarning', '--experimental-strip-types'];
