import { AppError, MessageId } from '@boltorezka/protocol';
import { z } from 'zod';
import { answer, type RouteRegistrar } from '../http/route.ts';
import { toRestMessage } from '../messages/index.ts';
import type { Database } from '../platform/db.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import { countUnread, type InboxPlace, listInbox } from './inbox-repository.ts';
import type { ReadRepository } from './repository.ts';

export interface ReadRouteDeps {
  db: Database;
  reads: ReadRepository;
  publish: Publish;
}

const cursorParts = z.tuple([z.string().regex(/^[0-9]{1,16}$/), MessageId]);

/** @throws AppError `ValidationError` where it is no cursor of ours. */
const parseCursor = (cursor: string | undefined): InboxPlace | undefined => {
  if (cursor === undefined) return undefined;
  const parts = cursorParts.safeParse(cursor.split('.'));
  if (!parts.success) throw new AppError('ValidationError', 'cursor: Use a cursor of an earlier page');
  return { atUs: parts.data[0], messageId: parts.data[1] };
};

export const registerReadRoutes = (route: RouteRegistrar, { db, reads, publish }: ReadRouteDeps): void => {
  route('inbox.list', async ({ session, query }) => {
    const userId = session.user.id;
    const asked = { userId, before: parseCursor(query.cursor), limit: query.limit + 1 };
    const [page, unread_count] = await Promise.all([listInbox(db, asked), countUnread(db, userId)]);
    const shown = page.slice(0, query.limit);
    const last = shown.at(-1)?.place;
    return answer(200, {
      entries: shown.map(({ entry }) => ({
        kind: entry.kind,
        room_id: entry.roomId,
        room_slug: entry.roomSlug,
        room_title: entry.roomTitle,
        message: toRestMessage(entry.message),
        created_at: entry.createdAt,
        is_read: entry.isRead,
      })),
      unread_count,
      next_cursor: page.length > query.limit && last ? `${last.atUs}.${last.messageId}` : null,
    });
  });

  route('inbox.markAllRead', async ({ session }) => {
    for (const state of await reads.markInboxRead(session.user.id)) {
      publish(topics.user(session.user.id), { type: 'chat.readChanged', payload: state });
    }
    return answer(200, { ok: true as const });
  });
};
