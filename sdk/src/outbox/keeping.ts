import { describeFailure } from '../failures.ts';
import type { Log } from '../types.ts';

export interface KeepingDeps {
  log: Log;
  /** What the storage owed has all been answered: what it holds may be read anew. */
  onBack: () => void;
}

/** How the outbox asks its storage: one thing after another, and never waiting for it without end. */
export interface Keeping {
  /** @param then hears whether it was done; at once where the storage answers at once. */
  change(key: string, ask: () => void | Promise<void>, then: (isDone: boolean) => void): void;
  /** @param then hears `undefined` where the storage failed or did not answer in time. */
  read<T>(ask: () => T | Promise<T>, then: (result: T | undefined) => void): void;
  /** What the storage holds of this entry is not how it is: a change of it is on its way there, or has failed. */
  isAhead(key: string): boolean;
}

/** No disk is as slow as this; a browser whose database hangs must not hold up what is to be sent. */
export const storageDeadlineMs = 2_000;

/** Null where it failed, or was not answered in time. */
type Outcome<T> = { result: T } | null;

interface Asker<T> {
  /** Whenever the storage answers, be it long after its time. */
  settle(isDone: boolean): void;
  /** When what follows may go on. */
  onAnswer(outcome: Outcome<T>): void;
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

export const createKeeping = (deps: KeepingDeps): Keeping => new StorageQueue(deps);

class StorageQueue implements Keeping {
  readonly #deps: KeepingDeps;
  /** By key, how many changes the storage has not answered yet. */
  readonly #changing = new Map<string, number>();
  /** The last change of these has failed. */
  readonly #failed = new Set<string>();
  /** What was asked last; each waits for the one before. */
  #last: Promise<void> | null = null;
  /** How many questions are past their time, and not answered yet. */
  #overdue = 0;

  constructor(deps: KeepingDeps) {
    this.#deps = deps;
  }

  change(key: string, ask: () => void | Promise<void>, then: (isDone: boolean) => void): void {
    this.#changing.set(key, (this.#changing.get(key) ?? 0) + 1);
    const settle = (isDone: boolean) => {
      const left = (this.#changing.get(key) ?? 1) - 1;
      if (left > 0) this.#changing.set(key, left);
      else this.#changing.delete(key);
      if (isDone) this.#failed.delete(key);
      else this.#failed.add(key);
    };
    this.#ask(ask, { settle, onAnswer: (outcome) => then(outcome !== null) });
  }

  read<T>(ask: () => T | Promise<T>, then: (result: T | undefined) => void): void {
    this.#ask(ask, { settle: () => undefined, onAnswer: (outcome) => then(outcome?.result) });
  }

  isAhead(key: string): boolean {
    return this.#changing.has(key) || this.#failed.has(key);
  }

  #ask<T>(ask: () => T | Promise<T>, { settle, onAnswer }: Asker<T>): void {
    const finish = (outcome: Outcome<T>) => this.#tell(() => onAnswer(outcome));
    const run = (): undefined | Promise<void> => {
      try {
        const result = ask();
        if (result instanceof Promise) return this.#inTime(this.#settling(result, settle)).then(finish);
        settle(true);
        finish({ result });
      } catch (error) {
        this.#warn(error);
        settle(false);
        finish(null);
      }
      return undefined;
    };
    const done = this.#last === null ? run() : this.#last.then(run);
    if (done === undefined) return;
    this.#last = done;
    void done.then(() => {
      if (this.#last === done) this.#last = null;
    });
  }

  /** Never rejects. */
  async #settling<T>(asked: Promise<T>, settle: (isDone: boolean) => void): Promise<{ result: T } | null> {
    try {
      const result = await asked;
      settle(true);
      return { result };
    } catch (error) {
      this.#warn(error);
      settle(false);
      return null;
    }
  }

  /** Null where the time is up; while something is overdue, nothing else is waited for either. */
  #inTime<T>(asked: Promise<T | null>): Promise<T | null> {
    return new Promise((resolve) => {
      let isOverdue = false;
      const timer = setTimeout(
        () => {
          isOverdue = true;
          this.#overdue += 1;
          this.#warn(new Error('The storage does not answer'));
          resolve(null);
        },
        this.#overdue > 0 ? 0 : storageDeadlineMs,
      );
      void asked.then((outcome) => {
        clearTimeout(timer);
        resolve(outcome);
        if (!isOverdue) return;
        this.#overdue -= 1;
        if (this.#overdue === 0) this.#tell(this.#deps.onBack);
      });
    });
  }

  /** Whoever hears of it and throws keeps nothing from what waits behind. */
  #tell(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      const fields = { name: nameOf(error) };
      this.#deps.log({ level: 'warn', message: 'What follows the keeping of the outbox failed', fields });
    }
  }

  #warn(error: unknown): void {
    const fields = { ...describeFailure(error), name: nameOf(error) };
    this.#deps.log({ level: 'warn', message: 'The outbox could not be kept', fields });
  }
}
