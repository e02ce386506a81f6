/**
 * A failure of the set-up in words for whoever started it: what happened, what it means, what to do.
 */
export class SetupError extends Error {
  /**
   * @param {string} what
   * @param {{ meaning?: string, todo?: string | string[], cause?: unknown }} [more]
   */
  constructor(what, more = {}) {
    super(what, { cause: more.cause });
    this.name = 'SetupError';
    this.meaning = more.meaning ?? '';
    this.todo = [more.todo ?? []].flat();
  }

  /** The lines to print. */
  lines() {
    const meaning = this.meaning ? [`  ${this.meaning}`] : [];
    return [this.message, ...meaning, ...this.todo.map((line) => `  → ${line}`)];
  }
}

/** The set-up was asked to stop (Ctrl-C, SIGTERM). */
export class InterruptedError extends Error {
  /** @param {NodeJS.Signals} signal */
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.name = 'InterruptedError';
    this.signal = signal;
  }
}

/** A command that ended with anything but 0. */
export class CommandError extends Error {
  /** @param {{ command: string, outcome: string, logPath: string, tail: string }} details */
  constructor({ command, outcome, logPath, tail }) {
    super(`${command} ${outcome}`);
    this.name = 'CommandError';
    this.logPath = logPath;
    this.tail = tail;
  }

  /**
   * The same failure with what it means for the set-up.
   *
   * @param {string} meaning
   * @param {string | string[]} todo
   */
  explained(meaning, todo) {
    const tail = this.tail.split('\n').map((line) => `    ${line}`);
    const log = [`  the whole output: ${this.logPath}`, '  its last lines:', ...tail].join('\n');
    return new SetupError(`${this.message}\n${log}`, { meaning, todo, cause: this });
  }
}

/**
 * Runs something and explains the command that failed in it; other errors pass as they are.
 *
 * @template T
 * @param {() => Promise<T>} run
 * @param {{ meaning: string, todo: string | string[] }} explanation
 * @returns {Promise<T>}
 */
export async function explaining(run, { meaning, todo }) {
  try {
    return await run();
  } catch (error) {
    throw error instanceof CommandError ? error.explained(meaning, todo) : error;
  }
}
