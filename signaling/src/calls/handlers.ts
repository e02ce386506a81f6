import type { Handlers } from '../ws/context.ts';
import { createPlaces, type PlacesDeps } from './places.ts';
import { createSilenceHandlers } from './silence.ts';
import { createTransportHandlers, type TransportHandlerDeps } from './transport-handlers.ts';

export interface CallHandlerDeps extends TransportHandlerDeps, PlacesDeps {
  /** Grows with everything that may have been taken from somebody. */
  access: { readonly mark: number };
}

export const createCallHandlers = (deps: CallHandlerDeps) => {
  const { calls, attendance, access } = deps;
  const places = createPlaces(deps);
  return {
    ...createSilenceHandlers(deps),
    ...createTransportHandlers(deps),

    'voice.join': async ({ connection, userId }, payload) => {
      const mark = access.mark;
      const place = calls.placeToReturnTo(userId, payload) ?? (await places.ask(userId, payload.roomSlug));
      const { room } = place;
      const mustEnter = !connection.rooms.has(room.id);
      if (mustEnter) await attendance.enter(connection, room);
      const answer = await calls.join({ connection, payload, ...place });
      // What was taken from the person while they sat down could not be taken from their seat.
      if (access.mark !== mark) await places.settle(connection, answer.seatId, mustEnter);
      return answer;
    },

    'voice.resume': async ({ connection }, payload) => {
      const mark = access.mark;
      const seat = calls.reclaim(connection, payload);
      const { roomId, roomSlug } = seat;
      const mustEnter = !connection.rooms.has(roomId);
      const [answer] = await Promise.all([
        calls.describeReturn(seat),
        mustEnter && attendance.enter(connection, { id: roomId, slug: roomSlug }),
      ]);
      // The seat is what let the socket in: where that was taken away meanwhile, so is the room.
      const isLost = access.mark !== mark && !calls.seats.holds(seat);
      if (isLost && mustEnter) attendance.leave(connection, roomId);
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
