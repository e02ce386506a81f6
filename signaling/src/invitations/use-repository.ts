import { createHash } from 'node:crypto';
import type { GrantedRole } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';

/** What is stored of a code: whoever reads the database invites nobody. */
export const hashInvitationCode = (code: string): Buffer => createHash('sha256').update(code).digest();

/** Of invitations `i`: not taken back, not over, not used up. */
export const isUsable = `i.revoked_at IS NULL AND (i.expires_at IS NULL OR i.expires_at > now())
  AND (i.max_uses IS NULL OR i.uses < i.max_uses)`;

export interface UsedInvitation {
  /** Null: to the server. */
  roomId: string | null;
  role: GrantedRole;
  makesAdministrator: boolean;
}

/**
 * Uses a code once, in the transaction that lets the person in: of many who try at once, as many succeed as it has uses. To
 * its room they belong from here on; that is told by the caller.
 * @returns undefined where the code never was, has ended, was taken back or used up: nobody is told which.
 */
export const useInvitation = async (
  tx: Queryable,
  code: string,
  userId: string,
): Promise<UsedInvitation | undefined> => {
  const codeHash = hashInvitationCode(code);
  // The room before the invitation, as everywhere: two who come by one code do not wait for each other.
  await tx.query(
    'SELECT r.id FROM rooms r JOIN invitations i ON i.room_id = r.id WHERE i.code_hash = $1 FOR NO KEY UPDATE OF r',
    [codeHash],
  );
  const [row] = await tx.query<{ room_id: string | null; role: GrantedRole; makes_administrator: boolean }>(
    `UPDATE invitations i SET uses = uses + 1 WHERE i.code_hash = $1 AND ${isUsable}
     RETURNING i.room_id, i.role, i.makes_administrator`,
    [codeHash],
  );
  if (!row) return undefined;
  if (row.room_id !== null) {
    await tx.query(
      'INSERT INTO room_members (room_id, user_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [row.room_id, userId, row.role],
    );
  }
  return { roomId: row.room_id, role: row.role, makesAdministrator: row.makes_administrator };
};
