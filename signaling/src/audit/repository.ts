import type { AuditEntry } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';

/** What somebody has done that others may ask about later. */
export interface AuditRecord {
  /** Left out of what concerns the server. */
  roomId?: string | undefined;
  /** Null where it is not known any more. */
  actorId: string | null;
  /** `member.ban`, `room.update`: the kind of thing, and what was done to it. */
  action: string;
  targetUserId?: string | undefined;
  targetMessageId?: string | undefined;
  /** A reason, an end, what was changed; never a text that was deleted. */
  details: Record<string, unknown>;
}

/** Written in the transaction of what it tells of: neither is there without the other. */
export const recordAudit = async (tx: Queryable, record: AuditRecord): Promise<void> => {
  await tx.query(
    `INSERT INTO audit_log (room_id, actor_id, action, target_user_id, target_message_id, details)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      record.roomId ?? null,
      record.actorId,
      record.action,
      record.targetUserId ?? null,
      record.targetMessageId ?? null,
      JSON.stringify(record.details),
    ],
  );
};

interface AuditRow {
  id: string;
  action: string;
  actor_id: string | null;
  actor_name: string | null;
  target_user_id: string | null;
  target_name: string | null;
  target_message_id: string | null;
  room_slug: string | null;
  details: Record<string, unknown>;
  created_at: Date;
}

const toPerson = (userId: string | null, userName: string | null) =>
  userId === null ? null : { user_id: userId, user_name: userName ?? '' };

const toAuditEntry = (row: AuditRow): AuditEntry => ({
  id: row.id,
  action: row.action,
  actor: toPerson(row.actor_id, row.actor_name),
  target: toPerson(row.target_user_id, row.target_name),
  message_id: row.target_message_id,
  room_slug: row.room_slug,
  details: row.details,
  created_at: row.created_at.toISOString(),
});

const select = `SELECT a.id, a.action, a.actor_id, actor.name AS actor_name, a.target_user_id, target.name AS target_name,
  a.target_message_id, r.slug AS room_slug, a.details, a.created_at
  FROM audit_log a LEFT JOIN rooms r ON r.id = a.room_id
  LEFT JOIN users actor ON actor.id = a.actor_id LEFT JOIN users target ON target.id = a.target_user_id`;

interface AuditPage {
  beforeId: string | undefined;
  limit: number;
}

export const createAuditRepository = (db: Queryable) => ({
  /** Of a room, newest first. */
  ofRoom: async (roomId: string, { beforeId, limit }: AuditPage): Promise<AuditEntry[]> => {
    const rows = await db.query<AuditRow>(
      `${select} WHERE a.room_id = $1 AND ($2::bigint IS NULL OR a.id < $2) ORDER BY a.id DESC LIMIT $3`,
      [roomId, beforeId ?? null, limit],
    );
    return rows.map(toAuditEntry);
  },

  /** Of the server and of all rooms, newest first. */
  ofServer: async ({ beforeId, limit }: AuditPage): Promise<AuditEntry[]> => {
    const rows = await db.query<AuditRow>(
      `${select} WHERE ($1::bigint IS NULL OR a.id < $1) ORDER BY a.id DESC LIMIT $2`,
      [beforeId ?? null, limit],
    );
    return rows.map(toAuditEntry);
  },

  isAdministrator: async (userId: string): Promise<boolean> => {
    const [row] = await db.query<{ is_administrator: boolean }>(
      'SELECT is_administrator FROM users WHERE id = $1 AND deleted_at IS NULL',
      [userId],
    );
    return row?.is_administrator ?? false;
  },
});

export type AuditRepository = ReturnType<typeof createAuditRepository>;
