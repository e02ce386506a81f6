import { randomUUID } from 'node:crypto';
import type { GrantedRole, Invitation, MemberRole } from '@boltorezka/protocol';
import { type Page, type TimeCursor, toPage, toTimeCursor } from '../http/cursor.ts';
import type { Queryable } from '../platform/db.ts';
import { hashInvitationCode, isUsable } from './use-repository.ts';

interface InvitationRow {
  id: string;
  role: GrantedRole;
  created_by: string | null;
  creator_name: string | null;
  created_at: Date;
  expires_at: Date | null;
  max_uses: number | null;
  uses: number;
}

const toInvitation = (row: InvitationRow): Invitation => ({
  id: row.id,
  role: row.role,
  created_by: row.created_by === null ? null : { user_id: row.created_by, user_name: row.creator_name ?? '' },
  created_at: row.created_at.toISOString(),
  expires_at: row.expires_at?.toISOString() ?? null,
  max_uses: row.max_uses,
  uses: row.uses,
});

const columns = `i.id, i.role, i.created_by, u.name AS creator_name, i.created_at, i.expires_at, i.max_uses, i.uses`;

export interface NewInvitation {
  code: string;
  roomId: string;
  byUserId: string;
  role: GrantedRole;
  expiresInS: number | null;
  maxUses: number | null;
}

export const insertInvitation = async (tx: Queryable, made: NewInvitation): Promise<Invitation> => {
  const [row] = await tx.query<InvitationRow>(
    `WITH i AS (INSERT INTO invitations (id, code_hash, room_id, role, created_by, expires_at, max_uses)
       VALUES ($1, $2, $3, $4, $5, now() + $6::integer * interval '1 second', $7) RETURNING *)
     SELECT ${columns} FROM i LEFT JOIN users u ON u.id = i.created_by`,
    [
      ...[randomUUID(), hashInvitationCode(made.code), made.roomId, made.role, made.byUserId],
      ...[made.expiresInS, made.maxUses],
    ],
  );
  if (!row) throw new Error('an invitation was not written');
  return toInvitation(row);
};

interface InvitationsAsked {
  roomId: string;
  /** Only this person's. */
  byUserId: string | undefined;
  after: TimeCursor | undefined;
  limit: number;
}

/** Those to a room that still work, newest first. */
export const selectInvitations = async (
  db: Queryable,
  { roomId, byUserId, after, limit }: InvitationsAsked,
): Promise<Page<Invitation>> => {
  const rows = await db.query<InvitationRow & { at_us: string }>(
    `SELECT ${columns}, (extract(epoch FROM i.created_at) * 1000000)::bigint AS at_us
     FROM invitations i LEFT JOIN users u ON u.id = i.created_by
     WHERE i.room_id = $1 AND ${isUsable} AND ($2::uuid IS NULL OR i.created_by = $2) AND ($3::bigint IS NULL
       OR (i.created_at, i.id) < (timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4::uuid))
     ORDER BY i.created_at DESC, i.id DESC LIMIT $5`,
    [roomId, byUserId ?? null, after?.atUs ?? null, after?.id ?? null, limit + 1],
  );
  const page = toPage(rows, limit, (row) => toTimeCursor({ atUs: row.at_us, id: row.id }));
  return { ...page, entries: page.entries.map(toInvitation) };
};

/** How many of one person's to a room still work. */
export const countInvitations = async (
  db: Queryable,
  { roomId, byUserId }: { roomId: string; byUserId: string },
): Promise<number> => {
  const [row] = await db.query<{ count: string }>(
    `SELECT count(*) FROM invitations i WHERE i.room_id = $1 AND i.created_by = $2 AND ${isUsable}`,
    [roomId, byUserId],
  );
  return Number(row?.count ?? 0);
};

/** An invitation by its code, where it still works. */
export interface FoundInvitation {
  id: string;
  roomId: string | null;
  byUserId: string | null;
  role: GrantedRole;
  makesAdministrator: boolean;
  roomTitle: string | null;
  invitedBy: string | null;
  expiresAt: string | null;
}

export const selectByCode = async (db: Queryable, code: string): Promise<FoundInvitation | undefined> => {
  const [row] = await db.query<{
    id: string;
    room_id: string | null;
    created_by: string | null;
    role: GrantedRole;
    makes_administrator: boolean;
    title: string | null;
    name: string | null;
    expires_at: Date | null;
  }>(
    `SELECT i.id, i.room_id, i.created_by, i.role, i.makes_administrator, r.title, u.name, i.expires_at FROM invitations i
     LEFT JOIN rooms r ON r.id = i.room_id LEFT JOIN users u ON u.id = i.created_by
     WHERE i.code_hash = $1 AND ${isUsable}`,
    [hashInvitationCode(code)],
  );
  return (
    row && {
      id: row.id,
      roomId: row.room_id,
      byUserId: row.created_by,
      role: row.role,
      makesAdministrator: row.makes_administrator,
      roomTitle: row.title,
      invitedBy: row.name,
      expiresAt: row.expires_at?.toISOString() ?? null,
    }
  );
};

/** Of a room, whether it still works or not. */
export const selectPlace = async (
  db: Queryable,
  invitationId: string,
): Promise<{ roomId: string; byUserId: string | null } | undefined> => {
  const [row] = await db.query<{ room_id: string; created_by: string | null }>(
    'SELECT room_id, created_by FROM invitations WHERE id = $1 AND room_id IS NOT NULL',
    [invitationId],
  );
  return row && { roomId: row.room_id, byUserId: row.created_by };
};

/** @returns false where it was taken back already. */
export const revokeInvitation = async (tx: Queryable, invitationId: string): Promise<boolean> => {
  const rows = await tx.query(
    'UPDATE invitations SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL RETURNING 1',
    [invitationId],
  );
  return rows.length > 0;
};

/** Takes back what somebody has invited to a room with; only to one role where that is named. */
export const revokeInvitationsOf = async (
  tx: Queryable,
  { roomId, byUserId, role }: { roomId: string; byUserId: string; role?: MemberRole },
): Promise<void> => {
  await tx.query(
    `UPDATE invitations SET revoked_at = now() WHERE room_id = $1 AND created_by = $2 AND revoked_at IS NULL
       AND ($3::text IS NULL OR role = $3)`,
    [roomId, byUserId, role ?? null],
  );
};

/** @returns false where the person was one already. */
export const makeAdministrator = async (tx: Queryable, userId: string): Promise<boolean> => {
  const rows = await tx.query(
    'UPDATE users SET is_administrator = true WHERE id = $1 AND NOT is_administrator RETURNING 1',
    [userId],
  );
  return rows.length > 0;
};
