import type { User } from '@boltorezka/protocol';
import { notifyAccessChange } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import { selectAskedRoomIds } from '../members/index.ts';
import { removePicture } from '../pictures/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { forgetUnused, insertClearing, revokeInvitationsBy } from './clearing-repository.ts';
import { leaveRooms } from './departure-repository.ts';
import { revokeSessions } from './repository.ts';
import type { RoomNews } from './succession-repository.ts';
import { isAdministratorSql, toUser, type UserRow, userColumns } from './user-rows.ts';

/**
 * Locks the administrators, so that of two who take each other's place away one stays.
 * @returns true where nobody but this person administers the server.
 */
export const isLastAdministrator = async (tx: Queryable, userId: string): Promise<boolean> => {
  const rows = await tx.query<{ id: string }>(
    `SELECT u.id FROM users u WHERE ${isAdministratorSql} ORDER BY u.id FOR NO KEY UPDATE`,
  );
  return rows.length === 1 && rows[0]?.id === userId;
};

/**
 * Changes a key of the account: whoever refers to it meanwhile, and holds what they need for that, waits. So nothing of the person's
 * is waited for after it; and nothing that others take who refer to the account already is taken before it. Whoever would let them
 * in anywhere finds them gone.
 */
const closeAccount = async (tx: Queryable, userId: string): Promise<void> => {
  await tx.query(
    `UPDATE users SET email = NULL, password_hash = NULL, name = '', is_administrator = false, deleted_at = now(),
       banned_at = NULL, banned_until = NULL, ban_reason = NULL WHERE id = $1`,
    [userId],
  );
};

/** What nobody takes who refers to the account already. */
const endAccess = async (tx: Queryable, userId: string): Promise<void> => {
  await removePicture(tx, userId);
  await revokeSessions(tx, { userId });
  await revokeInvitationsBy(tx, userId);
};

export interface Deletion {
  userId: string;
  /** Of whoever deletes their own account: it is still good. */
  passwordHash?: string;
  /** Of somebody else's: who does it. */
  actorId?: string;
  /** What the person wrote goes as well. */
  erasesMessages: boolean;
}

const remove = async (tx: Queryable, deletion: Deletion): Promise<RoomNews[] | DeletionRefusal> => {
  const { userId, passwordHash, actorId, erasesMessages } = deletion;
  if (await isLastAdministrator(tx, userId)) return 'last-administrator';
  const [user] = await tx.query<{ name: string }>(
    `SELECT u.name FROM users u WHERE u.id = $1 AND u.deleted_at IS NULL AND ($2::text IS NULL OR u.password_hash = $2)
     FOR NO KEY UPDATE`,
    [userId, passwordHash ?? null],
  );
  if (!user) return 'gone';
  const asked = await selectAskedRoomIds(tx, [userId]);
  // Rooms come before their people; those that let them in until nobody could any more are left after that. What else came
  // meanwhile is cleared afterwards: whoever waits for the account may hold it.
  const leaver = { userId, userName: user.name };
  const news = await leaveRooms(tx, leaver);
  await endAccess(tx, userId);
  await closeAccount(tx, userId);
  news.push(...(await leaveRooms(tx, leaver)));
  const roomIds = [...new Set([...asked, ...(await selectAskedRoomIds(tx, [userId]))])];
  await forgetUnused(tx, userId);
  await insertClearing(tx, { userId, erasesMessages });
  if (actorId !== undefined)
    await recordAudit(tx, { actorId, action: 'user.delete', targetUserId: userId, details: {} });
  return [...news, { type: 'moderation.changed', roomIds }];
};

export type DeletionRefusal = 'last-administrator' | 'gone';

const resetPassword = async (
  tx: Queryable,
  codeHash: Buffer,
  passwordHash: string,
): Promise<{ email: string } | undefined> => {
  // The person before the codes, as by whoever changes the password or has another code made.
  const [owner] = await tx.query<{ id: string }>(
    `SELECT u.id FROM users u WHERE u.deleted_at IS NULL
       AND u.id = (SELECT user_id FROM password_resets WHERE code_hash = $1) FOR NO KEY UPDATE`,
    [codeHash],
  );
  const used = await tx.query(
    'DELETE FROM password_resets WHERE code_hash = $1 AND expires_at > now() RETURNING user_id',
    [codeHash],
  );
  if (!owner || used.length === 0) return undefined;
  const userId = owner.id;
  const [user] = await tx.query<{ email: string }>(
    'UPDATE users SET password_hash = $2 WHERE id = $1 RETURNING email',
    [userId, passwordHash],
  );
  await tx.query('DELETE FROM password_resets WHERE user_id = $1', [userId]);
  await revokeSessions(tx, { userId });
  return user;
};

export interface PasswordChange {
  userId: string;
  sessionId: string;
  /** Hashes. */
  from: string;
  to: string;
  shownHash: Buffer | undefined;
}

/** What people do to their own accounts. */
export const createAccountRepository = (db: Database) => ({
  rename: (userId: string, name: string): Promise<User | undefined> =>
    db.transaction(async (tx) => {
      const [row] = await tx.query<UserRow>(
        `UPDATE users u SET name = $2 WHERE id = $1 AND deleted_at IS NULL RETURNING ${userColumns}`,
        [userId, name],
      );
      if (row) await notifyAccessChange(tx, { kind: 'userRenamed', userId, userName: name });
      return row && toUser(row);
    }),

  /** @returns false where the password is another than the one that was compared. */
  changePassword: (change: PasswordChange) =>
    db.transaction(async (tx) => {
      const rows = await tx.query(
        'UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id',
        [change.userId, change.from, change.to],
      );
      if (rows.length === 0) return false;
      await tx.query('DELETE FROM password_resets WHERE user_id = $1', [change.userId]);
      const { userId, sessionId: exceptSessionId, shownHash } = change;
      await revokeSessions(tx, { userId, exceptSessionId, shownHash });
      return true;
    }),

  opensReset: async (codeHash: Buffer): Promise<boolean> =>
    (await db.query('SELECT FROM password_resets WHERE code_hash = $1 AND expires_at > now()', [codeHash]))
      .length > 0,

  /** @returns whose it is; undefined for a code that never was, was used, or has ended. */
  resetPassword: (codeHash: Buffer, passwordHash: string): Promise<{ email: string } | undefined> =>
    db.transaction((tx) => resetPassword(tx, codeHash, passwordHash)),

  /** @returns what is to be told in the rooms that lose somebody. */
  deleteUser: (deletion: Deletion): Promise<RoomNews[] | DeletionRefusal> =>
    db.transaction((tx) => remove(tx, deletion)),
});

export type AccountRepository = ReturnType<typeof createAccountRepository>;
