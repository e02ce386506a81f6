import { answer, type RouteRegistrar } from '../http/route.ts';
import type { Session } from '../http/session.ts';
import { type KeyedBuckets, spend } from '../platform/token-bucket.ts';
import type { ReportService } from './report-service.ts';

export interface ReportRouteDeps {
  reports: ReportService;
  /** By person: each report is told to moderators. */
  reportBuckets: KeyedBuckets;
}

const readerOf = ({ user }: Session) => ({
  userId: user.id,
  isAdministrator: user.is_administrator === true,
});

export const registerReportRoutes = (
  route: RouteRegistrar,
  { reports, reportBuckets }: ReportRouteDeps,
): void => {
  route('reports.create', async ({ session, params, body }) => {
    const userId = session.user.id;
    spend(reportBuckets, userId, 'You report too fast; wait a minute.');
    await reports.report({ messageId: params.message_id, userId, reason: body.reason });
    return answer(201, { ok: true as const });
  });

  route('reports.list', async ({ session, params }) =>
    answer(200, { reports: await reports.list({ slug: params.slug, userId: session.user.id }) }),
  );

  route('reports.server', async ({ session }) =>
    answer(200, { reports: await reports.listOfServer(readerOf(session)) }),
  );

  route('reports.resolve', async ({ session, params }) => {
    await reports.resolve(params.report_id, readerOf(session));
    return answer(200, { ok: true as const });
  });
};
