import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createStamps, userCacheFolder } from './cache.mjs';
import { InterruptedError, SetupError } from './errors.mjs';
import { Processes } from './processes.mjs';

/**
 * What every step of the set-up is given.
 *
 * @typedef {object} Context
 * @property {string} root the checkout
 * @property {string} cache its own cache folder
 * @property {string} userCache the cache shared by all checkouts
 * @property {NodeJS.ProcessEnv} env
 * @property {ReturnType<typeof createStamps>} stamps
 * @property {Processes} processes
 * @property {(line: string) => void} print
 * @property {boolean} mayAsk somebody is at the terminal and did not say --yes
 * @property {(name: string) => string} logPath
 * @property {() => void} assertRunning throws once the set-up was asked to stop
 * @property {AbortSignal} stopping the same, for what waits
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @param {{ yes?: boolean, env?: NodeJS.ProcessEnv, root?: string, print?: (line: string) => void }} options
 * @returns {Context & { stop: (signal: NodeJS.Signals) => void }}
 */
export function createContext({ yes = false, env = process.env, root = ROOT, print = console.log }) {
  const cache = path.join(root, '.cache');
  const processes = new Processes();
  const stopping = new AbortController();
  return {
    root,
    cache,
    userCache: userCacheFolder(env),
    env: { ...env },
    stamps: createStamps(path.join(cache, 'setup')),
    processes,
    print,
    mayAsk: !yes && Boolean(process.stdin.isTTY && process.stdout.isTTY),
    logPath: (name) => path.join(cache, 'setup', 'logs', `${name}.log`),
    stopping: stopping.signal,
    assertRunning() {
      if (stopping.signal.aborted) throw stopping.signal.reason;
    },
    stop(signal) {
      stopping.abort(new InterruptedError(signal));
      processes.stop(signal);
    },
  };
}

const PARENT_WATCH_MS = 250;
const SIGNAL_EXIT = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * Runs one of the entry points: a signal stops the set-up in order, and errors are told in words.
 *
 * @param {{ args: string[], main: (ctx: Context, args: string[]) => Promise<number>, onFailure?: () => void }} entry
 *   `args` without `--yes` reach `main`, which gives the exit code; `onFailure` has the last word when it throws
 */
export async function runEntry({ args, main, onFailure }) {
  const ctx = createContext({ yes: args.includes('--yes') });
  const signals = /** @type {(keyof typeof SIGNAL_EXIT)[]} */ (Object.keys(SIGNAL_EXIT));
  for (const signal of signals) process.on(signal, ctx.stop);
  const parentWatch = watchParent(ctx.env);
  try {
    process.exitCode = await main(
      ctx,
      args.filter((arg) => arg !== '--yes'),
    );
  } catch (error) {
    process.exitCode = reportFailure(error);
    onFailure?.();
  } finally {
    clearInterval(parentWatch);
    for (const signal of signals) process.off(signal, ctx.stop);
  }
}

/**
 * npm runs its scripts through a shell and sends a SIGTERM of its own no further than that: shell and npm end, and what
 * they ran stays behind. So the shell's end counts as the signal. Without npm a parent may well leave first.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function watchParent(env) {
  if (!env.npm_lifecycle_event) return undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_WATCH_MS);
  return timer.unref();
}

/** @param {unknown} error */
function reportFailure(error) {
  if (error instanceof InterruptedError) {
    console.error(`✘ ${error.message}; what was done is kept, and the next run goes on from there`);
    return SIGNAL_EXIT[/** @type {keyof typeof SIGNAL_EXIT} */ (error.signal)] ?? 1;
  }
  if (error instanceof SetupError) console.error(`✘ ${error.lines().join('\n')}`);
  else console.error('✘ the set-up itself failed, which is a fault in infra/setup:', error);
  return 1;
}
