import { readMessagesById } from '../messages/index.ts';
import type { Database } from '../platform/db.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import { eraseSome } from './erase-repository.ts';
import { selectThreads } from './thread-repository.ts';

export interface EraseDeps {
  db: Database;
  publish: Publish;
}

/**
 * Deletes what somebody wrote in a room in the last day, some of it at a time, and tells the room of each. Where it is
 * interrupted, asking again goes on.
 */
export const createEraseRecent =
  ({ db, publish }: EraseDeps) =>
  async (place: { roomId: string; userId: string }): Promise<void> => {
    for (;;) {
      const erased = await eraseSome(db, place);
      if (erased.length === 0) return;
      const messages = await readMessagesById(
        db,
        erased.map(({ id }) => id),
      );
      const threads = await selectThreads(db, [...new Set(erased.flatMap((one) => one.threadRootId ?? []))]);
      for (const { id, seq, epoch, threadRootId } of erased) {
        const message = messages.get(id);
        const rootThread = threadRootId === undefined ? undefined : threads.get(threadRootId);
        if (!message) continue;
        publish(topics.room(place.roomId), {
          type: 'chat.messageChanged',
          payload: {
            ...{ roomId: place.roomId, seq, epoch, change: 'deleted', message },
            ...(rootThread ? { rootThread } : {}),
          },
        });
      }
    }
  };
