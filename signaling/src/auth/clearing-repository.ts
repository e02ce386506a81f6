import type { Queryable } from '../platform/db.ts';

/** An account that was deleted, and has left something behind. */
export interface Clearing {
  userId: string;
  erasesMessages: boolean;
}

/** In the transaction that deletes the account: whatever becomes of this process, it is not forgotten. */
export const insertClearing = async (tx: Queryable, { userId, erasesMessages }: Clearing): Promise<void> => {
  await tx.query('INSERT INTO account_clearings (user_id, erases_messages) VALUES ($1, $2)', [
    userId,
    erasesMessages,
  ]);
};

/** What nobody but the person has an interest in. The inbox may be long, and is cleared in parts, when no room is locked. */
const ownTables = [
  'sessions',
  'password_resets',
  'join_requests',
  'room_reads',
  'thread_reads',
  'room_preferences',
  'closed_rooms',
];

const ownRows = [
  ...ownTables.map((table) => [table, 'user_id = $1'] as const),
  ['blocks', '$1 IN (user_id, blocked_user_id)'] as const,
];

export const revokeInvitationsBy = async (db: Queryable, userId: string): Promise<void> => {
  await db.query('UPDATE invitations SET revoked_at = now() WHERE created_by = $1 AND revoked_at IS NULL', [
    userId,
  ]);
};

/** What somebody else has under way stays: they may wait for the account, which is the caller's. It is cleared afterwards. */
export const forgetUnused = async (tx: Queryable, userId: string): Promise<void> => {
  for (const [table, isTheirs] of ownRows)
    await tx.query(
      `DELETE FROM ${table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM ${table} WHERE ${isTheirs} FOR UPDATE SKIP LOCKED))`,
      [userId],
    );
};

const forgetAll = async (db: Queryable, userId: string): Promise<void> => {
  for (const [table, isTheirs] of ownRows) await db.query(`DELETE FROM ${table} WHERE ${isTheirs}`, [userId]);
  await revokeInvitationsBy(db, userId);
};

const entriesAtOnce = 1_000;

export const createClearingRepository = (db: Queryable) => ({
  /** The oldest first. */
  waiting: async (): Promise<Clearing[]> => {
    const rows = await db.query<{ user_id: string; erases_messages: boolean }>(
      'SELECT user_id, erases_messages FROM account_clearings ORDER BY created_at LIMIT 100',
    );
    return rows.map((row) => ({ userId: row.user_id, erasesMessages: row.erases_messages }));
  },

  /** What came while the account was being deleted. */
  forgetAll: (userId: string): Promise<void> => forgetAll(db, userId),

  /**
   * Entries that another transaction is just changing are left to the next call: nobody waits for an inbox.
   * @returns false where none is left that could be deleted now.
   */
  clearInbox: async (userId: string): Promise<boolean> => {
    const rows = await db.query(
      `WITH part AS (SELECT message_id FROM inbox WHERE user_id = $1 LIMIT ${entriesAtOnce} FOR UPDATE SKIP LOCKED)
       DELETE FROM inbox i USING part p WHERE i.user_id = $1 AND i.message_id = p.message_id RETURNING i.message_id`,
      [userId],
    );
    return rows.length > 0;
  },

  /** It stays where the inbox is not empty yet. */
  finish: async (userId: string): Promise<void> => {
    await db.query(
      `DELETE FROM account_clearings WHERE user_id = $1 AND NOT EXISTS (SELECT FROM inbox WHERE user_id = $1)`,
      [userId],
    );
  },
});

export type ClearingRepository = ReturnType<typeof createClearingRepository>;
