import { AppError, type ErrorCode } from '@boltorezka/sdk';

/** Before the first try of its own; each one after that waits for twice as long. */
const firstWaitMs = 2_000;

interface Patience {
  /** How long one waits at least, and where the server does not say how long, at most. */
  leastMs: number;
  mostMs: number;
  maxTries: number;
}

/** Errors that pass by themselves. */
const patience: Partial<Record<ErrorCode, Patience>> = {
  // A file that fails however often it is tried, as one that something on the way cuts off, is tried no more.
  Unavailable: { leastMs: firstWaitMs, mostMs: Number.POSITIVE_INFINITY, maxTries: 5 },
  // Another device of this person's has files under way, or what was cut off here has not ended at the server. Large ones on
  // a slow line take their time: about half an hour.
  RateLimited: { leastMs: 5_000, mostMs: 30_000, maxTries: 60 },
};

/** How often a file was tried again, and for what. */
export type Tries = Partial<Record<ErrorCode, number>>;

/** @returns null where it is left to the file's owner. */
export const waitOf = (error: unknown, before: Tries): { waitMs: number; tries: Tries } | null => {
  if (!(error instanceof AppError)) return null;
  const { code, retryAfterMs } = error;
  const known = patience[code];
  const count = before[code] ?? 0;
  if (!known || count >= known.maxTries) return null;
  const ownMs = Math.min(firstWaitMs * 2 ** count, known.mostMs);
  return {
    waitMs: Math.max(retryAfterMs ?? ownMs, known.leastMs),
    tries: { ...before, [code]: count + 1 },
  };
};
