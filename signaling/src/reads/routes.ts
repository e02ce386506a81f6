import { AppError, MessageId } from '@boltorezka/protocol';
import { z } from 'zod';
import { answer, type RouteRegistrar } from '../http/route.ts';
import { toRestMessage } from '../messages/index.ts';
import type { Database } from '../platform/db.ts';
import type { RequireInRoom } from '../rooms/index.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import { readInbox } from './inbox-repository.ts';
import type { ReadRepository } from './repository.ts';
import type { ThreadPlace, ThreadReadRepository } from './thread-repository.ts';

export interface ReadRouteDeps {
  db: Database;
  reads: ReadRepository;
  threadReads: ThreadReadRepository;
  requireInRoom: RequireInRoom;
  publish: Publish;
}

const cursorParts = z.tuple([z.string().regex(/^[0-9]{1,16}$/), MessageId]);

/** @throws AppError `ValidationError` where it is no cursor of ours. */
const parseCursor = (cursor: string | undefined): { atUs: string; messageId: string } | undefined => {
  if (cursor === undefined) return undefined;
  const parts = cursorParts.safeParse(cursor.split('.'));
  if (!parts.success) throw new AppError('ValidationError', 'cursor: Use a cursor of an earlier page');
  return { atUs: parts.data[0], messageId: parts.data[1] };
};

const registerThreadRoutes = (route: RouteRegistrar, { threadReads, requireInRoom }: ReadRouteDeps): void => {
  route('threads.list', async ({ session, params, query }) => {
    const userId = session.user.id;
    const { room } = await requireInRoom(params.slug, userId, 'read');
    const place = parseCursor(query.cursor);
    const before: ThreadPlace | undefined = place && { atUs: place.atUs, rootId: place.messageId };
    const page = await threadReads.list({ userId, roomId: room.id, before, limit: query.limit + 1 });
    const shown = page.slice(0, query.limit);
    const last = shown.at(-1)?.place;
    return answer(200, {
      threads: shown.map(({ root, readSeq: read_seq, unreadCount: unread_count }) => ({
        root: toRestMessage(root),
        read_seq,
        unread_count,
      })),
      next_cursor: page.length > query.limit && last ? `${last.atUs}.${last.rootId}` : null,
    });
  });

  route('threads.unread', async ({ session, params }) => {
    const userId = session.user.id;
    const { room } = await requireInRoom(params.slug, userId, 'read');
    const threads = await threadReads.unread({ userId, roomId: room.id });
    return answer(200, {
      threads: threads.map(({ rootId, readSeq: read_seq, unreadCount: unread_count }) => ({
        thread_root_id: rootId,
        read_seq,
        unread_count,
      })),
    });
  });
};

export const registerReadRoutes = (route: RouteRegistrar, deps: ReadRouteDeps): void => {
  const { db, reads, publish } = deps;
  route('inbox.list', async ({ session, query }) => {
    const userId = session.user.id;
    const asked = { userId, before: parseCursor(query.cursor), limit: query.limit + 1 };
    const { listed: page, unreadCount: unread_count } = await readInbox(db, asked);
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
  registerThreadRoutes(route, deps);
};
