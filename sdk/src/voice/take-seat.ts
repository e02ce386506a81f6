import { backoffDelayMs, sleep } from '../backoff.ts';
import type { Log } from '../types.ts';
import { SeatMovedError, toSessionError, type VoiceError } from './errors.ts';
import type { Seat, SeatWish } from './seat.ts';
import type { VoiceView } from './view.ts';

export interface TakeSeatDeps {
  seat: Pick<Seat, 'take'>;
  view: VoiceView;
  isOnline: () => boolean;
  random: () => number;
  log: Log;
}

/**
 * Builds a session; a first one is tried once, one that stood before for as long as it takes.
 * @returns 'done' where it stands, where the wish has ended, or where only another socket can bring it back; 'moved' where the
 * person sits elsewhere; else why it cannot be.
 */
export const takeSeat = async (
  deps: TakeSeatDeps,
  wish: SeatWish,
): Promise<'done' | 'moved' | VoiceError> => {
  const { seat, view, isOnline, random, log } = deps;
  const { signal, isReturn } = wish;
  while (!signal.aborted) {
    try {
      await seat.take(wish);
      return 'done';
    } catch (cause) {
      if (signal.aborted) return 'done';
      if (cause instanceof SeatMovedError) return 'moved';
      const error = toSessionError(cause, isOnline());
      log({ level: 'warn', message: 'Voice could not be joined', fields: { code: error.code } });
      if (!isReturn || !error.retryable) return error;
      view.handleFailure(error);
      // Without a socket there is nothing to try; when it is back, everything begins anew.
      if (!isOnline()) return 'done';
      const delayMs = backoffDelayMs(view.failures, random);
      await sleep(Math.max(error.retryAfterMs, delayMs), signal);
    }
  }
  return 'done';
};
