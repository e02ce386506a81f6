import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';

export interface ResyncDeps {
  publish: Publish;
  /** How many sockets this process has; the others are taken to have about as many. */
  socketCount: () => number;
  intervalMs?: number;
}

/** So many a second read everything anew, about. */
const socketsPerSecond = 500;
const [leastSpreadMs, mostSpreadMs] = [500, 10_000];

/**
 * Tells every socket, at whichever process, that it may have missed what nobody can number: rooms that were opened to a
 * person, their inbox, what they have read elsewhere, who writes where. Whoever finds that something may not have been told
 * asks for it; asked often, it is told once in a while, and once more after the last time.
 */
export class Resync {
  readonly #deps: Required<ResyncDeps>;
  #pause: NodeJS.Timeout | undefined;
  #isWanted = false;
  #isClosed = false;

  constructor(deps: ResyncDeps) {
    this.#deps = { intervalMs: 5_000, ...deps };
  }

  ask(): void {
    if (this.#isClosed) return;
    if (this.#pause) this.#isWanted = true;
    else this.#tell();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#pause);
  }

  #tell(): void {
    const { publish, socketCount, intervalMs } = this.#deps;
    const needed = Math.round((socketCount() / socketsPerSecond) * 1_000);
    const spreadMs = Math.min(mostSpreadMs, Math.max(leastSpreadMs, needed));
    publish(topics.everyone, { type: 'server.resync', payload: { spreadMs } });
    this.#isWanted = false;
    this.#pause = setTimeout(() => this.#resume(), intervalMs).unref();
  }

  #resume(): void {
    this.#pause = undefined;
    if (this.#isWanted) this.#tell();
  }
}
