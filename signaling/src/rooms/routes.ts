import { randomUUID } from 'node:crypto';
import { AppError, type Room } from '@boltorezka/protocol';
import { answer, type RouteRegistrar } from '../http/route.ts';
import type { KeyedBuckets } from '../platform/token-bucket.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import type { RoomRepository } from './repository.ts';

export interface RoomRouteDeps {
  rooms: RoomRepository;
  publish: Publish;
  /** By person: a new room is told to everyone. */
  createBuckets: KeyedBuckets;
}

const toCreated = (room: Room) => ({
  roomId: room.id,
  roomSlug: room.slug,
  roomTitle: room.title,
  isPublic: room.is_public,
  createdAt: room.created_at,
});

export const registerRoomRoutes = (
  route: RouteRegistrar,
  { rooms, publish, createBuckets }: RoomRouteDeps,
): void => {
  route('rooms.list', async ({ session }) => answer(200, { rooms: await rooms.listFor(session.user.id) }));

  route('rooms.create', async ({ session, body }) => {
    const bucket = createBuckets.of(session.user.id);
    if (!bucket.take()) {
      const retryAfterMs = bucket.retryAfterMs();
      throw new AppError('RateLimited', 'You create rooms too fast; wait a minute.', { retryAfterMs });
    }
    const { slug, title, is_public: isPublic } = body;
    const room = await rooms.create({ id: randomUUID(), slug, title, isPublic, ownerId: session.user.id });
    if (!room) throw new AppError('Conflict', `There is a room "${slug}" already; choose another address.`);
    // A private room's existence is its members' business.
    if (room.is_public) publish(topics.everyone, { type: 'room.created', payload: toCreated(room) });
    return answer(201, { room });
  });
};
