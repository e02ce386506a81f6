import { randomBytes } from 'node:crypto';
import type { DeviceSession, User } from '@boltorezka/protocol';
import { isBannedFromServer, isLetIn, notifyAccessChanges } from '../access/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { describeDevice } from './devices.ts';
import { toUser, type UserRow, userColumns } from './user-rows.ts';

interface CredentialsRow extends UserRow {
  password_hash: string;
  is_known_place: boolean;
  is_banned: boolean;
  ban_reason: string | null;
  banned_until: Date | null;
}

export interface StoredUser {
  user: User;
  passwordHash: string;
  ban: { reason: string; until: Date | undefined } | undefined;
  /** Somebody has signed in to the account there, and that session is not forgotten yet. */
  isKnownPlace: boolean;
}

/** By the address that is `$1`, as seen from the place that is `$2`. */
const selectCredentials = `SELECT ${userColumns}, u.password_hash, ${isBannedFromServer('u')} AS is_banned, u.ban_reason, u.banned_until,
    EXISTS (SELECT FROM sessions s WHERE s.user_id = u.id AND s.place_hash = $2) AS is_known_place
  FROM users u WHERE u.email = $1`;

const toStoredUser = (row: CredentialsRow): StoredUser => ({
  user: toUser(row),
  passwordHash: row.password_hash,
  isKnownPlace: row.is_known_place,
  ban: row.is_banned ? { reason: row.ban_reason ?? '', until: row.banned_until ?? undefined } : undefined,
});

export interface NewSession {
  id: string;
  userId: string;
  /** As it was when the password was compared: a session that a former password opens does not outlive it. */
  passwordHash: string;
  expiresAt: Date;
  userAgent: string | null;
  refreshHash: Buffer | null;
  placeHash: Buffer;
}

export interface KnownSession {
  user: User;
  expiresAt: Date;
  /** It is a minute ago that its last use was noted. */
  isUseStale: boolean;
}

/** Whoever asks with a session writes that down at most so often. */
const useNotedEvery = "interval '1 minute'";

interface SessionRow {
  id: string;
  user_agent: string | null;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
}

const isAlive = 's.revoked_at IS NULL AND s.expires_at > now()';

export const toDeviceSession = (row: SessionRow): Omit<DeviceSession, 'is_current'> => ({
  id: row.id,
  ...describeDevice(row.user_agent),
  created_at: row.created_at.toISOString(),
  last_used_at: row.last_used_at.toISOString(),
  expires_at: row.expires_at.toISOString(),
});

/** Of one person, at one time. Whoever signs in once more ends the one that has lain unused the longest. */
const maxSessions = 100;

/** The person's sessions that have neither ended nor been revoked. */
export const selectSessions = async (db: Queryable, userId: string) =>
  (
    await db.query<SessionRow>(
      `SELECT s.id, s.user_agent, s.created_at, s.last_used_at, s.expires_at FROM sessions s
       WHERE s.user_id = $1 AND ${isAlive} ORDER BY s.last_used_at DESC, s.id LIMIT $2`,
      [userId, maxSessions],
    )
  ).map(toDeviceSession);

/** Which of a person's sessions end: one, all, or all but one. */
export interface SessionChoice {
  userId: string;
  sessionId?: string;
  exceptSessionId?: string;
  /** Of the refresh token that the session which stays was shown with. */
  shownHash?: Buffer | undefined;
}

/** Two pages of one browser, or a retry at once: within this time the same token has the same answer. */
export const sameAnswerMs = 10_000;

/** Of an ended session no refresh token is known any more. */
const revoked = `revoked_at = now(), refresh_hash = NULL, previous_refresh_hash = NULL, unused_refresh_hashes = '{}'`;

/** So many ids fit into what PostgreSQL carries at once. */
const idsAtOnce = 100;

