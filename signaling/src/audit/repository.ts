import type { Queryable } from '../platform/db.ts';

/** Who did what to whom. */
export interface AuditRecord {
  /** Left out where it is the server's. */
  roomId?: string;
  actorId: string;
  /** As `message.delete`: what was acted on, and how. */
  action: string;
  targetUserId?: string;
  targetMessageId?: string;
  /** A reason, an end, what was changed; never a text that was deleted. */
  details: Record<string, unknown>;
}

/** Written in the transaction of what it tells of: neither is there without the other. */
export const recordAudit = async (tx: Queryable, record: AuditRecord): Promise<void> => {
  const { roomId, actorId, action, targetUserId, targetMessageId, details } = record;
  await tx.query(
    `INSERT INTO audit_log (room_id, actor_id, action, target_user_id, target_message_id, details)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [roomId ?? null, actorId, action, targetUserId ?? null, targetMessageId ?? null, JSON.stringify(details)],
  );
};
