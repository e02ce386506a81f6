import { randomUUID } from 'node:crypto';
import type { Queryable } from '../platform/db.ts';

/** @returns the room of a message that is there to be read; undefined where it was deleted, or never was. */
export const selectMessagePlace = async (
  db: Queryable,
  messageId: string,
): Promise<{ roomId: string } | undefined> => {
  const [row] = await db.query<{ room_id: string }>(
    'SELECT room_id FROM messages WHERE id = $1 AND deleted_at IS NULL',
    [messageId],
  );
  return row && { roomId: row.room_id };
};

/**
 * One of a person for a message: saying it again changes the words while it waits.
 * @returns true where there is one more that waits.
 */
export const upsertReport = async (
  db: Queryable,
  report: { messageId: string; roomId: string; reporterId: string; reason: string },
): Promise<boolean> => {
  const [row] = await db.query<{ is_new: boolean }>(
    `INSERT INTO reports AS p (id, message_id, room_id, reporter_id, reason) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (message_id, reporter_id) DO UPDATE SET reason = $5 WHERE p.resolved_at IS NULL
     RETURNING xmax = 0 AS is_new`,
    [randomUUID(), report.messageId, report.roomId, report.reporterId, report.reason],
  );
  return row?.is_new ?? false;
};

export interface WaitingReport {
  id: string;
  messageId: string;
  reporter: { user_id: string; user_name: string };
  reason: string;
  createdAt: string;
}

/** Those that wait, the first one first. */
export const selectReports = async (
  db: Queryable,
  roomId: string,
  limit: number,
): Promise<WaitingReport[]> => {
  const rows = await db.query<{
    id: string;
    message_id: string;
    reporter_id: string;
    name: string;
    reason: string;
    created_at: Date;
  }>(
    `SELECT p.id, p.message_id, p.reporter_id, u.name, p.reason, p.created_at
     FROM reports p JOIN users u ON u.id = p.reporter_id
     WHERE p.room_id = $1 AND p.resolved_at IS NULL ORDER BY p.created_at, p.id LIMIT $2`,
    [roomId, limit],
  );
  return rows.map((row) => ({
    id: row.id,
    messageId: row.message_id,
    reporter: { user_id: row.reporter_id, user_name: row.name },
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
  }));
};

export const selectReportPlace = async (
  db: Queryable,
  reportId: string,
): Promise<{ roomId: string } | undefined> => {
  const [row] = await db.query<{ room_id: string }>('SELECT room_id FROM reports WHERE id = $1', [reportId]);
  return row && { roomId: row.room_id };
};

/** @returns undefined where it was dealt with already. */
export const resolveReport = async (
  tx: Queryable,
  { reportId, userId }: { reportId: string; userId: string },
): Promise<{ messageId: string; authorId: string } | undefined> => {
  const [row] = await tx.query<{ message_id: string; user_id: string }>(
    `UPDATE reports p SET resolved_at = now(), resolved_by = $2 FROM messages m
     WHERE p.id = $1 AND p.resolved_at IS NULL AND m.id = p.message_id RETURNING p.message_id, m.user_id`,
    [reportId, userId],
  );
  return row && { messageId: row.message_id, authorId: row.user_id };
};
