import { AppError } from '@boltorezka/protocol';
import { assertMay } from '../rooms/index.ts';
import type { Facts } from './facts-repository.ts';

type WritingAction = 'write' | 'react' | 'pin' | 'attach' | 'startThread' | 'mentionEveryone';

/**
 * May this person do that, where it adds something to the room?
 * @throws AppError `RoomNotFound`, `Forbidden`.
 */
export const assertMayAdd = (facts: Facts, action: WritingAction): void => {
  if (facts.isGone) throw new AppError('Forbidden', 'This account may not write any more.');
  assertMay(facts.found, action);
};

/**
 * In slow mode a member waits between two messages; moderators do not.
 * @throws AppError `RateLimited`, with the time to wait.
 */
export const assertNotTooSoon = ({ found, now }: Facts, lastOwnAt: Date | null): void => {
  const { slowModeS } = found.details;
  if (slowModeS === 0 || lastOwnAt === null || found.may('skipSlowMode')) return;
  const retryAfterMs = lastOwnAt.getTime() + slowModeS * 1_000 - now.getTime();
  if (retryAfterMs <= 0) return;
  throw new AppError(
    'RateLimited',
    `This room is in slow mode; write again in ${Math.ceil(retryAfterMs / 1_000)} s.`,
    {
      retryAfterMs,
    },
  );
};

/** Missing, or of a room that the person may not read: the same, so that nobody learns of ids. */
export const noSuchMessage = (): AppError => new AppError('NotFound', 'There is no such message.');
