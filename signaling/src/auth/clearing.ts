import type { Logger } from '../platform/log.ts';
import type { Clearing, ClearingRepository } from './clearing-repository.ts';

export interface AccountClearingDeps {
  repository: ClearingRepository;
  /** Erases what somebody wrote, everywhere, in transactions of its own; some of it, where the signal fires. */
  eraseAllOf: (userId: string, signal: AbortSignal) => Promise<void>;
  log: Logger;
}

/** What failed, or was left by a process that is gone, is taken up again so soon. */
const intervalMs = 60_000;

/**
 * Clears what deleted accounts have left behind, beside what is asked of the server. Two processes that clear the same do
 * each other no harm.
 */
export class AccountClearing {
  readonly #deps: AccountClearingDeps;
  readonly #stopping = new AbortController();
  #turn: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: AccountClearingDeps) {
    this.#deps = deps;
  }

  open(): void {
    void this.clear();
    this.#timer = setInterval(() => void this.clear(), intervalMs).unref();
  }

  /** Resolves when the transaction that is under way has ended; what is left is taken up at the next start. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#turn;
  }

  /** Resolves when what waited has been cleared, or could not be. Never rejects. */
  clear(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#clearWaiting());
    return this.#turn;
  }

  async #clearWaiting(): Promise<void> {
    const { repository, log } = this.#deps;
    const waiting = await repository.waiting().catch((error: unknown) => {
      log.warn({ err: error }, 'which deleted accounts are to be cleared is not known yet');
      return [];
    });
    for (const clearing of waiting) {
      await this.#clearOne(clearing).catch((error: unknown) =>
        log.warn({ err: error }, 'what a deleted account has left behind is not cleared yet'),
      );
    }
  }

  async #clearOne({ userId, erasesMessages }: Clearing): Promise<void> {
    const { repository, eraseAllOf } = this.#deps;
    const { signal } = this.#stopping;
    await repository.forgetAll(userId);
    while (!signal.aborted && (await repository.clearInbox(userId)));
    if (erasesMessages) await eraseAllOf(userId, signal);
    if (!signal.aborted) await repository.finish(userId);
  }
}
