import type { Attendance, RequireInRoom } from '../rooms/index.ts';
import type { Handlers } from '../ws/context.ts';
import type { Calls } from './calls.ts';
import { createSilenceHandlers } from './silence.ts';
import { createTransportHandlers, type TransportHandlerDeps } from './transport-handlers.ts';

export interface CallHandlerDeps extends TransportHandlerDeps {
  calls: Calls;
  requireInRoom: RequireInRoom;
  attendance: Attendance;
}

export const createCallHandlers = (deps: CallHandlerDeps) => {
  const { calls, requireInRoom, attendance } = deps;
  return {
    ...createSilenceHandlers(deps),
    ...createTransportHandlers(deps),

    'voice.join': async ({ connection, userId }, payload) => {
      const room =
        calls.roomToReturnTo(userId, payload) ??
        (await requireInRoom(payload.roomSlug, userId, 'speak')).room;
      if (!connection.rooms.has(room.id)) await attendance.enter(connection, room);
      return calls.join({ connection, room, payload });
    },

    'voice.resume': async ({ connection }, payload) => {
      const seat = calls.reclaim(connection, payload);
      const { roomId, roomSlug } = seat;
      const [answer] = await Promise.all([
        calls.describeReturn(seat),
        connection.rooms.has(roomId) || attendance.enter(connection, { id: roomId, slug: roomSlug }),
      ]);
      return answer;
    },

    'voice.leave': async ({ connection, userId }) => {
      const seat = calls.seats.byUser(userId);
      // Who left while the socket was lost says so on the next one.
      calls.leave(seat && !seat.attended ? seat : calls.assertSeat(connection));
      return {};
    },
  } satisfies Partial<Handlers>;
};
