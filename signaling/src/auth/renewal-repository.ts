import type { User } from '@boltorezka/protocol';
import { isLetIn } from '../access/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { revokeSessions, sameAnswerMs } from './repository.ts';
import { toUser, type UserRow, userColumns } from './user-rows.ts';

export interface Renewal {
  sessionId: string;
  shownHash: Buffer;
  /** Of the token that answers the one shown, given what answered it last. */
  nextHash: (answeredBefore?: Buffer) => Buffer;
  expiresAt: Date;
}

/** Of answers to one token that may still be on their way. The oldest is forgotten, and counts as stolen when it is shown. */
const maxUnused = 16;

interface RenewedRow extends UserRow {
  expires_at: Date;
}

/** The token that is shown was given out last, or was an answer to the one before it that seemed to be lost. */
const rotate = async (tx: Queryable, renewal: Renewal): Promise<RenewedRow | undefined> => {
  const { sessionId, shownHash, nextHash, expiresAt } = renewal;
  const [row] = await tx.query<RenewedRow>(
    `UPDATE sessions s SET refresh_hash = $3, previous_refresh_hash = $2, unused_refresh_hashes = '{}',
       are_copies_ended = false, refreshed_at = now(), last_used_at = now(), expires_at = $4
     FROM users u
     WHERE s.id = $1 AND (s.refresh_hash = $2 OR ($2 = ANY(s.unused_refresh_hashes) AND NOT s.are_copies_ended))
       AND s.revoked_at IS NULL AND s.expires_at > now() AND u.id = s.user_id AND ${isLetIn('u')}
     RETURNING ${userColumns}, s.expires_at`,
    [sessionId, shownHash, nextHash(), expiresAt],
  );
  return row;
};

interface KnownRow extends RenewedRow {
  refresh_hash: Buffer;
  unused_refresh_hashes: Buffer[];
  /** The token before, none of whose answers was used. */
  is_unanswered: boolean;
  is_just_answered: boolean;
  are_copies_ended: boolean;
}

/** The session of a token that is not its present one. */
const findKnown = async (tx: Queryable, { sessionId, shownHash }: Renewal): Promise<KnownRow | undefined> => {
  const [row] = await tx.query<KnownRow>(
    `SELECT ${userColumns}, s.expires_at, s.refresh_hash, s.unused_refresh_hashes, s.are_copies_ended,
       (s.previous_refresh_hash = $2) IS TRUE AS is_unanswered,
       s.refreshed_at > now() - make_interval(secs => $3) AS is_just_answered
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = $1 AND s.refresh_hash IS NOT NULL AND s.revoked_at IS NULL AND s.expires_at > now()
       AND ${isLetIn('u')} FOR UPDATE OF s`,
    [sessionId, shownHash, sameAnswerMs / 1000],
  );
  return row;
};

/** Another answer beside those that seem to be lost: which of them arrives is seen when it is used. */
const answerAgain = async (tx: Queryable, renewal: Renewal, known: KnownRow): Promise<void> => {
  const { sessionId, nextHash, expiresAt } = renewal;
  const unused = [...known.unused_refresh_hashes, known.refresh_hash].slice(-maxUnused);
  await tx.query(
    `UPDATE sessions SET refresh_hash = $2, unused_refresh_hashes = $3, refreshed_at = now(), last_used_at = now(),
       expires_at = $4
     WHERE id = $1`,
    [sessionId, nextHash(known.refresh_hash), unused, expiresAt],
  );
};

export interface Renewed {
  user: User;
  expiresAt: Date;
  /** As given to `nextHash` for the token that answers. */
  answeredBefore?: Buffer | undefined;
}

/**
 * Puts the next refresh token in the place of the one that was shown. The one before is answered as long as nothing that it
 * was answered with was used, since that may have been lost. Any other that was good once tells of a theft, and ends the
 * session (RFC 9700, 4.14.2).
 */
export const createRenewalRepository = (db: Database) => ({
  renew: (renewal: Renewal): Promise<Renewed | 'reused' | 'ended'> =>
    db.transaction(async (tx) => {
      const renewed = await rotate(tx, renewal);
      if (renewed) return { user: toUser(renewed), expiresAt: renewed.expires_at };
      const known = await findKnown(tx, renewal);
      if (!known) return 'ended';
      const user = toUser(known);
      if (known.is_unanswered && known.is_just_answered)
        return { user, expiresAt: known.expires_at, answeredBefore: known.unused_refresh_hashes.at(-1) };
      if (known.is_unanswered && !known.are_copies_ended) {
        await answerAgain(tx, renewal, known);
        return { user, expiresAt: renewal.expiresAt, answeredBefore: known.refresh_hash };
      }
      await revokeSessions(tx, { userId: known.id, sessionId: renewal.sessionId });
      return 'reused';
    }),
});

export type RenewalRepository = ReturnType<typeof createRenewalRepository>;
