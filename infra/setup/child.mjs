import { spawn } from 'node:child_process';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const REPEAT_MS = 1_000;
const SIGNAL_BASE = 128;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs the program that the set-up was for, on the same terminal, and gives its exit code. Signals are passed on once:
 * a Ctrl-C arrives both from the terminal and through npm, and a server may take the second for impatience.
 *
 * @param {{ command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv }} program
 * @returns {Promise<number>}
 */
export function runInForeground({ command, args, cwd, env }) {
  // A group of its own keeps the terminal's signals away; only what is passed on below arrives.
  const child = spawn(command, args, { cwd, env, stdio: 'inherit', detached: true });
  /** @type {Map<string, number>} */
  const lastAt = new Map();
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    const now = performance.now();
    if (now - (lastAt.get(signal) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    lastAt.set(signal, now);
    child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      for (const name of SIGNALS) process.off(name, forward);
      resolve(
        code ?? SIGNAL_BASE + (SIGNAL_NUMBERS[/** @type {keyof typeof SIGNAL_NUMBERS} */ (signal)] ?? 0),
      );
    });
  });
}
