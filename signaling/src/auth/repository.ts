import type { User } from '@boltorezka/protocol';
import { notifyAccessChange } from '../access/index.ts';
import type { Database } from '../platform/db.ts';

interface UserRow {
  id: string;
  email: string;
  name: string;
  created_at: Date;
  password_hash: string;
}

export interface StoredUser {
  user: User;
  passwordHash: string;
}

const toUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  created_at: row.created_at.toISOString(),
});

const userColumns = 'u.id, u.email, u.name, u.created_at, u.password_hash';

/** Users and their sessions. Emails arrive in lower case. */
export const createAuthRepository = (db: Database) => ({
  /** @returns undefined where the address is taken. */
  insertUser: async (input: { id: string; email: string; name: string; passwordHash: string }) => {
    const [row] = await db.query<UserRow>(
      `INSERT INTO users AS u (id, email, name, password_hash) VALUES ($1, $2, $3, $4)
       ON CONFLICT (email) DO NOTHING RETURNING ${userColumns}`,
      [input.id, input.email, input.name, input.passwordHash],
    );
    return row && toUser(row);
  },

  findByEmail: async (email: string): Promise<StoredUser | undefined> => {
    const [row] = await db.query<UserRow>(`SELECT ${userColumns} FROM users u WHERE u.email = $1`, [email]);
    return row && { user: toUser(row), passwordHash: row.password_hash };
  },

  /** Also forgets the person's sessions that have ended by themselves. */
  insertSession: async (input: { id: string; userId: string; expiresAt: Date }): Promise<void> => {
    await db.query('DELETE FROM sessions WHERE user_id = $1 AND expires_at < now()', [input.userId]);
    await db.query('INSERT INTO sessions (id, user_id, expires_at) VALUES ($1, $2, $3)', [
      input.id,
      input.userId,
      input.expiresAt,
    ]);
  },

  /** The person behind a session that has neither ended nor been revoked. */
  findBySession: async (sessionId: string, userId: string): Promise<User | undefined> => {
    const [row] = await db.query<UserRow>(
      `SELECT ${userColumns} FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > now()`,
      [sessionId, userId],
    );
    return row && toUser(row);
  },

  /** Its sockets and its seat end as well, at whatever process they are. */
  revokeSession: (sessionId: string): Promise<void> =>
    db.transaction(async (tx) => {
      const [ended] = await tx.query<{ user_id: string }>(
        'UPDATE sessions SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING user_id',
        [sessionId],
      );
      if (!ended) return;
      const sessionIds = [sessionId];
      await notifyAccessChange(tx, { kind: 'sessionsEnded', userId: ended.user_id, sessionIds });
    }),
});

export type AuthRepository = ReturnType<typeof createAuthRepository>;
