import type { ChatMessage } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { selectInboxAdditions, selectReadStates, selectThreadStandings } from '../reads/index.ts';
import type { MessageNews } from './new-message.ts';
import { selectActivities } from './retry-repository.ts';

/**
 * What is told of messages that were written before, as it stands now: whoever sends one again may have had no answer since
 * nobody was told of it. Told twice it changes nothing. By the messages' ids.
 */
export const readRetryNews = async (
  tx: Queryable,
  retried: ChatMessage[],
  messages: Map<string, ChatMessage>,
): Promise<Map<string, MessageNews>> => {
  if (retried.length === 0) return new Map();
  const inbox = await selectInboxAdditions(tx, retried);
  const places = [
    ...retried.map(({ userId, roomId }) => ({ userId, roomId })),
    ...inbox.map(({ userId, entry: { roomId } }) => ({ userId, roomId })),
  ];
  const reads = await selectReadStates(tx, places);
  const threads = await selectThreadStandings(
    tx,
    retried.flatMap(({ id: messageId, userId, threadRootId: rootId }) =>
      rootId === undefined ? [] : [{ messageId, userId, rootId, beforeSeq: Number.MAX_SAFE_INTEGER }],
    ),
  );
  const activities = await selectActivities(
    tx,
    retried.map(({ roomId }) => roomId),
  );
  return new Map(
    retried.map((message) => {
      const told = inbox.filter(({ entry }) => entry.message.id === message.id);
      const concerned = new Set([message.userId, ...told.map(({ userId }) => userId)]);
      const thread = messages.get(message.threadRootId ?? '')?.thread;
      const activity = activities.get(message.roomId);
      const standing = threads.get(message.id);
      return [
        message.id,
        {
          ...(thread && { thread }),
          ...(activity && { activity }),
          ...(standing && {
            readOfThread: { seq: standing.readSeq, unreadCount: standing.unreadCount },
          }),
          inbox: told,
          reads: reads.filter(
            ({ userId, state }) => state.roomId === message.roomId && concerned.has(userId),
          ),
        },
      ];
    }),
  );
};
