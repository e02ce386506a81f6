import type { AppError } from '@boltorezka/protocol';
import { backoffDelayMs } from '../backoff.ts';
import { asAppError, isRetryable } from '../failures.ts';

export interface LaneDeps<T, R> {
  send: (item: T) => Promise<R>;
  random: () => number;
  /** Whether one may go while the server asks for patience with another that is before it. */
  mayOvertake: (later: T, patient: T) => boolean;
  onDone: (item: T, result: R) => void;
  /** The server will not take it, however often it is asked. */
  onRefused: (item: T, error: AppError) => void;
  /** The server does not find us in the room. */
  onNotJoined: () => void;
  /** What waits for the clock, or until when, has changed. */
  onChange: () => void;
}

/**
 * Brings things to the server one after another. One is on its way at a time, so that none overtakes another and a burst
 * is no flood; where one has to wait, so do all behind it, but for those that may overtake one with which the server asks
 * for patience. What the server cannot take now is tried for as long as it takes.
 */
export interface Lane<T> {
  add(item: T): void;
  /** Drops what is not to be sent any more. */
  remove(matches: (item: T) => boolean): void;
  /** What is to be sent from here on, in its order. What waits goes on waiting. */
  arrange(items: readonly T[]): void;
  /** There is a way: what waits goes out, in its order. */
  open(): void;
  /** There is none any more: everything waits. */
  pause(): void;
  /** What the server asked patience for may go sooner: it is asked again now. */
  hurry(): void;
  isOpen(): boolean;
  /** What waits for the clock by itself or behind another, until when, and why. */
  held(): ReadonlyMap<T, LanePause>;
}

export interface LanePause {
  /** In milliseconds since the epoch. */
  retryAt: number;
  error: AppError;
}

interface Wait extends LanePause {
  timer: ReturnType<typeof setTimeout>;
}

/** How often one was tried in vain. */
interface Trouble {
  failures: number;
  serverErrors: number;
}

/** A server that fails at one thing again and again must not hold up the others for ever. */
const maxServerErrors = 5;
const failedText = 'The server could not be asked. Try again.';

const asksForPatience = ({ error }: LanePause): boolean => error.code === 'RateLimited';

export const createLane = <T extends object, R>(deps: LaneDeps<T, R>): Lane<T> => new OrderedLane(deps);

class OrderedLane<T extends object, R> implements Lane<T> {
  readonly #deps: LaneDeps<T, R>;
  #queue: T[] = [];
  #isOpen = false;
  /** The attempt that is on its way; an answer to another one comes too late to count as a failure. */
  #attempt: object | null = null;
  readonly #waits = new Map<T, Wait>();
  readonly #troubles = new WeakMap<T, Trouble>();

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
    const staying = new Set(items);
    const gone = new Set(this.#queue.filter((item) => !staying.has(item)));
    this.#queue = [...items];
    // Those behind one that is gone wait for it no more. Where it was on its way, its answer lets the next one go.
    for (const item of gone) this.#troubles.delete(item);
    this.#endWaits((item) => gone.has(item));
    this.#sendNext();
  }

  open(): void {
    this.#isOpen = true;
    this.#sendNext();
  }

  pause(): void {
    this.#isOpen = false;
    this.#attempt = null;
    this.#endWaits(() => true);
  }

  hurry(): void {
    this.#endWaits((_item, wait) => asksForPatience(wait));
    this.#sendNext();
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  held(): ReadonlyMap<T, LanePause> {
    const held = new Map<T, LanePause>();
    if (this.#waits.size === 0) return held;
    const before: [T, Wait][] = [];
    for (const item of this.#queue) {
      const own = this.#waits.get(item);
      const holder = before.find(([other, wait]) => !this.#mayPass(item, other, wait))?.[1] ?? own;
      if (holder) held.set(item, holder);
      if (own) before.push([item, own]);
    }
    return held;
  }

  #mayPass(item: T, other: T, wait: Wait): boolean {
    return asksForPatience(wait) && this.#deps.mayOvertake(item, other);
  }

  #sendNext(): void {
    if (!this.#isOpen || this.#attempt) return;
    const held = this.held();
    const item = this.#queue.find((one) => !held.has(one));
    if (!item) return;
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
    const trouble = this.#troubles.get(item) ?? { failures: 0, serverErrors: 0 };
    this.#troubles.set(item, trouble);
    if (error.code === 'ServerError' && !error.retryable) trouble.serverErrors += 1;
    const isHopeless = trouble.serverErrors > maxServerErrors;
    if (error.code === 'NoActiveRoom') onNotJoined();
    else if (!isRetryable(error) || isHopeless) {
      if (this.#take(item)) onRefused(item, error);
      return;
    }
    // Where the server says when, that is no sign of trouble; the jitter keeps two pages of one person apart.
    if (error.retryAfterMs === undefined) trouble.failures += 1;
    const backoffMs = backoffDelayMs(Math.max(trouble.failures, 1), random);
    this.#wait(item, error, Math.max(error.retryAfterMs ?? 0, backoffMs));
  }

  #take(item: T): boolean {
    const index = this.#queue.indexOf(item);
    if (index === -1) return false;
    this.#queue.splice(index, 1);
    this.#troubles.delete(item);
    this.#endWaits((other) => other === item);
    return true;
  }

  #wait(item: T, error: AppError, delayMs: number): void {
    // Joined anew meanwhile, it is open again; paused, it waits for that alone.
    if (!this.#isOpen) return;
    const timer = setTimeout(() => {
      this.#endWaits((other) => other === item);
      this.#sendNext();
    }, delayMs);
    this.#waits.set(item, { retryAt: Date.now() + delayMs, error, timer });
    this.#deps.onChange();
  }

  #endWaits(matches: (item: T, wait: Wait) => boolean): void {
    const ended = [...this.#waits].filter(([item, wait]) => matches(item, wait));
    if (ended.length === 0) return;
    for (const [item, { timer }] of ended) {
      clearTimeout(timer);
      this.#waits.delete(item);
    }
    this.#deps.onChange();
  }
}
