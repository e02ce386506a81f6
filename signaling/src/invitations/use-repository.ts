import { createHash } from 'node:crypto';
import type { GrantedRole } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';

/** What is stored of a code: whoever reads the database invites nobody. */
export const hashInvitationCode = (code: string): Buffer => createHash('sha256').update(code).digest();

/** Of invitations `i`: not taken back, not over, not used up. */
export const isUsable = `i.revoked_at IS NULL AND (i.expires_at IS NULL OR i.expires_at > now())
  AND (i.max_uses IS NULL OR i.uses < i.max_uses)`;

export interface UsedInvitation {
  /** Undefined: it is to the server alone. */
  roomId: string | undefined;
  role: GrantedRole;
  makesAdministrator: boolean;
}

/**
 * Uses an invitation up by one, unless it has ended, was taken back, is used up, or the person is banned from its room. Of
 * two at once, the last use is one person's. The room is the transaction's from then on: rooms are locked before what
 * belongs to them.
 * @returns undefined where the code opens nothing, whatever the reason.
 */
export const useInvitation = async (
  tx: Queryable,
  code: string,
  userId: string,
): Promise<UsedInvitation | undefined> => {
  const codeHash = hashInvitationCode(code);
  await tx.query(
    'SELECT 1 FROM rooms WHERE id = (SELECT room_id FROM invitations WHERE code_hash = $1) FOR NO KEY UPDATE',
    [codeHash],
  );
  const [row] = await tx.query<{ room_id: string | null; role: GrantedRole; makes_administrator: boolean }>(
    `UPDATE invitations i SET uses = uses + 1
     WHERE code_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
       AND (max_uses IS NULL OR uses < max_uses)
       AND NOT EXISTS (SELECT FROM room_bans b WHERE b.room_id = i.room_id AND b.user_id = $2
         AND (b.expires_at IS NULL OR b.expires_at > now()))
     RETURNING room_id, role, makes_administrator`,
    [codeHash, userId],
  );
  if (!row) return undefined;
  const { room_id: roomId, role, makes_administrator: makesAdministrator } = row;
  return { roomId: roomId ?? undefined, role, makesAdministrator };
};
