import { closeCodes } from '@boltorezka/protocol';
import { backoffDelayMs, drainDelayMs } from './backoff.ts';
import { type Pace, paces } from './pace.ts';

/** A socket that lived shorter counts as one more failure: a server that takes and drops us must not be hammered. */
const stableAfterMs = 5_000;
const failuresWhenPushedBack = 4;
/** A server that greets is there, whatever cuts its sockets: whoever sits in a lift is not kept waiting for 10 s. */
const failuresOfGreetedAtMost = 4;
const pushBackCodes: number[] = [closeCodes.rateLimited, closeCodes.tryAgainLater];

/** When to try again after a socket was lost. */
export interface RetryPlan {
  handleReady(): void;
  /** The server stops, and says when to come back. */
  handleDraining(reconnectAfterMs: number): void;
  next(code: number, pace: Pace): { delayMs: number; failures: number };
  reset(): void;
}

export const createRetryPlan = (random: () => number): RetryPlan => {
  let failures = 0;
  let drainMs: number | null = null;
  let onlineSinceMs: number | null = null;
  const delayFor = (pace: Pace, isPushedBack: boolean): number => {
    const { backoff } = isPushedBack ? paces.calm : pace;
    return drainMs === null ? backoffDelayMs(failures, random, backoff) : drainDelayMs(drainMs, random);
  };
  return {
    handleReady: () => {
      onlineSinceMs = performance.now();
    },
    handleDraining: (reconnectAfterMs) => {
      drainMs = reconnectAfterMs;
    },
    next: (code, pace) => {
      const wasGreeted = onlineSinceMs !== null;
      const wasStable = onlineSinceMs !== null && performance.now() - onlineSinceMs >= stableAfterMs;
      onlineSinceMs = null;
      failures = wasStable ? 1 : failures + 1;
      const isPushedBack = pushBackCodes.includes(code);
      if (isPushedBack) failures = Math.max(failures, failuresWhenPushedBack);
      else if (wasGreeted) failures = Math.min(failures, failuresOfGreetedAtMost);
      const delayMs = delayFor(pace, isPushedBack);
      drainMs = null;
      return { delayMs, failures };
    },
    reset: () => {
      failures = 0;
      drainMs = null;
      onlineSinceMs = null;
    },
  };
};
