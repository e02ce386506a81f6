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
 * All that running needs, and with `tests` what the tests need besides. A part of the product that runs by itself goes
 * without the worker, or without the page.
 *
 * @param {import('./context.mjs').Context} ctx
 * @param {{ tests: boolean, worker?: boolean, web?: boolean }} options
 * @returns {Promise<Prepared>}
 */
export async function prepareAll(ctx, { tests, worker = true, web = true }) {
  const { node, prepared } = await prepareTools(ctx, { development: tests });
  if (tests) await prepareTestPackages(ctx);
  const workerEnv = worker ? { MEDIASOUP_WORKER_BIN: await prepareWorker(ctx, node) } : {};
  if (web) await prepareWeb(ctx, node);
  return { ...prepared, env: { ...prepared.env, ...workerEnv } };
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
