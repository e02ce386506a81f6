import type { Logger } from '../platform/log.ts';
import type { RoomNews, SuccessionRepository } from './succession-repository.ts';

export interface SuccessionDeps {
  repository: SuccessionRepository;
  /** Tells those who are there who owns their room now. */
  tell: (news: RoomNews[]) => void;
  log: Logger;
}

/** What failed is tried again so soon. */
const retryMs = 60_000;

/** Passes on what waits for it, beside what is asked of the server: no start waits for old bans, or fails with one of them. */
export class Succession {
  readonly #deps: SuccessionDeps;
  #isClosed = false;
  #turn: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: SuccessionDeps) {
    this.#deps = deps;
  }

  open(): void {
    this.#turn = this.#passOnAll().catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'rooms whose owner was banned for good are not passed on yet');
      if (!this.#isClosed) this.#timer = setTimeout(() => this.open(), retryMs).unref();
    });
  }

  /** Resolves when the transaction that is under way has ended; what is left is taken up at the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#turn;
  }

  /** One that fails keeps none of the others. */
  async #passOnAll(): Promise<void> {
    const { repository, tell } = this.#deps;
    const failures: unknown[] = [];
    for (const userId of await repository.waiting()) {
      if (this.#isClosed) return;
      await repository.passOn(userId).then(tell, (error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}
