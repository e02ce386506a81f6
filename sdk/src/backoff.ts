export interface BackoffLimits {
  baseMs: number;
  maxMs: number;
}

const defaultLimits: BackoffLimits = { baseMs: 250, maxMs: 10_000 };

/**
 * Exponential backoff with full jitter: anywhere from nothing to `baseMs` doubled with each failure, `maxMs` at most.
 * The jitter is full so that a thousand clients that lost one server do not come back as one wave.
 */
export const backoffDelayMs = (
  failures: number,
  random: () => number,
  { baseMs, maxMs }: BackoffLimits = defaultLimits,
): number => {
  // 2 ** 30 is past any maxMs; more would only risk Infinity.
  const ceilingMs = Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
  return Math.round(random() * ceilingMs);
};

/** When to come back after `server.draining`: not before the server asked, and not all at once. */
export const drainDelayMs = (reconnectAfterMs: number, random: () => number): number =>
  Math.round(reconnectAfterMs * (1 + random() / 2));

/** Waits; ends early, and without an error, when the signal fires. Without a time it waits for the signal alone. */
export const sleep = (delayMs: number | null, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = delayMs === null ? undefined : setTimeout(finish, delayMs);
    signal.addEventListener('abort', finish);
  });

/** The wait before another attempt, which somebody may cut short. */
export interface RetryPause {
  wait(delayMs: number | null, signal: AbortSignal): Promise<void>;
  skip(): void;
}

export const createRetryPause = (): RetryPause => {
  let skipping: AbortController | null = null;
  const skip = () => skipping?.abort();
  return {
    skip,
    wait: async (delayMs, signal) => {
      if (signal.aborted) return;
      skipping = new AbortController();
      signal.addEventListener('abort', skip);
      await sleep(delayMs, skipping.signal);
      signal.removeEventListener('abort', skip);
      skipping = null;
    },
  };
};
