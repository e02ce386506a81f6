import type { FastifyRateLimitStore, RateLimitPluginOptions } from '@fastify/rate-limit';
import { countingKey } from '../platform/address.ts';
import type { SharedCounter } from '../platform/redis-counter.ts';

interface Window {
  count: number;
  startedAtMs: number;
}

const maxKeys = 50_000;

type Callback = (error: Error | null, result?: { current: number; ttl: number }) => void;

/** Groups in which a guess at each process would be as many guesses as there are processes. */
const sharedGroups: ReadonlySet<string> = new Set(['auth', 'tokens']);

/** What this process has counted. */
class Windows {
  readonly #windows = new Map<string, Window>();

  increment(key: string, timeWindowMs: number): { current: number; ttl: number } {
    const nowMs = Date.now();
    const known = this.#windows.get(key);
    const isOver = !known || nowMs - known.startedAtMs >= timeWindowMs;
    const window = isOver ? { count: 1, startedAtMs: nowMs } : { ...known, count: known.count + 1 };
    // Re-inserted, the map's order is that of the last use.
    this.#windows.delete(key);
    this.#windows.set(key, window);
    this.#forgetOldest();
    return { current: window.count, ttl: timeWindowMs - (nowMs - window.startedAtMs) };
  }

  #forgetOldest(): void {
    if (this.#windows.size <= maxKeys) return;
    const oldest = this.#windows.keys().next().value;
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}

/**
 * One count for all routes of a group. The library's own store gives each route a count of its own, and thirty sign-ups
 * plus thirty sign-ins a minute are not the thirty that an operator has set.
 */
class GroupStore implements FastifyRateLimitStore {
  readonly #windows: Windows;
  readonly #counter: SharedCounter | undefined;

  constructor(windows: Windows, counter: SharedCounter | undefined) {
    this.#windows = windows;
    this.#counter = counter;
  }

  /** What all processes have counted, where that is known; what this one has, in any case. */
  incr(key: string, callback: Callback, timeWindowMs = 60_000): void {
    const own = this.#windows.increment(key, timeWindowMs);
    if (!this.#counter) return callback(null, own);
    this.#counter
      .increment(key, timeWindowMs)
      .then((shared) =>
        callback(
          null,
          shared && shared.count > own.current ? { current: shared.count, ttl: shared.leftMs } : own,
        ),
      )
      .catch(() => callback(null, own));
  }

  /** @param limit the route's own; the library hands it over under another type. */
  child(limit: object): GroupStore {
    const isShared = 'groupId' in limit && sharedGroups.has(String(limit.groupId));
    return new GroupStore(this.#windows, isShared ? this.#counter : undefined);
  }
}

/** Routes are limited where they say so; they are counted by address and group. */
export const rateLimitOptions = (counter: SharedCounter | undefined): RateLimitPluginOptions => {
  const windows = new Windows();
  return {
    global: false,
    store: class extends GroupStore {
      constructor() {
        super(windows, counter);
      }
    },
    keyGenerator: ({ ip }) => countingKey(ip),
  };
};
