import type { Logger } from './log.ts';

export interface UnansweredCommitsDeps {
  /** Which of these server processes of the database are still there. */
  selectAlive: (pids: number[]) => Promise<number[]>;
  log: Logger;
  intervalMs?: number;
}

const defaultIntervalMs = 500;
/** A process that is there for so long works for somebody else, by the same number. */
const maxAnswers = 60;

/**
 * Transactions whose COMMIT had no answer: each may be committed though whoever began it was told that it failed, and told
 * nobody of it. What became of it is decided when the process of the database that was to do it is gone; a database that
 * hangs may do it much later.
 */
export class UnansweredCommits {
  readonly #deps: Required<UnansweredCommitsDeps>;
  readonly #listeners = new Set<() => void>();
  /** By process: how often it was found alive. */
  readonly #answers = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(deps: UnansweredCommitsDeps) {
    this.#deps = { intervalMs: defaultIntervalMs, ...deps };
  }

  add(pid: number): void {
    this.#answers.set(pid, 0);
    this.#schedule();
  }

  /** Told when some of them are decided. @returns what ends that. */
  onDecided(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#isClosed || this.#answers.size === 0) return;
    this.#timer ??= setTimeout(() => void this.#look(), this.#deps.intervalMs).unref();
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const asked = [...this.#answers.keys()];
    try {
      const alive = new Set(await this.#deps.selectAlive(asked));
      const decided = asked.filter((pid) => !alive.has(pid) || this.#countOf(pid) >= maxAnswers);
      for (const pid of decided) this.#answers.delete(pid);
      if (decided.length > 0 && !this.#isClosed) this.#tell(decided.length);
    } catch (error) {
      this.#deps.log.debug({ err: error }, 'what became of a transaction is not known yet');
    }
    this.#timer = undefined;
    this.#schedule();
  }

  #countOf(pid: number): number {
    const count = (this.#answers.get(pid) ?? 0) + 1;
    this.#answers.set(pid, count);
    return count;
  }

  #tell(count: number): void {
    this.#deps.log.info({ count }, 'transactions may have been committed without an answer');
    for (const listener of [...this.#listeners]) listener();
  }
}
