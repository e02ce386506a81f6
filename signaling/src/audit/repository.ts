import type { Queryable } from '../platform/db.ts';

/** Something that somebody did to others, or to a room. */
export interface AuditRecord {
  /** Left out: the server's. */
  roomId?: string;
  actorId: string;
  /** As `member.ban`. */
  action: string;
  targetUserId?: string;
  targetMessageId?: string;
  /** A reason, an end, what was changed; never a text that was deleted. */
  details: Record<string, unknown>;
}

/** Written in the transaction that does what it tells of. */
export const recordAudit = async (tx: Queryable, record: AuditRecord): Promise<void> => {
  const { roomId, actorId, action, targetUserId, targetMessageId, details } = record;
  await tx.query(
    `INSERT INTO audit_log (room_id, actor_id, action, target_user_id, target_message_id, details)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [roomId ?? null, actorId, action, targetUserId ?? null, targetMessageId ?? null, JSON.stringify(details)],
  );
};
