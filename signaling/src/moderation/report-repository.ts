import { randomUUID } from 'node:crypto';
import { isLetIn } from '../access/index.ts';
import type { Queryable } from '../platform/db.ts';
import { isBannedFrom } from '../rooms/index.ts';

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

/** Of a message, in the order in which it shows them. */
const fileNamesOf = (messageId: string): string =>
  `ARRAY(SELECT a.name FROM attachments a WHERE a.message_id = ${messageId} ORDER BY a.position, a.id)`;

/**
 * Whether a room `r` has nobody who could deal with a report about a message `m` of it: a room of two; a private one that nobody
 * but the author moderates, or but the author and, of an owner, whom they outrank, the reporter. A public one always has
 * moderators: administrators are among them.
 */
const hasNobodyFor = (reporter: string): string => `(r.kind = 'direct' OR (NOT r.is_public AND NOT EXISTS (
  SELECT FROM room_members o JOIN users ou ON ou.id = o.user_id
  WHERE o.room_id = r.id AND o.user_id <> m.user_id AND (o.role IN ('owner', 'moderator') OR ou.is_administrator)
    AND (o.user_id <> ${reporter} OR NOT EXISTS (
      SELECT FROM room_members a WHERE a.room_id = r.id AND a.user_id = m.user_id AND a.role = 'owner'))
    AND ${isLetIn('ou')}
    AND NOT ${isBannedFrom('r.id', 'o.user_id')})))`;

/**
 * Whether a report `p` is the server's: it was when it was made, or nobody of its room could deal with it any more. What was is
 * (`is_servers`), whoever moderates later: the reported person might have another account of theirs do so.
 */
export const isServersReport = `(r.deleted_at IS NULL AND (p.is_servers OR ${hasNobodyFor('p.reporter_id')}))`;

/**
 * One of a person for a message: saying it again changes the words while it waits, and has it wait again where it was dealt
 * with: what was a trifle may have been repeated. What the message says is kept with it, as it was when it was reported first;
 * the message stays as it is until then, so that what is just being erased is not kept.
 * Within a transaction: how it stood is read once it is this one's, after whoever just deals with it; the message comes first, as for
 * whoever deletes it.
 * @returns for whom one more waits, or one fewer: one that was the room's may be the administrators' alone now; undefined where it
 * waits as before, or the message was deleted meanwhile.
 */
export const upsertReport = async (
  tx: Queryable,
  report: { messageId: string; roomId: string; reporterId: string; reason: string },
): Promise<{ isRooms: boolean; isServers: boolean } | undefined> => {
  await tx.query('SELECT FROM messages WHERE id = $1 FOR SHARE', [report.messageId]);
  const [former] = await tx.query<{ is_waiting: boolean; is_servers: boolean }>(
    `SELECT resolved_at IS NULL AS is_waiting, is_servers FROM reports
     WHERE message_id = $1 AND reporter_id = $2 FOR UPDATE`,
    [report.messageId, report.reporterId],
  );
  const [row] = await tx.query<{ is_servers: boolean; is_first: boolean }>(
    `INSERT INTO reports AS p (id, message_id, room_id, reporter_id, reason, reported_text, reported_file_names,
       is_servers)
     SELECT $1::uuid, m.id, r.id, $4::uuid, $5, m.text, ${fileNamesOf('m.id')}, ${hasNobodyFor('$4::uuid')}
     FROM messages m JOIN rooms r ON r.id = $3::uuid WHERE m.id = $2 AND m.deleted_at IS NULL
     ON CONFLICT (message_id, reporter_id) DO UPDATE SET reason = $5, resolved_at = NULL, resolved_by = NULL,
       created_at = CASE WHEN p.resolved_at IS NULL THEN p.created_at ELSE now() END,
       reported_text = coalesce(p.reported_text, EXCLUDED.reported_text),
       reported_file_names = coalesce(p.reported_file_names, EXCLUDED.reported_file_names),
       is_servers = p.is_servers OR EXCLUDED.is_servers
     RETURNING p.is_servers, xmax = 0 AS is_first`,
    [randomUUID(), report.messageId, report.roomId, report.reporterId, report.reason],
  );
  if (!row) return undefined;
  const isServers = row.is_servers;
  const isNew = row.is_first || former?.is_waiting === false;
  const changesHands = former?.is_waiting === true && !former.is_servers && isServers;
  return isNew || changesHands ? { isRooms: changesHands || !isServers, isServers } : undefined;
};

