import { notifyAccessChange } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Database, Queryable } from '../platform/db.ts';

export interface NewPicture {
  id: string;
  userId: string;
  sizeBytes: number;
}

/** One change of a person's picture after another, and none once the account is gone. @returns false where it is. */
const waitForTurn = async (tx: Queryable, userId: string): Promise<boolean> => {
  const rows = await tx.query('SELECT id FROM users WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE', [
    userId,
  ]);
  return rows.length > 0;
};

/** The trigger of the table leaves the file to the sweeper. @returns false where there was none. */
const forget = async (tx: Queryable, userId: string): Promise<boolean> => {
  const rows = await tx.query('DELETE FROM user_pictures WHERE user_id = $1 RETURNING id', [userId]);
  return rows.length > 0;
};

/** In the transaction that needs it, for whom it has locked already. @returns false where there was none. */
export const removePicture = async (tx: Queryable, userId: string): Promise<boolean> => {
  if (!(await forget(tx, userId))) return false;
  await notifyAccessChange(tx, { kind: 'userPictured', userId, pictureId: null });
  return true;
};

export interface PictureOfPerson {
  user_id: string;
  picture_id: string;
}

export const createPictureRepository = (db: Database) => ({
  /** @returns false where the account is gone. */
  set: ({ id, userId, sizeBytes }: NewPicture): Promise<boolean> =>
    db.transaction(async (tx) => {
      if (!(await waitForTurn(tx, userId))) return false;
      await forget(tx, userId);
      await tx.query('INSERT INTO user_pictures (user_id, id, size_bytes) VALUES ($1, $2, $3)', [
        userId,
        id,
        sizeBytes,
      ]);
      await notifyAccessChange(tx, { kind: 'userPictured', userId, pictureId: id });
      return true;
    }),

  /** One's own, or with an actor somebody else's, which is written down. @returns false where there was none. */
  remove: ({ userId, actorId }: { userId: string; actorId?: string }): Promise<boolean> =>
    db.transaction(async (tx) => {
      if (!(await waitForTurn(tx, userId)) || !(await removePicture(tx, userId))) return false;
      if (actorId !== undefined)
        await recordAudit(tx, { actorId, action: 'user.removePicture', targetUserId: userId, details: {} });
      return true;
    }),

  of: (userIds: string[]): Promise<PictureOfPerson[]> =>
    db.query<{ user_id: string; picture_id: string }>(
      'SELECT user_id, id AS picture_id FROM user_pictures WHERE user_id = ANY($1::uuid[]) ORDER BY user_id',
      [userIds],
    ),

  isKnown: async (id: string): Promise<boolean> => {
    const rows = await db.query('SELECT id FROM user_pictures WHERE id = $1', [id]);
    return rows.length > 0;
  },
});

export type PictureRepository = ReturnType<typeof createPictureRepository>;
