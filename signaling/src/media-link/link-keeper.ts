import type { MediaHello } from '@boltorezka/protocol';
import { Link, type LinkAddress, type LinkDeps, type LinkEnd } from './link.ts';

export interface LinkKeeperDeps extends Pick<LinkDeps, 'requestTimeoutMs' | 'order' | 'log' | 'onEvent'> {
  address: LinkAddress;
  random: () => number;
  onUp: (hello: MediaHello) => void;
  /** A link that stood, or an attempt at one, has ended. */
  onDown: (end: LinkEnd) => void;
}

const firstRetryMs = 250;
const maxRetryMs = 2_000;

/** A node counts wrong secrets, and shuts out an address that has too many: whoever else is there must not suffer. */
const refusedRetryMs = 30_000;

/** A link that ends sooner counts as a failed attempt: ends that greet and hang up are not asked without a pause. */
const stableAfterMs = 1_000;

/** Keeps a link to a node: opens the next one when it ends, the first time at once, later with more and more patience. */
export class LinkKeeper {
  readonly #deps: LinkKeeperDeps;
  #link: Link | undefined;
  #upSince: number | undefined;
  #failures = 0;
  #retryTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(deps: LinkKeeperDeps) {
    this.#deps = deps;
    this.#open();
  }

  /** The link, once its node has said hello. */
  get current(): Link | undefined {
    return this.#upSince === undefined ? undefined : this.#link;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#retryTimer);
    this.#link?.close();
  }

  #open(): void {
    const { address, requestTimeoutMs, order, log, onUp, onEvent } = this.#deps;
    this.#link = new Link({
      ...address,
      requestTimeoutMs,
      order,
      log,
      onHello: (hello) => {
        this.#upSince = performance.now();
        log.info({ nodeId: hello.nodeId }, 'the media node is reached');
        onUp(hello);
      },
      onEvent,
      onEnd: (end) => this.#handleEnd(end),
    });
  }

  #handleEnd(end: LinkEnd): void {
    const { log, onDown } = this.#deps;
    const upForMs = this.#upSince === undefined ? 0 : performance.now() - this.#upSince;
    if (upForMs >= stableAfterMs) this.#failures = 0;
    this.#upSince = undefined;
    this.#link = undefined;
    onDown(end);
    if (this.#closed) return;
    // Said once, not every two seconds.
    const level = this.#failures === 0 || end.wasRefused ? 'warn' : 'debug';
    log[level]({ err: end.error }, 'the media node cannot be reached; trying again');
    this.#retryTimer = setTimeout(() => this.#open(), this.#retryDelayMs(end));
    this.#failures += 1;
  }

  #retryDelayMs({ wasRefused }: LinkEnd): number {
    const jitter = (1 + this.#deps.random()) / 2;
    if (wasRefused) return refusedRetryMs * jitter;
    if (this.#failures === 0) return 0;
    return Math.min(maxRetryMs, firstRetryMs * 2 ** (this.#failures - 1)) * jitter;
  }
}
