import { AppError } from '@boltorezka/protocol';
import { backoffDelayMs } from './backoff.ts';
import { isRetryable } from './failures.ts';

/** Nobody looks at a list so hard that it is asked for without a pause. */
const leastPauseMs = 250;

export interface PatientReadingDeps {
  /** Reads once. Never rejects. @returns what it failed with; null where it did not, or is not wanted any more. */
  attempt: () => Promise<unknown>;
  random: () => number;
}

/** Something that is read from the server whenever it may be another, and again where that failed in passing. */
export interface PatientReading {
  /** Reads now. Ends with the first answer, whatever that is. */
  read(): Promise<void>;
  /** Reads within so long: many are told at once that they should, and must not all come at once. */
  soon(spreadMs: number): void;
  /** Reads no more by itself. */
  stop(): void;
}

export const createPatientReading = ({ attempt, random }: PatientReadingDeps): PatientReading => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn = 0;
  let failures = 0;
  const schedule = (delayMs: number) => {
    // What waits already is not put off.
    timer ??= setTimeout(() => void read(), delayMs);
  };
  const forget = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const read = async (): Promise<void> => {
    forget();
    turn += 1;
    const mine = turn;
    const error = await attempt();
    if (mine !== turn) return;
    failures = isRetryable(error) ? failures + 1 : 0;
    if (failures === 0) return;
    const askedToWaitMs = (error instanceof AppError && error.retryAfterMs) || 0;
    schedule(Math.max(askedToWaitMs, leastPauseMs + backoffDelayMs(failures, random)));
  };
  return {
    read,
    soon: (spreadMs) => schedule(Math.round(random() * spreadMs)),
    stop: () => {
      forget();
      turn += 1;
      failures = 0;
    },
  };
};
