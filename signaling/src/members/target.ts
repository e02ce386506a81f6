import { AppError } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { outranks, type RoomForUser, type Standing, standingOf } from '../rooms/index.ts';
import { selectTarget, type Target } from './repository.ts';

export interface FoundTarget extends Target {
  standing: Standing;
}

export const createNoPersonError = () => new AppError('NotFound', 'There is no such person here.');

/** @throws AppError `NotFound` where there is no such person. */
export const requireTarget = async (
  tx: Queryable,
  { room, facts }: RoomForUser,
  userId: string,
): Promise<FoundTarget> => {
  const target = await selectTarget(tx, { roomId: room.id, userId });
  if (!target) throw createNoPersonError();
  const silence = { isTextMuted: false, isVoiceMuted: false, isBlocked: false };
  return { ...target, standing: standingOf(facts, { ...target, ...silence }) };
};

/** @throws AppError `Forbidden` where the other one stands as high. */
export const assertOutranks = (actor: Standing, target: Standing): void => {
  if (outranks(actor, target)) return;
  throw new AppError('Forbidden', 'This person stands as high in the room as you do; ask one of its owners.');
};

/**
 * An end in the one form that is stored and told; null where there is none.
 * @throws AppError `ValidationError` for one that is over already.
 */
export const toEnd = (expiresAt: string | null): string | null => {
  if (expiresAt === null) return null;
  const end = new Date(expiresAt);
  if (end.getTime() > Date.now()) return end.toISOString();
  const message = 'Use a moment that is still to come';
  throw new AppError('ValidationError', `expires_at: ${message}`, {
    issues: [{ path: ['expires_at'], message, code: 'custom' }],
  });
};
