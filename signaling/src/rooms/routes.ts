import { answer, type RouteRegistrar } from '../http/route.ts';
import type { Database } from '../platform/db.ts';
import { type KeyedBuckets, spend } from '../platform/token-bucket.ts';
import type { DirectService } from './direct-service.ts';
import type { RequireInRoom } from './guard.ts';
import { selectRoomFor, selectRoomsFor } from './list-repository.ts';
import type { RoomRepository } from './repository.ts';
import type { RoomService } from './service.ts';

export interface RoomRouteDeps {
  db: Database;
  rooms: RoomRepository;
  service: RoomService;
  direct: DirectService;
  requireInRoom: RequireInRoom;
  buckets: {
    /** By person: a new room is told to everyone. */
    create: KeyedBuckets;
    /** By person: a room of two is told to the other one. */
    direct: KeyedBuckets;
    /** By person: each change is told to everybody in the room. */
    change: KeyedBuckets;
  };
}

const done = answer(200, { ok: true as const });
export const changingTooFast = 'You change this too fast; wait a moment.';

const registerReading = (route: RouteRegistrar, { db, rooms, requireInRoom }: RoomRouteDeps): void => {
  route('rooms.list', async ({ session }) =>
    answer(200, { rooms: await selectRoomsFor(db, session.user.id) }),
  );

  route('rooms.get', async ({ session, params }) => {
    const { room } = await requireInRoom(params.slug, session.user.id, 'read');
    const mine = await selectRoomFor(db, { roomId: room.id, userId: session.user.id });
    return answer(200, { room: mine ?? room });
  });

  route('rooms.setNotify', async ({ session, params, body }) => {
    const userId = session.user.id;
    const { room } = await requireInRoom(params.slug, userId, 'read');
    await rooms.setNotify({ roomId: room.id, userId, level: body.level });
    return done;
  });
};

export const registerRoomRoutes = (route: RouteRegistrar, deps: RoomRouteDeps): void => {
  const { service, direct, buckets } = deps;
  registerReading(route, deps);

  route('rooms.create', async ({ session, body }) => {
    spend(buckets.create, session.user.id, 'You create rooms too fast; wait a minute.');
    return answer(201, { room: await service.create(session.user.id, body) });
  });

  route('rooms.update', async ({ session, params, body }) => {
    spend(buckets.change, session.user.id, changingTooFast);
    const room = await service.update({ slug: params.slug, userId: session.user.id }, body);
    return answer(200, { room });
  });

  route('rooms.delete', async ({ session, params }) => {
    spend(buckets.change, session.user.id, changingTooFast);
    await service.remove({ slug: params.slug, userId: session.user.id });
    return done;
  });

  route('rooms.setClosed', async ({ session, params, body }) => {
    spend(buckets.change, session.user.id, changingTooFast);
    await direct.setClosed({ slug: params.slug, userId: session.user.id }, body.closed);
    return done;
  });

  route('rooms.openDirect', async ({ session, body }) => {
    spend(buckets.direct, session.user.id, 'You write to new people too fast; wait a minute.');
    const { room, isNew } = await direct.open(session.user.id, body.user_id);
    return isNew ? answer(201, { room }) : answer(200, { room });
  });
};
