import type { Http } from './http.ts';
import { toMessage } from './room/history.ts';
import { toTimelineMessage } from './timeline/message-view.ts';
import type { SearchInput, SearchPage } from './types/inbox.ts';

/** Asks for a page of what was found. */
export const createSearch =
  ({ http, getSelfId }: { http: Http; getSelfId: () => string | null }) =>
  async ({
    query,
    roomSlug,
    userId,
    sentFrom,
    sentBefore,
    has,
    cursor,
  }: SearchInput): Promise<SearchPage> => {
    const asked = {
      ...{ query, has, cursor },
      ...{ room_slug: roomSlug, user_id: userId },
      ...{ sent_from: sentFrom?.toISOString(), sent_before: sentBefore?.toISOString() },
    };
    const page = await http.call('chat.search', { query: asked });
    return {
      nextCursor: page.next_cursor,
      results: page.results.map((result) => ({
        message: toTimelineMessage(toMessage(result.message), getSelfId()),
        roomSlug: result.room_slug,
        roomTitle: result.room_title,
        snippet: result.snippet.map(({ text, is_match }) => ({ text, isMatch: is_match })),
      })),
    };
  };
