import { AppError, outranks, type Standing, standingOf } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import type { RoomForUser } from '../rooms/index.ts';
import { hasAnotherOwner, selectTarget, type Target } from './repository.ts';

export interface FoundTarget extends Target {
  standing: Standing;
}

/** What a transaction has found, and has to do with. */
export interface Found {
  tx: Queryable;
  room: RoomForUser;
  target: FoundTarget;
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

/**
 * Of a public room that nobody owns, administrators are the owners, and may make it one.
 * @throws AppError `Conflict` where nobody would own the room.
 */
export const assertNotLastOwner = async ({ tx, room, target }: Found): Promise<void> => {
  if (target.role !== 'owner' || (room.facts.isPublic && room.may('manageOwners'))) return;
  if (await hasAnotherOwner(tx, { roomId: room.room.id, userId: target.userId })) return;
  throw new AppError(
    'Conflict',
    'A room keeps one owner at least: make somebody else one first, or delete it.',
  );
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
