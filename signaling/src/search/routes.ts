import { AppError, MessageId } from '@boltorezka/protocol';
import { z } from 'zod';
import { answer, type RouteRegistrar } from '../http/route.ts';
import { toRestMessage } from '../messages/index.ts';
import { type KeyedBuckets, spend } from '../platform/token-bucket.ts';
import type { RequireInRoom } from '../rooms/index.ts';
import { toSearchTerms } from './query.ts';
import type { SearchPlace } from './repository.ts';
import type { SearchService } from './service.ts';

export interface SearchRouteDeps {
  search: SearchService;
  requireInRoom: RequireInRoom;
  /** By person: a search costs the database more than anything else that people may do. */
  searchBuckets: KeyedBuckets;
}

const cursorParts = z.tuple([z.string().regex(/^[0-9]{1,14}$/), MessageId]);

/** @throws AppError `ValidationError` where it is no cursor of ours. */
const parseCursor = (cursor: string | undefined): SearchPlace | undefined => {
  if (cursor === undefined) return undefined;
  const parts = cursorParts.safeParse(cursor.split('.'));
  if (!parts.success) throw new AppError('ValidationError', 'cursor: Use a cursor of an earlier page');
  return { atMs: Number(parts.data[0]), messageId: parts.data[1] };
};

const isLeftOut = (value: unknown): boolean => value === undefined;

const toDate = (moment: string | undefined): Date | undefined =>
  moment === undefined ? undefined : new Date(moment);

export const registerSearchRoutes = (
  route: RouteRegistrar,
  { search, requireInRoom, searchBuckets }: SearchRouteDeps,
): void => {
  route('chat.search', async ({ session, query }) => {
    const readerId = session.user.id;
    spend(searchBuckets, readerId, 'You search too fast; wait a moment.');
    // Everything there is would be no search.
    if ([query.query, query.user_id, query.has, query.sent_from, query.sent_before].every(isLeftOut))
      throw new AppError('ValidationError', 'query: Name words, a person, a time or what is attached');
    const room = query.room_slug && (await requireInRoom(query.room_slug, readerId, 'read')).room;
    const { hits, next } = await search.find({
      readerId,
      terms: query.query === undefined ? undefined : toSearchTerms(query.query),
      roomId: room ? room.id : undefined,
      userId: query.user_id,
      sentFrom: toDate(query.sent_from),
      sentBefore: toDate(query.sent_before),
      has: query.has,
      before: parseCursor(query.cursor),
      limit: query.limit,
    });
    return answer(200, {
      results: hits.map(({ message, roomSlug, roomTitle, snippet }) => ({
        message: toRestMessage(message),
        room_slug: roomSlug,
        room_title: roomTitle,
        snippet,
      })),
      next_cursor: next && `${next.atMs}.${next.messageId}`,
    });
  });
};
