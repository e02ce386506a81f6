import { AppError } from '@boltorezka/protocol';
import type { KeyedBuckets } from '../platform/token-bucket.ts';
import { spend } from '../platform/token-bucket.ts';
import type { RequireInRoom } from '../rooms/index.ts';
import { type Handlers, topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import type { ReadRepository } from './repository.ts';
import type { ThreadReadRepository } from './thread-repository.ts';

export interface ReadHandlerDeps {
  reads: ReadRepository;
  threadReads: ThreadReadRepository;
  requireInRoom: RequireInRoom;
  publish: Publish;
  /** By person. */
  readBuckets: KeyedBuckets;
}

export const createReadHandlers = (deps: ReadHandlerDeps) => {
  const { reads, threadReads, requireInRoom, publish, readBuckets } = deps;
  return {
    'chat.markRead': async ({ userId }, { roomSlug, seq }) => {
      spend(readBuckets, userId, 'You mark rooms as read too fast; wait a moment.');
      const { room } = await requireInRoom(roomSlug, userId, 'read');
      const { state, isChanged } = await reads.markRead(userId, room.id, seq);
      if (!state) throw new AppError('RoomNotFound', 'This room is gone.');
      if (isChanged) publish(topics.user(userId), { type: 'chat.readChanged', payload: state });
      return state;
    },
    'chat.markThreadRead': async ({ userId }, { roomSlug, threadRootId: rootId, seq }) => {
      spend(readBuckets, userId, 'You mark threads as read too fast; wait a moment.');
      const { room } = await requireInRoom(roomSlug, userId, 'read');
      const { state, isChanged, rooms } = await threadReads.mark({ userId, room, rootId }, seq);
      if (isChanged) publish(topics.user(userId), { type: 'chat.threadReadChanged', payload: state });
      for (const { state: payload } of rooms)
        publish(topics.user(userId), { type: 'chat.readChanged', payload });
      return state;
    },
  } satisfies Partial<Handlers>;
};
