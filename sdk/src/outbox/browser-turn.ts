import type { OutboxTurn, OutboxTurnListener } from '../types/outbox.ts';

/** What a page needs of its browser to take turns; without it, each page sends what it knows of. */
export interface TurnMeans {
  locks: Pick<LockManager, 'request'> | undefined;
  createChannel:
    | ((name: string) => Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>)
    | undefined;
}

const browserMeans = (): TurnMeans => ({
  // Web Locks are there in secure contexts alone: not on a page of plain http.
  locks: typeof navigator === 'undefined' ? undefined : navigator.locks,
  createChannel: typeof BroadcastChannel === 'undefined' ? undefined : (name) => new BroadcastChannel(name),
});

/**
 * One page of the browser sends: the one that was there first, until somebody writes in another. A page that is closed
 * leaves its turn to one that waits. Where the browser refuses its locks, every page sends. The server takes each message once, so that a turn that changes while something is
 * on its way doubles nothing.
 */
export const createTurn = (means: TurnMeans, userId: string, listener: OutboxTurnListener): OutboxTurn =>
  new BrowserTurn(means, userId, listener);

class BrowserTurn implements OutboxTurn {
  readonly #name: string;
  readonly #locks: TurnMeans['locks'];
  readonly #listener: OutboxTurnListener;
  readonly #channel: ReturnType<NonNullable<TurnMeans['createChannel']>> | undefined;
  /** The request by which this page has the turn, waits for it or takes it: an earlier one counts no more. */
  #current = new AbortController();
  #hasTurn = false;
  #isTaking = false;
  #hasLeft = false;

  constructor({ locks, createChannel }: TurnMeans, userId: string, listener: OutboxTurnListener) {
    this.#name = `boltorezka-outbox-${userId}`;
    this.#locks = locks;
    this.#listener = listener;
    this.#channel = createChannel?.(this.#name);
    if (this.#channel) this.#channel.onmessage = () => listener.onChanged();
    this.#request({});
  }

  take(): void {
    if (this.#hasTurn || this.#isTaking || this.#hasLeft) return;
    this.#isTaking = true;
    this.#request({ steal: true });
  }

  announce(): void {
    if (!this.#hasLeft) this.#channel?.postMessage(null);
  }

  leave(): void {
    this.#hasLeft = true;
    this.#current.abort();
    if (!this.#channel) return;
    this.#channel.onmessage = null;
    this.#channel.close();
  }

  #request(options: LockOptions): void {
    this.#current.abort();
    const own = new AbortController();
    this.#current = own;
    if (!this.#locks) {
      void this.#hold(own.signal);
      return;
    }
    // What steals cannot be called off, and need not be: it is granted at once.
    const asked = options.steal ? options : { signal: own.signal };
    this.#locks
      .request(this.#name, asked, () => this.#hold(own.signal))
      .catch((error: unknown) => this.#handleRejected(own.signal, error));
  }

  #hold(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    this.#hasTurn = true;
    this.#isTaking = false;
    this.#listener.onTurn();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  }

  /** A lock that is stolen rejects the request that held it. Whatever else rejects would do so again. */
  #handleRejected(signal: AbortSignal, error: unknown): void {
    if (signal.aborted) return;
    this.#isTaking = false;
    const isStolen = this.#hasTurn && error instanceof DOMException && error.name === 'AbortError';
    if (isStolen) {
      this.#hasTurn = false;
      this.#listener.onTurnLost();
      this.#request({});
    } else if (!this.#hasTurn) void this.#hold(signal);
  }
}

export const enterBrowserTurn = (userId: string, listener: OutboxTurnListener): OutboxTurn =>
  createTurn(browserMeans(), userId, listener);
