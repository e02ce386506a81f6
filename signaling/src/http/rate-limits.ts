import type { FastifyRateLimitStore, RateLimitPluginOptions } from '@fastify/rate-limit';
import { countingKey } from '../platform/address.ts';

interface Window {
  count: number;
  startedAtMs: number;
}

const maxKeys = 50_000;

/**
 * One count for all routes of a group. The library's own store gives each route a count of its own, and thirty sign-ups
 * plus thirty sign-ins a minute are not the thirty that an operator has set.
 */
class SharedWindows implements FastifyRateLimitStore {
  readonly #windows = new Map<string, Window>();

  incr(
    key: string,
    callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
    timeWindowMs = 60_000,
  ): void {
    const nowMs = Date.now();
    const known = this.#windows.get(key);
    const isOver = !known || nowMs - known.startedAtMs >= timeWindowMs;
    const window = isOver ? { count: 1, startedAtMs: nowMs } : { ...known, count: known.count + 1 };
    // Re-inserted, the map's order is that of the last use.
    this.#windows.delete(key);
    this.#windows.set(key, window);
    this.#forgetOldest();
    callback(null, { current: window.count, ttl: timeWindowMs - (nowMs - window.startedAtMs) });
  }

  child(): SharedWindows {
    return this;
  }

  #forgetOldest(): void {
    if (this.#windows.size <= maxKeys) return;
    const oldest = this.#windows.keys().next().value;
    if (oldest !== undefined) this.#windows.delete(oldest);
  }
}

/** Routes are limited where they say so; they are counted by address and group. */
export const rateLimitOptions = (): RateLimitPluginOptions => ({
  global: false,
  store: SharedWindows,
  keyGenerator: ({ ip }) => countingKey(ip),
});
