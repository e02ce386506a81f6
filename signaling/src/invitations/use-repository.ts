import { createHash } from 'node:crypto';
import type { GrantedRole } from '@boltorezka/protocol';
import { isLessThanNobody, mayInviteAs } from '../members/index.ts';
import type { Queryable } from '../platform/db.ts';
import { findRoom } from '../rooms/index.ts';

/** What is stored of a code: whoever reads the database invites nobody. */
export const hashInvitationCode = (code: string): Buffer => createHash('sha256').update(code).digest();

/**
 * Of invitations `i`: not taken back, not over, not used up; and to the server, by who administers it now. Who may bring
 * others into a room is the room's to say: see `mayStillInvite`.
 */
export const isUsable = `i.revoked_at IS NULL AND (i.expires_at IS NULL OR i.expires_at > now())
  AND (i.max_uses IS NULL OR i.uses < i.max_uses)
  AND (i.room_id IS NOT NULL OR i.created_by IS NULL OR EXISTS (SELECT FROM users maker
    WHERE maker.id = i.created_by AND maker.is_administrator AND maker.deleted_at IS NULL))`;

/** What an invitation to a room gives, and on whose word. */
export interface RoomInvitation {
  roomId: string;
  byUserId: string | null;
  role: GrantedRole;
}

/** A link gives what its maker may give when it is used, not what they could when they made it. */
export const mayStillInvite = async (
  db: Queryable,
  { roomId, byUserId, role }: RoomInvitation,
): Promise<boolean> => {
  const maker = byUserId === null ? undefined : await findRoom(db, { roomId, userId: byUserId });
  return maker?.may('invite') === true && mayInviteAs(maker.standing, role);
};

export interface UsedInvitation {
  /** Undefined: it is to the server alone, or gives less in its room than everybody has there. */
  roomId: string | undefined;
  role: GrantedRole;
  makesAdministrator: boolean;
}

interface LockedRow {
  room_id: string | null;
  created_by: string | null;
  role: GrantedRole;
  is_public: boolean | null;
}

/**
 * The invitation's room is the transaction's from then on: rooms are locked before what belongs to them.
 * @returns undefined where there is no such code, or its maker could not make it any more.
 */
const lockPlace = async (tx: Queryable, codeHash: Buffer): Promise<LockedRow | undefined> => {
  await tx.query(
    'SELECT 1 FROM rooms WHERE id = (SELECT room_id FROM invitations WHERE code_hash = $1) FOR NO KEY UPDATE',
    [codeHash],
  );
  const [row] = await tx.query<LockedRow>(
    `SELECT i.room_id, i.created_by, i.role, r.is_public FROM invitations i LEFT JOIN rooms r ON r.id = i.room_id
     WHERE i.code_hash = $1`,
    [codeHash],
  );
  if (!row || row.room_id === null) return row;
  const { room_id: roomId, created_by: byUserId, role } = row;
  return (await mayStillInvite(tx, { roomId, byUserId, role })) ? row : undefined;
};

/**
 * Uses an invitation up by one, unless it has ended, was taken back, is used up, its maker may not invite so any more, or
 * the person is banned from its room. Of two at once, the last use is one person's.
 * @returns undefined where the code opens nothing, whatever the reason.
 */
export const useInvitation = async (
  tx: Queryable,
  code: string,
  userId: string,
): Promise<UsedInvitation | undefined> => {
  const codeHash = hashInvitationCode(code);
  const place = await lockPlace(tx, codeHash);
  if (!place) return undefined;
  const [row] = await tx.query<{ role: GrantedRole; makes_administrator: boolean }>(
    `UPDATE invitations i SET uses = uses + 1
     WHERE i.code_hash = $1 AND ${isUsable}
       AND NOT EXISTS (SELECT FROM room_bans b WHERE b.room_id = i.room_id AND b.user_id = $2
         AND (b.expires_at IS NULL OR b.expires_at > now()))
     RETURNING role, makes_administrator`,
    [codeHash, userId],
  );
  if (!row) return undefined;
  const { role, makes_administrator: makesAdministrator } = row;
  const givesNothing = isLessThanNobody({ isPublic: place.is_public ?? false }, role);
  return { roomId: givesNothing ? undefined : (place.room_id ?? undefined), role, makesAdministrator };
};
