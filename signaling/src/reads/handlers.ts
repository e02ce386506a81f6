import { AppError } from '@boltorezka/protocol';
import type { KeyedBuckets } from '../platform/token-bucket.ts';
import { spend } from '../platform/token-bucket.ts';
import type { RequireInRoom } from '../rooms/index.ts';
import { type Handlers, topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import type { ReadRepository } from './repository.ts';

export interface ReadHandlerDeps {
  reads: ReadRepository;
  requireInRoom: RequireInRoom;
  publish: Publish;
  /** By person. */
  readBuckets: KeyedBuckets;
}

export const createReadHandlers = ({ reads, requireInRoom, publish, readBuckets }: ReadHandlerDeps) =>
  ({
    'chat.markRead': async ({ userId }, { roomSlug, seq }) => {
      spend(readBuckets, userId, 'You mark rooms as read too fast; wait a moment.');
      const { room } = await requireInRoom(roomSlug, userId, 'read');
      const { state, isChanged } = await reads.markRead(userId, room.id, seq);
      if (!state) throw new AppError('RoomNotFound', 'This room is gone.');
      if (isChanged) publish(topics.user(userId), { type: 'chat.readChanged', payload: state });
      return state;
    },
  }) satisfies Partial<Handlers>;
