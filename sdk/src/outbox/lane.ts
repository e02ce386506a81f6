import type { AppError } from '@boltorezka/protocol';
import { backoffDelayMs } from '../backoff.ts';
import { asAppError, isRetryable } from '../failures.ts';

export interface LaneDeps<T, R> {
  send: (item: T) => Promise<R>;
  random: () => number;
  onDone: (item: T, result: R) => void;
  /** The server will not take it, however often it is asked. */
  onRefused: (item: T, error: AppError) => void;
  /** The server does not find us in the room. */
  onNotJoined: () => void;
  /** Whether what is in the lane moves has changed, or until when it waits. */
  onChange: () => void;
}

/**
 * Brings things to the server one after another. One is on its way at a time, so that none overtakes another and a burst
 * is no flood; where one has to wait, all wait. What the server cannot take now is tried for as long as it takes.
 */
export interface Lane<T> {
  add(item: T): void;
  /** Drops what is not to be sent any more. */
  remove(matches: (item: T) => boolean): void;
  /** What is to be sent from here on, in its order. Where the first stays the first, so does what it waits for. */
  arrange(items: readonly T[]): void;
  /** There is a way: what waits goes out, in its order. */
  open(): void;
  /** There is none any more: everything waits. */
  pause(): void;
  /** It moves: not closed, and not waiting for a moment to come. */
  isMoving(): boolean;
  /** Until when it waits, in milliseconds since the epoch, and why; null where it does not wait for the clock. */
  waitsFor(): LanePause | null;
}

export interface LanePause {
  retryAt: number;
  error: AppError;
}

/** A server that fails at one thing again and again must not hold up the others for ever. */
const maxServerErrors = 5;
const failedText = 'The server could not be asked. Try again.';

export const createLane = <T extends object, R>(deps: LaneDeps<T, R>): Lane<T> => new OrderedLane(deps);

class OrderedLane<T extends object, R> implements Lane<T> {
  readonly #deps: LaneDeps<T, R>;
  #queue: T[] = [];
  #isOpen = false;
  /** The attempt that is on its way; an answer to another one comes too late to count as a failure. */
  #attempt: object | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: LanePause | null = null;
  /** Of the first in the queue. */
  #failures = 0;
  #serverErrors = 0;

  constructor(deps: LaneDeps<T, R>) {
    this.#deps = deps;
  }

  add(item: T): void {
    this.#queue.push(item);
    this.#sendNext();
  }

  remove(matches: (item: T) => boolean): void {
    this.arrange(this.#queue.filter((item) => !matches(item)));
  }

  arrange(items: readonly T[]): void {
    const [first] = this.#queue;
    this.#queue = [...items];
    if (this.#queue[0] === first) return;
    // The one that all waited for is gone. Where it was on its way, its answer lets the next one go.
    this.#resetFailures();
    this.#stopWaiting();
    this.#sendNext();
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

  isMoving(): boolean {
    return this.#isOpen && this.#waiting === null;
  }

  waitsFor(): LanePause | null {
    return this.#waiting;
  }

  #sendNext(): void {
    const [item] = this.#queue;
    if (!this.#isOpen || this.#attempt || this.#waiting || !item) return;
    const attempt = {};
    this.#attempt = attempt;
    this.#deps.send(item).then(
      (result) => this.#settle(attempt, () => this.#handleDone(item, result)),
      (error: unknown) => {
        if (this.#attempt === attempt) this.#settle(attempt, () => this.#handleFailure(item, error));
      },
    );
  }

  #settle(attempt: object, handle: () => void): void {
    if (this.#attempt === attempt) this.#attempt = null;
    handle();
    this.#sendNext();
  }

  #handleDone(item: T, result: R): void {
    if (this.#take(item)) this.#deps.onDone(item, result);
  }

  #handleFailure(item: T, cause: unknown): void {
    if (!this.#queue.includes(item)) return;
    const error = asAppError(cause, failedText);
    const { random, onRefused, onNotJoined } = this.#deps;
    if (error.code === 'ServerError' && !error.retryable) this.#serverErrors += 1;
    const isHopeless = this.#serverErrors > maxServerErrors;
    if (error.code === 'NoActiveRoom') onNotJoined();
    else if (!isRetryable(error) || isHopeless) {
      if (this.#take(item)) onRefused(item, error);
      return;
    }
    // Where the server says when, that is no sign of trouble; the jitter keeps two pages of one person apart.
    if (error.retryAfterMs === undefined) this.#failures += 1;
    const backoffMs = backoffDelayMs(Math.max(this.#failures, 1), random);
    this.#wait(Math.max(error.retryAfterMs ?? 0, backoffMs), error);
  }

  #take(item: T): boolean {
    const index = this.#queue.indexOf(item);
    if (index === -1) return false;
    this.#queue.splice(index, 1);
    this.#resetFailures();
    return true;
  }

  #resetFailures(): void {
    this.#failures = 0;
    this.#serverErrors = 0;
  }

  #wait(delayMs: number, error: AppError): void {
    // Joined anew meanwhile, it is open again; paused, it waits for that alone.
    if (!this.#isOpen) return;
    this.#waiting = { retryAt: Date.now() + delayMs, error };
    this.#timer = setTimeout(() => {
      this.#stopWaiting();
      this.#sendNext();
    }, delayMs);
    this.#deps.onChange();
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer);
    if (!this.#waiting) return;
    this.#waiting = null;
    this.#deps.onChange();
  }
}
