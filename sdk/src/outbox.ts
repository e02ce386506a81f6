import type { AppError, ChatMessage } from '@boltorezka/protocol';
import { backoffDelayMs } from './backoff.ts';
import { asAppError } from './failures.ts';
import type { Connection } from './types.ts';

export interface OutboxDeps {
  slug: string;
  request: Connection['request'];
  random: () => number;
  onSent: (key: string, message: ChatMessage) => void;
  onFailed: (key: string, error: AppError) => void;
}

export interface Outbox {
  add(key: string, text: string): void;
  /** Drops every message that is not among these. */
  keepOnly(keys: ReadonlySet<string>): void;
  /** The room is joined: everything that waits goes out, in the order it was written. */
  open(): void;
  /** The room is not joined any more: everything waits. */
  pause(): void;
}

interface Entry {
  key: string;
  text: string;
  failures: number;
}

const maxFailures = 5;

/**
 * Brings messages to the server at least once; the server, knowing `clientMessageId`, takes each exactly once. One is
 * on its way at a time, so that none overtakes another and a burst is no flood; where one has to wait, all wait. A
 * message whose socket died waits for the next one, however long that takes.
 */
export const createOutbox = (deps: OutboxDeps): Outbox => new OrderedOutbox(deps);

class OrderedOutbox implements Outbox {
  readonly #deps: OutboxDeps;
  #queue: Entry[] = [];
  #isOpen = false;
  /** The attempt that is on its way; an answer to another one comes too late to count as a failure. */
  #attempt: object | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  add(key: string, text: string): void {
    this.#queue.push({ key, text, failures: 0 });
    this.#sendNext();
  }

  keepOnly(keys: ReadonlySet<string>): void {
    this.#queue = this.#queue.filter(({ key }) => keys.has(key));
  }

  open(): void {
    this.#isOpen = true;
    this.#sendNext();
  }

  pause(): void {
    this.#isOpen = false;
    this.#attempt = null;
    this.#stopWaiting();
  }

  #sendNext(): void {
    const [entry] = this.#queue;
    if (!this.#isOpen || this.#attempt || this.#timer !== undefined || !entry) return;
    const attempt = {};
    this.#attempt = attempt;
    const { request, slug } = this.#deps;
    const { key, text } = entry;
    request('chat.send', { roomSlug: slug, clientMessageId: key, text }).then(
      (message) => this.#settle(attempt, () => this.#handleSent(entry, message)),
      (error: unknown) => {
        if (this.#attempt !== attempt) return;
        const reason = asAppError(error, 'The message was not sent.');
        this.#settle(attempt, () => this.#handleFailure(entry, reason));
      },
    );
  }

  #settle(attempt: object, handle: () => void): void {
    if (this.#attempt === attempt) this.#attempt = null;
    handle();
    this.#sendNext();
  }

  #handleSent(entry: Entry, message: ChatMessage): void {
    if (this.#remove(entry)) this.#deps.onSent(entry.key, message);
  }

  #handleFailure(entry: Entry, reason: AppError): void {
    if (!this.#queue.includes(entry)) return;
    const { random, onFailed } = this.#deps;
    if (reason.code === 'RateLimited' && reason.retryAfterMs !== undefined) {
      // The server says when, so this is no sign of trouble; the jitter keeps two pages of one person apart.
      this.#wait(Math.max(reason.retryAfterMs, backoffDelayMs(1, random)));
      return;
    }
    entry.failures += 1;
    if (reason.retryable && entry.failures <= maxFailures) {
      this.#wait(Math.max(reason.retryAfterMs ?? 0, backoffDelayMs(entry.failures, random)));
      return;
    }
    this.#remove(entry);
    onFailed(entry.key, reason);
  }

  #remove(entry: Entry): boolean {
    const index = this.#queue.indexOf(entry);
    if (index !== -1) this.#queue.splice(index, 1);
    return index !== -1;
  }

  #wait(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sendNext();
    }, delayMs);
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
