import { AppError, type AuditEntry } from '@boltorezka/protocol';
import { parseNumberCursor, toPage } from '../http/cursor.ts';
import { answer, type RouteRegistrar } from '../http/route.ts';
import type { AuditRepository } from './repository.ts';

export interface AuditRouteDeps {
  audit: AuditRepository;
  /** @throws AppError where the person may not see what moderators do there. */
  requireModerator: (slug: string, userId: string) => Promise<{ room: { id: string } }>;
}

const toBody = (rows: AuditEntry[], limit: number) => {
  const { entries, nextCursor } = toPage(rows, limit, ({ id }) => id);
  return { entries, next_cursor: nextCursor };
};

export const registerAuditRoutes = (
  route: RouteRegistrar,
  { audit, requireModerator }: AuditRouteDeps,
): void => {
  route('audit.room', async ({ session, params, query: { cursor, limit } }) => {
    const { room } = await requireModerator(params.slug, session.user.id);
    const page = { beforeId: parseNumberCursor(cursor), limit: limit + 1 };
    return answer(200, toBody(await audit.ofRoom(room.id, page), limit));
  });

  route('audit.server', async ({ session, query: { cursor, limit } }) => {
    if (!(await audit.isAdministrator(session.user.id))) {
      throw new AppError('Forbidden', 'Only administrators see what was done on the server.');
    }
    const page = { beforeId: parseNumberCursor(cursor), limit: limit + 1 };
    return answer(200, toBody(await audit.ofServer(page), limit));
  });
};
