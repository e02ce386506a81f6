import type { GrantedRole, Invitation } from '@boltorezka/protocol';
import { AppError } from '@boltorezka/protocol';
import { recordAudit } from '../audit/index.ts';
import { maxUsableInvitations } from '../invitations/index.ts';
import type { Database, Queryable } from '../platform/db.ts';

interface InvitationRow {
  id: string;
  role: GrantedRole;
  created_by: string | null;
  user_name: string | null;
  created_at: Date;
  expires_at: Date | null;
  max_uses: number | null;
  uses: number;
}

const toInvitation = (row: InvitationRow): Invitation => ({
  id: row.id,
  role: row.role,
  created_by: row.created_by === null ? null : { user_id: row.created_by, user_name: row.user_name ?? '' },
  created_at: row.created_at.toISOString(),
  expires_at: row.expires_at?.toISOString() ?? null,
  max_uses: row.max_uses,
  uses: row.uses,
});

const columns =
  'i.id, i.role, i.created_by, u.name AS user_name, i.created_at, i.expires_at, i.max_uses, i.uses';

/** The code that is printed at first start is nobody's here. */
const toServer = 'i.room_id IS NULL AND NOT i.makes_administrator';

export interface NewServerInvitation {
  id: string;
  codeHash: Buffer;
  actorId: string;
  expiresAt: Date | null;
  maxUses: number | null;
}

/** Those that still work. */
const isUsable = `${toServer} AND i.revoked_at IS NULL AND (i.expires_at IS NULL OR i.expires_at > now())
  AND (i.max_uses IS NULL OR i.uses < i.max_uses)`;

/** Any number does: of two who make the last one at once, one does. */
const makingLock = 7_210_451_885;

/** @throws AppError `RateLimited` where there are as many as are shown: one that nobody sees is taken back by nobody. */
const assertRoom = async (tx: Queryable): Promise<void> => {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [makingLock]);
  const [row] = await tx.query<{ count: string }>(`SELECT count(*) FROM invitations i WHERE ${isUsable}`);
  if (Number(row?.count) < maxUsableInvitations) return;
  throw new AppError(
    'RateLimited',
    `This server has ${maxUsableInvitations} invitations that still work; take some back.`,
  );
};

/** Invitations to the server alone; those to rooms are the rooms'. */
export const createServerInvitationRepository = (db: Database) => ({
  create: ({ id, codeHash, actorId, expiresAt, maxUses }: NewServerInvitation): Promise<Invitation> =>
    db.transaction(async (tx) => {
      await assertRoom(tx);
      const [row] = await tx.query<InvitationRow>(
        `WITH i AS (
           INSERT INTO invitations (id, code_hash, created_by, expires_at, max_uses) VALUES ($1, $2, $3, $4, $5) RETURNING *
         )
         SELECT ${columns} FROM i LEFT JOIN users u ON u.id = i.created_by`,
        [id, codeHash, actorId, expiresAt, maxUses],
      );
      if (!row) throw new Error('an invitation that was inserted is not there');
      const details = { invitationId: id, expiresAt: expiresAt?.toISOString() ?? null, maxUses };
      await recordAudit(tx, { actorId, action: 'invitation.create', details });
      return toInvitation(row);
    }),

  /** Those that still work, the newest first. */
  list: async (): Promise<Invitation[]> => {
    const rows = await db.query<InvitationRow>(
      `SELECT ${columns} FROM invitations i LEFT JOIN users u ON u.id = i.created_by
       WHERE ${isUsable} ORDER BY i.created_at DESC, i.id LIMIT ${maxUsableInvitations}`,
    );
    return rows.map(toInvitation);
  },

  /** @returns false where there is none. */
  revoke: (id: string, actorId: string): Promise<boolean> =>
    db.transaction(async (tx) => {
      const rows = await tx.query(
        `UPDATE invitations i SET revoked_at = now() WHERE i.id = $1 AND ${toServer} AND i.revoked_at IS NULL RETURNING i.id`,
        [id],
      );
      if (rows.length === 0) return false;
      await recordAudit(tx, { actorId, action: 'invitation.revoke', details: { invitationId: id } });
      return true;
    }),
});

export type ServerInvitationRepository = ReturnType<typeof createServerInvitationRepository>;
