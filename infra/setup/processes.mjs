import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { CommandError, InterruptedError } from './errors.mjs';

const KILL_AFTER_MS = 5_000;
const TAIL_LINES = 20;
const COMMAND_CHARS = 100;

/**
 * @typedef {object} RunOptions
 * @property {string} logPath where the output goes
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {number} [timeoutMs]
 * @property {boolean} [gentle] interrupt the command alone and let it finish what it must (apt)
 */

/**
 * @typedef {object} Child
 * @property {import('node:child_process').ChildProcess} process
 * @property {boolean} gentle
 */

/**
 * @typedef {object} Output
 * @property {number | null} code
 * @property {string} stdout
 * @property {string} output both streams, as they came
 */

/**
 * The commands that the set-up runs. Each has a process group of its own, so that Ctrl-C reaches them through
 * {@link Processes.stop} alone, which ends whole trees (npm, ninja) and lets apt end its own way.
 */
export class Processes {
  /** @type {Set<Child>} */
  #children = new Set();
  /** @type {NodeJS.Signals | undefined} */
  #stoppedBy;
  /** @type {Set<string>} logs of this run, as against those of earlier ones */
  #logs = new Set();

  /**
   * Runs a command with its output in a log; rejects with a CommandError when it fails.
   *
   * @param {string} command
   * @param {string[]} args
   * @param {RunOptions} options
   */
  async run(command, args, options) {
    mkdirSync(path.dirname(options.logPath), { recursive: true });
    const log = openSync(options.logPath, this.#logs.has(options.logPath) ? 'a' : 'w');
    this.#logs.add(options.logPath);
    writeSync(log, `$ ${[command, ...args].join(' ')}\n`);
    let outcome;
    try {
      outcome = await this.#spawn(command, args, { ...options, stdio: ['ignore', log, log] }).ended;
    } finally {
      closeSync(log);
    }
    if (outcome.code === 0) return;
    throw new CommandError({
      command: shortened([path.basename(command), ...args].join(' ')),
      outcome: outcome.text,
      logPath: options.logPath,
      tail: tailOf(options.logPath),
    });
  }

  /**
   * Runs a command and gives back what it said, whatever its exit code; null when it cannot be run at all.
   *
   * @param {string} command
   * @param {string[]} args
   * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number }} [options]
   * @returns {Promise<Output>}
   */
  async capture(command, args, options = {}) {
    const { child, ended } = this.#spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    const { code } = await ended;
    return { code, stdout, output };
  }

  /**
   * Runs a command that puts something back in order: also after a stop, which it is not ended by. Its failure changes
   * nothing.
   *
   * @param {string} command
   * @param {string[]} args
   * @param {{ env: NodeJS.ProcessEnv, timeoutMs: number }} options
   */
  async tidyUp(command, args, { env, timeoutMs }) {
    await endOf(spawn(command, args, { env, stdio: 'ignore', detached: true, timeout: timeoutMs }));
  }

  /**
   * Ends all that runs, and whatever would be started from now on.
   *
   * @param {NodeJS.Signals} signal
   */
  stop(signal) {
    this.#stoppedBy ??= signal;
    for (const child of this.#children) interrupt(child);
  }

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {Omit<RunOptions, 'logPath'> & { stdio: import('node:child_process').StdioOptions }} options
   */
  #spawn(command, args, options) {
    if (this.#stoppedBy) throw new InterruptedError(this.#stoppedBy);
    const { cwd, env, stdio } = options;
    const child = spawn(command, args, { cwd, env, stdio, detached: true });
    const entry = { process: child, gentle: options.gentle ?? false };
    this.#children.add(entry);
    let timedOut = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            signalGroup(entry, 'SIGKILL');
          }, options.timeoutMs);
    const ended = endOf(child).finally(() => {
      clearTimeout(timer);
      this.#children.delete(entry);
    });
    return {
      child,
      ended: ended.then((outcome) => {
        if (this.#stoppedBy) throw new InterruptedError(this.#stoppedBy);
        return timedOut ? { code: null, text: `took longer than ${options.timeoutMs} ms` } : outcome;
      }),
    };
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ code: number | null, text: string }>}
 */
function endOf(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, text: `could not be run: ${error.message}` }));
    child.once('close', (code, signal) =>
      resolve({ code, text: signal ? `was ended by ${signal}` : `ended with code ${code}` }),
    );
  });
}

/** @param {Child} child */
function interrupt(child) {
  if (child.gentle) {
    child.process.kill('SIGINT');
    return;
  }
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS);
  child.process.once('close', () => clearTimeout(timer));
}

/**
 * @param {Child} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup({ process: { pid } }, signal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

/**
 * The log has it whole.
 *
 * @param {string} command
 */
function shortened(command) {
  return command.length > COMMAND_CHARS ? `${command.slice(0, COMMAND_CHARS)}…` : command;
}

/** @param {string} logPath */
function tailOf(logPath) {
  return readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