const tellEnded = (tx: Queryable, userId: string, ended: { id: string }[]): Promise<void> => {
  const ids = ended.map(({ id }) => id);
  const groups = Array.from({ length: Math.ceil(ids.length / idsAtOnce) }, (_, at) =>
    ids.slice(at * idsAtOnce, (at + 1) * idsAtOnce),
  );
  return notifyAccessChanges(
    tx,
    groups.map((sessionIds) => ({ kind: 'sessionsEnded', userId, sessionIds })),
  );
};

/**
 * Of the session that stays, only what its owner holds goes on: whoever copied a token may hold another answer to it. An earlier
 * answer that is shown becomes the latest. Where the owner shows what was answered, no answer has arrived yet, and that token is
 * answered anew. Its latest answer is then nobody's who could use it, unless that is on its way: for ten seconds it may be, or may
 * have come to another page of one browser. A second one that is on its way is made from the first, which is needed until then.
 */
const endCopies = (tx: Queryable, { exceptSessionId, shownHash }: SessionChoice) =>
  tx.query(
    `UPDATE sessions s SET are_copies_ended = NOT shown.is_unanswered,
       refresh_hash = CASE WHEN shown.is_late THEN $2::bytea WHEN shown.is_unanswered AND NOT shown.is_on_its_way THEN $3
         ELSE s.refresh_hash END,
       previous_refresh_hash = CASE WHEN NOT shown.is_late THEN s.previous_refresh_hash END,
       unused_refresh_hashes = CASE WHEN shown.is_late OR shown.is_unanswered THEN '{}' ELSE s.unused_refresh_hashes END
     FROM (SELECT id, is_on_its_way, ($2 = ANY(unused_refresh_hashes) AND NOT are_copies_ended) IS TRUE AS is_late,
         ($2 = previous_refresh_hash AND NOT are_copies_ended
           AND NOT (is_on_its_way AND unused_refresh_hashes <> '{}')) IS TRUE AS is_unanswered
       FROM sessions, LATERAL (SELECT (refreshed_at > now() - make_interval(secs => $4)) IS TRUE AS is_on_its_way) sent
       WHERE id = $1) shown
     WHERE s.id = shown.id AND s.refresh_hash IS NOT NULL AND ${isAlive}`,
    // What nobody holds.
    [exceptSessionId, shownHash ?? null, randomBytes(32), sameAnswerMs / 1000],
  );

/** Of one person: two who end sessions at once, each the other's, wait for each other in one order. */
const lockSessions = (tx: Queryable, userId: string) =>
  tx.query(`SELECT FROM sessions s WHERE s.user_id = $1 AND ${isAlive} ORDER BY s.id FOR NO KEY UPDATE`, [
    userId,
  ]);

/**
 * Ends sessions, and tells every process once that is committed: their sockets and seats end as well.
 * @returns how many there were.
 */
export const revokeSessions = async (tx: Queryable, choice: SessionChoice): Promise<number> => {
  const { userId, sessionId, exceptSessionId } = choice;
  if (sessionId === undefined) await lockSessions(tx, userId);
  const ended = await tx.query<{ id: string }>(
    `UPDATE sessions s SET ${revoked}
     WHERE s.user_id = $1 AND ($2::uuid IS NULL OR s.id = $2) AND s.id IS DISTINCT FROM $3::uuid AND ${isAlive}
     RETURNING s.id`,
    [userId, sessionId ?? null, exceptSessionId ?? null],
  );
  if (exceptSessionId !== undefined) await endCopies(tx, choice);
  await tellEnded(tx, userId, ended);
  return ended.length;
};

/** Programs that sign in and never out would pile sessions up until nobody could list them. */
const endUnusedSessions = async (tx: Queryable, { id, userId }: NewSession): Promise<void> => {
  const ended = await tx.query<{ id: string }>(
    `WITH unused AS (SELECT s.id FROM sessions s WHERE s.user_id = $1 AND s.id <> $2 AND ${isAlive}
       ORDER BY s.last_used_at DESC, s.id OFFSET $3),
     locked AS (SELECT s.id FROM sessions s JOIN unused USING (id) ORDER BY s.id FOR NO KEY UPDATE OF s)
     UPDATE sessions s SET ${revoked} FROM locked l WHERE s.id = l.id AND s.revoked_at IS NULL RETURNING s.id`,
    [userId, id, maxSessions - 1],
  );
  await tellEnded(tx, userId, ended);
};

