import { AppError, type RestMessage, toSnakeCase } from '@boltorezka/protocol';
import { recordAudit } from '../audit/index.ts';
import { readMessagesById } from '../messages/index.ts';
import type { Database } from '../platform/db.ts';
import { assertMay, type FindRoomById, type RequireInRoom } from '../rooms/index.ts';
import {
  type Reported,
  type ReportPlace,
  resolveReport,
  selectMessagePlace,
  selectReportPlace,
  selectReports,
  selectServerReports,
  upsertReport,
  type WaitingReport,
} from './report-repository.ts';
import type { TellWaiting } from './waiting.ts';

export interface ReportServiceDeps {
  db: Database;
  requireInRoom: RequireInRoom;
  findReadable: FindRoomById;
  tellWaiting: TellWaiting;
  tellServerWaiting: () => void;
}

/** Who asks, and whether they administer the server. */
interface Reader {
  userId: string;
  isAdministrator: boolean;
}

/** More wait at no moment to be shown. */
const maxShown = 100;

const createNoMessageError = () => new AppError('NotFound', 'There is no such message.');
const createNoReportError = () => new AppError('NotFound', 'There is no such report.');

/** Said where it is not what the message says now. */
const asReported = ({ text, attachments = [] }: RestMessage, reported: Reported | null) => {
  if (!reported) return {};
  const isSame =
    reported.text === text &&
    JSON.stringify(reported.fileNames) === JSON.stringify(attachments.map(({ name }) => name));
  return isSame ? {} : { as_reported: { text: reported.text, attachment_names: reported.fileNames } };
};

const toReports = async (db: Database, reports: WaitingReport[]) => {
  const messages = await readMessagesById(
    db,
    reports.map(({ messageId }) => messageId),
  );
  return reports.flatMap(({ messageId, id, reporter, reason, createdAt, reported }) => {
    const found = messages.get(messageId);
    if (!found) return [];
    const message = toSnakeCase(found);
    return [{ id, message, reporter, reason, created_at: createdAt, ...asReported(message, reported) }];
  });
};

/** Where it waits, and of which room a moderator deals with it; of none where an administrator does. */
interface DealtIn {
  place: ReportPlace;
  roomId?: string;
}

/** @throws AppError `NotFound`, the same for a report that is not this person's to deal with. */
const findDealtIn = async (
  { db, findReadable }: ReportServiceDeps,
  reportId: string,
  { userId, isAdministrator }: Reader,
): Promise<DealtIn> => {
  const place = await selectReportPlace(db, reportId);
  if (!place) throw createNoReportError();
  if (place.isServers && isAdministrator) return { place };
  const found = place.isRooms ? await findReadable(place.roomId, userId) : undefined;
  if (!found?.may('seeModeration')) throw createNoReportError();
  return { place, roomId: place.roomId };
};

/** Whoever counts it among what waits for them. */
const tell = (
  { tellWaiting, tellServerWaiting }: ReportServiceDeps,
  { roomId, isRooms, isServers }: ReportPlace,
): void => {
  if (isServers) tellServerWaiting();
  if (isRooms) tellWaiting(roomId);
};

/** What an answer quotes is another message, which nobody has shown to anybody. */
const listOfServer = async ({ db }: ReportServiceDeps, { userId, isAdministrator }: Reader) => {
  if (!isAdministrator) throw new AppError('Forbidden', 'Only administrators see what was reported to them.');
  const asked = { readerId: userId, limit: maxShown };
  const reports = await toReports(db, await selectServerReports(db, asked));
  return reports.map(({ message: { reply_to: _quoted, ...message }, ...report }) => ({ ...report, message }));
};

/** Messages that people tell their room's moderators about; where nobody else is there to be told, the administrators. */
export const createReportService = (deps: ReportServiceDeps) => ({
  /** @throws AppError `NotFound`, the same for a message of a room that the person may not read. */
  report: async (asked: { messageId: string; userId: string; reason: string }): Promise<void> => {
    const { messageId, userId, reason } = asked;
    const place = await selectMessagePlace(deps.db, messageId);
    const found = place && (await deps.findReadable(place.roomId, userId));
    if (!found) throw createNoMessageError();
    assertMay(found, 'report');
    const roomId = found.room.id;
    const said = { messageId, roomId, reporterId: userId, reason };
    const report = await deps.db.transaction((tx) => upsertReport(tx, said));
    if (report) tell(deps, { roomId, ...report });
  },

  /** @throws AppError `RoomNotFound`, `Forbidden`. */
  list: async ({ slug, userId }: { slug: string; userId: string }) => {
    const { room } = await deps.requireInRoom(slug, userId, 'seeModeration');
    const asked = { roomId: room.id, readerId: userId, limit: maxShown };
    return toReports(deps.db, await selectReports(deps.db, asked));
  },

  /** @throws AppError `Forbidden`. */
  listOfServer: (reader: Reader) => listOfServer(deps, reader),

  /** @throws AppError `NotFound`, the same for a report of a room that the person does not moderate. */
  resolve: async (reportId: string, reader: Reader): Promise<void> => {
    const { userId } = reader;
    const { place, roomId } = await findDealtIn(deps, reportId, reader);
    const isResolved = await deps.db.transaction(async (tx) => {
      const resolved = await resolveReport(tx, { reportId, userId });
      if (!resolved) return false;
      const { messageId: targetMessageId, authorId: targetUserId } = resolved;
      const record = { roomId, actorId: userId, targetUserId, targetMessageId };
      await recordAudit(tx, { ...record, action: 'report.resolve', details: {} });
      return true;
    });
    if (isResolved) tell(deps, place);
  },
});

export type ReportService = ReturnType<typeof createReportService>;
