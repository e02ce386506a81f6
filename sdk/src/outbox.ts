import { AppError, type ChatMessage } from '@boltorezka/protocol';
import { backoffDelayMs } from './backoff.ts';
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
  text: string;
  failures: number;
  /** Tells the answer to this attempt from a late one to an earlier attempt. */
  attempt: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const maxFailures = 5;

const toReason = (error: unknown): AppError =>
  error instanceof AppError ? error : new AppError('ServerError', 'The message was not sent.');

/**
 * Brings messages to the server at least once; the server, knowing `clientMessageId`, takes each exactly once. A
 * message whose socket died waits for the next one, however long that takes.
 */
export const createOutbox = (deps: OutboxDeps): Outbox => new RetryingOutbox(deps);

class RetryingOutbox implements Outbox {
  readonly #deps: OutboxDeps;
  readonly #entries = new Map<string, Entry>();
  #isOpen = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  add(key: string, text: string): void {
    const entry: Entry = { text, failures: 0, attempt: 0, timer: undefined };
    this.#entries.set(key, entry);
    if (this.#isOpen) this.#send(key, entry);
  }

  keepOnly(keys: ReadonlySet<string>): void {
    for (const [key, { timer }] of this.#entries) {
      if (keys.has(key)) continue;
      clearTimeout(timer);
      this.#entries.delete(key);
    }
  }

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    for (const [key, entry] of [...this.#entries]) this.#send(key, entry);
  }

  pause(): void {
    this.#isOpen = false;
    for (const entry of this.#entries.values()) clearTimeout(entry.timer);
  }

  #send(key: string, entry: Entry): void {
    entry.attempt += 1;
    const { attempt } = entry;
    const { request, slug, onSent } = this.#deps;
    request('chat.send', { roomSlug: slug, clientMessageId: key, text: entry.text }).then(
      (message) => {
        // A late answer to an earlier attempt is as good as any.
        if (this.#entries.delete(key)) onSent(key, message);
      },
      (error: unknown) => {
        const isCurrent = this.#entries.get(key) === entry && entry.attempt === attempt;
        if (isCurrent && this.#isOpen) this.#handleFailure(key, entry, toReason(error));
      },
    );
  }

  #handleFailure(key: string, entry: Entry, reason: AppError): void {
    entry.failures += 1;
    if (!reason.retryable || entry.failures > maxFailures) {
      this.#entries.delete(key);
      this.#deps.onFailed(key, reason);
      return;
    }
    const delayMs = Math.max(reason.retryAfterMs ?? 0, backoffDelayMs(entry.failures, this.#deps.random));
    entry.timer = setTimeout(() => this.#send(key, entry), delayMs);
  }
}
