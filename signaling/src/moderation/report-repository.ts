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
 * One of a person for a message: saying it again changes the words while it waits, and has it wait again where it was dealt
 * with: what was a trifle may have been repeated.
 * @returns true where there is one more that waits.
 */
export const upsertReport = async (
  db: Queryable,
  report: { messageId: string; roomId: string; reporterId: string; reason: string },
): Promise<boolean> => {
  const [row] = await db.query<{ is_new: boolean }>(
    `WITH former AS (SELECT resolved_at FROM reports WHERE message_id = $2 AND reporter_id = $4)
     INSERT INTO reports AS p (id, message_id, room_id, reporter_id, reason) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (message_id, reporter_id) DO UPDATE SET reason = $5, resolved_at = NULL, resolved_by = NULL,
       created_at = CASE WHEN p.resolved_at IS NULL THEN p.created_at ELSE now() END
     RETURNING xmax = 0 OR EXISTS (SELECT FROM former WHERE resolved_at IS NOT NULL) AS is_new`,
    [randomUUID(), report.messageId, report.roomId, report.reporterId, report.reason],
  );
  return row?.is_new ?? false;
};

const reportSelect = `SELECT p.id, p.message_id, p.reporter_id, u.name, p.reason, p.created_at
  FROM reports p JOIN users u ON u.id = p.reporter_id JOIN messages m ON m.id = p.message_id`;

/** That wait, and are not about who reads them: they would learn who said it. */
const isWaitingFor = (reader: string): string => `p.resolved_at IS NULL AND m.user_id <> ${reader}`;

export interface WaitingReport {
  id: string;
  messageId: string;
  reporter: { user_id: string; user_name: string };
  reason: string;
  createdAt: string;
}

interface ReportRow {
  id: string;
  message_id: string;
  reporter_id: string;
  name: string;
  reason: string;
  created_at: Date;
}

const toWaitingReport = (row: ReportRow): WaitingReport => ({
  id: row.id,
  messageId: row.message_id,
  reporter: { user_id: row.reporter_id, user_name: row.name },
  reason: row.reason,
  createdAt: row.created_at.toISOString(),
});

/** Those of a room, the first one first. */
export const selectReports = async (
  db: Queryable,
  { roomId, readerId, limit }: { roomId: string; readerId: string; limit: number },
): Promise<WaitingReport[]> => {
  const rows = await db.query<ReportRow>(
    `${reportSelect} WHERE p.room_id = $1 AND ${isWaitingFor('$2')} ORDER BY p.created_at, p.id LIMIT $3`,
    [roomId, readerId, limit],
  );
  return rows.map(toWaitingReport);
};

/** Those of all rooms of two. */
export const selectDirectReports = async (
  db: Queryable,
  { readerId, limit }: { readerId: string; limit: number },
): Promise<WaitingReport[]> => {
  const rows = await db.query<ReportRow>(
    `${reportSelect} JOIN rooms r ON r.id = p.room_id AND r.kind = 'direct'
     WHERE ${isWaitingFor('$1')} ORDER BY p.created_at, p.id LIMIT $2`,
    [readerId, limit],
  );
  return rows.map(toWaitingReport);
};

export const selectReportPlace = async (
  db: Queryable,
  reportId: string,
): Promise<{ roomId: string; isDirect: boolean } | undefined> => {
  const [row] = await db.query<{ room_id: string; kind: string }>(
    'SELECT p.room_id, r.kind FROM reports p JOIN rooms r ON r.id = p.room_id WHERE p.id = $1',
    [reportId],
  );
  return row && { roomId: row.room_id, isDirect: row.kind === 'direct' };
};

/** @returns undefined where it was dealt with already, or is about whoever would. */
export const resolveReport = async (
  tx: Queryable,
  { reportId, userId }: { reportId: string; userId: string },
): Promise<{ messageId: string; authorId: string } | undefined> => {
  const [row] = await tx.query<{ message_id: string; user_id: string }>(
    `UPDATE reports p SET resolved_at = now(), resolved_by = $2 FROM messages m
     WHERE p.id = $1 AND p.resolved_at IS NULL AND m.id = p.message_id AND m.user_id <> $2
     RETURNING p.message_id, m.user_id`,
    [reportId, userId],
  );
  return row && { messageId: row.message_id, authorId: row.user_id };
};
