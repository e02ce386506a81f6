import type { User } from '@boltorezka/protocol';
import type { Database, Queryable } from '../platform/db.ts';
import { revokeSessions } from './repository.ts';
import { isBannedSql, toUser, type UserRow, userColumns } from './user-rows.ts';

export interface Renewal {
  sessionId: string;
  shownHash: Buffer;
  nextHash: Buffer;
  expiresAt: Date;
}

/** A lost answer, or two pages of one browser: within this time the token before the present one is no theft. */
const graceMs = 10_000;

interface RenewedRow extends UserRow {
  expires_at: Date;
}

const rotate = async (tx: Queryable, renewal: Renewal): Promise<RenewedRow | undefined> => {
  const { sessionId, shownHash, nextHash, expiresAt } = renewal;
  const [row] = await tx.query<RenewedRow>(
    `UPDATE sessions s SET refresh_hash = $3, previous_refresh_hash = $2, refreshed_at = now(), last_used_at = now(),
       expires_at = $4
     FROM users u
     WHERE s.id = $1 AND s.refresh_hash = $2 AND s.revoked_at IS NULL AND s.expires_at > now()
       AND u.id = s.user_id AND u.deleted_at IS NULL AND NOT ${isBannedSql}
     RETURNING ${userColumns}, s.expires_at`,
    [sessionId, shownHash, nextHash, expiresAt],
  );
  return row;
};

interface KnownRow extends RenewedRow {
  is_repeated: boolean;
}

/** The session of a token that is not its present one. */
const findKnown = async (tx: Queryable, renewal: Renewal): Promise<KnownRow | undefined> => {
  const { sessionId, shownHash, nextHash } = renewal;
  const [row] = await tx.query<KnownRow>(
    `SELECT ${userColumns}, s.expires_at, (s.previous_refresh_hash = $2 AND s.refresh_hash = $3
       AND s.refreshed_at > now() - make_interval(secs => $4)) IS TRUE AS is_repeated
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = $1 AND s.refresh_hash IS NOT NULL AND s.revoked_at IS NULL AND s.expires_at > now()
       AND u.deleted_at IS NULL AND NOT ${isBannedSql} FOR UPDATE OF s`,
    [sessionId, shownHash, nextHash, graceMs / 1000],
  );
  return row;
};

export interface Renewed {
  user: User;
  expiresAt: Date;
}

/**
 * Puts the next refresh token in the place of the one that was shown. The one before, shown again at once, gets the same
 * answer; any other that was good once tells of a theft, and ends the session (RFC 9700, 4.14.2).
 */
export const createRenewalRepository = (db: Database) => ({
  renew: (renewal: Renewal): Promise<Renewed | 'reused' | 'ended'> =>
    db.transaction(async (tx) => {
      const renewed = await rotate(tx, renewal);
      if (renewed) return { user: toUser(renewed), expiresAt: renewed.expires_at };
      const known = await findKnown(tx, renewal);
      if (!known) return 'ended';
      if (known.is_repeated) return { user: toUser(known), expiresAt: known.expires_at };
      await revokeSessions(tx, { userId: known.id, sessionId: renewal.sessionId });
      return 'reused';
    }),
});

export type RenewalRepository = ReturnType<typeof createRenewalRepository>;