const reportSelect = `SELECT p.id, p.message_id, p.reporter_id, u.name, p.reason, p.created_at,
  p.reported_text, p.reported_file_names
  FROM reports p JOIN users u ON u.id = p.reporter_id JOIN messages m ON m.id = p.message_id`;

/** That wait, and are not about who reads them: they would learn who said it. */
const isWaitingFor = (reader: string): string => `p.resolved_at IS NULL AND m.user_id <> ${reader}`;

/** What a message said when it was reported. */
export interface Reported {
  text: string;
  fileNames: string[];
}

export interface WaitingReport {
  id: string;
  messageId: string;
  reporter: { user_id: string; user_name: string };
  reason: string;
  createdAt: string;
  /** Null where it is not known. */
  reported: Reported | null;
}

interface ReportRow {
  id: string;
  message_id: string;
  reporter_id: string;
  name: string;
  reason: string;
  created_at: Date;
  reported_text: string | null;
  reported_file_names: string[] | null;
}

const toWaitingReport = (row: ReportRow): WaitingReport => ({
  id: row.id,
  messageId: row.message_id,
  reporter: { user_id: row.reporter_id, user_name: row.name },
  reason: row.reason,
  createdAt: row.created_at.toISOString(),
  reported:
    row.reported_text === null ? null : { text: row.reported_text, fileNames: row.reported_file_names ?? [] },
});

/** Those that a room's moderators deal with, the first one first. */
export const selectReports = async (
  db: Queryable,
  { roomId, readerId, limit }: { roomId: string; readerId: string; limit: number },
): Promise<WaitingReport[]> => {
  const rows = await db.query<ReportRow>(
    `${reportSelect} WHERE p.room_id = $1 AND NOT p.is_servers AND ${isWaitingFor('$2')}
     ORDER BY p.created_at, p.id LIMIT $3`,
    [roomId, readerId, limit],
  );
  return rows.map(toWaitingReport);
};

/** Those of all rooms that administrators deal with. */
export const selectServerReports = async (
  db: Queryable,
  { readerId, limit }: { readerId: string; limit: number },
): Promise<WaitingReport[]> => {
  const rows = await db.query<ReportRow>(
    `${reportSelect} JOIN rooms r ON r.id = p.room_id
     WHERE ${isWaitingFor('$1')} AND ${isServersReport} ORDER BY p.created_at, p.id LIMIT $2`,
    [readerId, limit],
  );
  return rows.map(toWaitingReport);
};

/** Where a report waits; it may be its room's and the server's. */
export interface ReportPlace {
  roomId: string;
  isRooms: boolean;
  isServers: boolean;
}

export const selectReportPlace = async (
  db: Queryable,
  reportId: string,
): Promise<ReportPlace | undefined> => {
  const [row] = await db.query<{ room_id: string; is_rooms: boolean; is_servers: boolean }>(
    `SELECT p.room_id, NOT p.is_servers AS is_rooms, ${isServersReport} AS is_servers FROM reports p
     JOIN rooms r ON r.id = p.room_id JOIN messages m ON m.id = p.message_id WHERE p.id = $1`,
    [reportId],
  );
  return row && { roomId: row.room_id, isRooms: row.is_rooms, isServers: row.is_servers };
};

/** Nothing of what it was about is kept. @returns undefined where it was dealt with already, or is about whoever would. */
export const resolveReport = async (
  tx: Queryable,
  { reportId, userId }: { reportId: string; userId: string },
): Promise<{ messageId: string; authorId: string } | undefined> => {
  const [row] = await tx.query<{ message_id: string; user_id: string }>(
    `UPDATE reports p SET resolved_at = now(), resolved_by = $2, reported_text = NULL, reported_file_names = NULL
     FROM messages m
     WHERE p.id = $1 AND p.resolved_at IS NULL AND m.id = p.message_id AND m.user_id <> $2
     RETURNING p.message_id, m.user_id`,
    [reportId, userId],
  );
  return row && { messageId: row.message_id, authorId: row.user_id };
};