const insertSession = async (tx: Queryable, session: NewSession): Promise<boolean> => {
  const { id, userId, passwordHash, expiresAt, userAgent, refreshHash, placeHash } = session;
  // A change of the password that is under way is waited for, and seen.
  const rows = await tx.query(
    `INSERT INTO sessions (id, user_id, expires_at, user_agent, refresh_hash, place_hash)
     SELECT $1, u.id, $4, $5, $6, $7 FROM users u WHERE u.id = $2 AND u.password_hash = $3 AND NOT ${isBannedFromServer('u')}
     FOR SHARE OF u RETURNING id`,
    [id, userId, passwordHash, expiresAt, userAgent, refreshHash, placeHash],
  );
  if (rows.length === 0) return false;
  await endUnusedSessions(tx, session);
  return true;
};

/** Of a session and its person, both alive; with what else is to be joined or asked. */
const findSession = async (db: Queryable, sessionId: string, userId: string) => {
  const [row] = await db.query<UserRow & { expires_at: Date; is_use_stale: boolean }>(
    `SELECT ${userColumns}, s.expires_at, s.last_used_at < now() - ${useNotedEvery} AS is_use_stale
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = $1 AND s.user_id = $2 AND ${isAlive} AND ${isLetIn('u')}`,
    [sessionId, userId],
  );
  return row && { user: toUser(row), expiresAt: row.expires_at, isUseStale: row.is_use_stale };
};

/** Users and their sessions. Emails arrive in lower case. */
export const createAuthRepository = (db: Database) => ({
  findByEmail: async (email: string, place: Buffer): Promise<StoredUser | undefined> => {
    const [row] = await db.query<CredentialsRow>(selectCredentials, [email, place]);
    return row && toStoredUser(row);
  },

  findPasswordHash: async (userId: string): Promise<string | undefined> => {
    const [row] = await db.query<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE id = $1 AND deleted_at IS NULL',
      [userId],
    );
    return row?.password_hash;
  },

  /** @returns false where the password is another by now, or its person may not come in. */
  insertSession: (session: NewSession): Promise<boolean> =>
    db.transaction((tx) => insertSession(tx, session)),

  /** The person behind a session that has neither ended nor been revoked. */
  findBySession: (sessionId: string, userId: string): Promise<KnownSession | undefined> =>
    findSession(db, sessionId, userId),

  listSessions: (userId: string) => selectSessions(db, userId),

  /** Notes that these sessions are in use, each where that is not known yet. One that is just changed is left to the next time. */
  noteUse: async (sessionIds: string[]): Promise<void> => {
    await db.query(
      `UPDATE sessions SET last_used_at = now() WHERE id IN (SELECT id FROM sessions WHERE id = ANY($1::uuid[])
         AND last_used_at < now() - ${useNotedEvery} FOR NO KEY UPDATE SKIP LOCKED)`,
      [sessionIds],
    );
  },

  /** Their sockets and their seats end as well, at whatever process they are. @returns how many there were. */
  revokeSessions: (choice: SessionChoice): Promise<number> =>
    db.transaction((tx) => revokeSessions(tx, choice)),

  /** Forgets what has ended by itself. */
  sweep: async (): Promise<void> => {
    await db.query("DELETE FROM used_tickets WHERE expires_at < now() - interval '1 minute'");
    await db.query('DELETE FROM password_resets WHERE expires_at < now()');
    // One that was revoked is kept for as long: what it was used for may be asked.
    await db.query('DELETE FROM sessions WHERE expires_at < now()');
  },
});

export type AuthRepository = ReturnType<typeof createAuthRepository>;
