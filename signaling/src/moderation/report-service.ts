import { AppError, toSnakeCase } from '@boltorezka/protocol';
import { recordAudit } from '../audit/index.ts';
import { readMessagesById } from '../messages/index.ts';
import type { Database } from '../platform/db.ts';
import { assertMay, type FindRoomById, type RequireInRoom } from '../rooms/index.ts';
import {
  resolveReport,
  selectMessagePlace,
  selectReportPlace,
  selectReports,
  upsertReport,
} from './report-repository.ts';
import type { TellWaiting } from './waiting.ts';

export interface ReportServiceDeps {
  db: Database;
  requireInRoom: RequireInRoom;
  findReadable: FindRoomById;
  tellWaiting: TellWaiting;
}

/** More wait at no moment to be shown. */
const maxShown = 100;

const createNoMessageError = () => new AppError('NotFound', 'There is no such message.');
const createNoReportError = () => new AppError('NotFound', 'There is no such report.');

/** Messages that people tell their room's moderators about. */
export const createReportService = (deps: ReportServiceDeps) => ({
  /** @throws AppError `NotFound`, the same for a message of a room that the person may not read. */
  report: async (asked: { messageId: string; userId: string; reason: string }): Promise<void> => {
    const { messageId, userId, reason } = asked;
    const place = await selectMessagePlace(deps.db, messageId);
    const found = place && (await deps.findReadable(place.roomId, userId));
    if (!found) throw createNoMessageError();
    assertMay(found, 'report');
    const roomId = found.room.id;
    if (await upsertReport(deps.db, { messageId, roomId, reporterId: userId, reason })) {
      deps.tellWaiting(roomId);
    }
  },

  /** @throws AppError `RoomNotFound`, `Forbidden`. */
  list: async ({ slug, userId }: { slug: string; userId: string }) => {
    const { room } = await deps.requireInRoom(slug, userId, 'seeModeration');
    const asked = { roomId: room.id, readerId: userId, limit: maxShown };
    const reports = await selectReports(deps.db, asked);
    const messages = await readMessagesById(
      deps.db,
      reports.map(({ messageId }) => messageId),
    );
    return reports.flatMap(({ messageId, id, reporter, reason, createdAt }) => {
      const message = messages.get(messageId);
      return message ? [{ id, message: toSnakeCase(message), reporter, reason, created_at: createdAt }] : [];
    });
  },

  /** @throws AppError `NotFound`, the same for a report of a room that the person does not moderate. */
  resolve: async ({ reportId, userId }: { reportId: string; userId: string }): Promise<void> => {
    const place = await selectReportPlace(deps.db, reportId);
    const found = place && (await deps.findReadable(place.roomId, userId));
    if (!found?.may('seeModeration')) throw createNoReportError();
    const roomId = found.room.id;
    const isResolved = await deps.db.transaction(async (tx) => {
      const resolved = await resolveReport(tx, { reportId, userId });
      if (!resolved) return false;
      const { messageId: targetMessageId, authorId: targetUserId } = resolved;
      const record = { roomId, actorId: userId, targetUserId, targetMessageId };
      await recordAudit(tx, { ...record, action: 'report.resolve', details: {} });
      return true;
    });
    if (isResolved) deps.tellWaiting(roomId);
  },
});

export type ReportService = ReturnType<typeof createReportService>;
