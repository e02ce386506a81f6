import type { MediaPort } from '@boltorezka/protocol';
import type { Attendance, FindEnterableRoom } from '../rooms/index.ts';
import type { Handlers } from '../ws/context.ts';
import type { Calls } from './calls.ts';
import type { IceServersFor } from './ice-servers.ts';
import { peerOf } from './seats.ts';
import { createSilenceHandlers } from './silence.ts';

export interface CallHandlerDeps {
  calls: Calls;
  media: MediaPort;
  iceServersFor: IceServersFor;
  findEnterableRoom: FindEnterableRoom;
  attendance: Attendance;
}

export const createCallHandlers = ({
  calls,
  media,
  iceServersFor,
  findEnterableRoom,
  attendance,
}: CallHandlerDeps) =>
  ({
    ...createSilenceHandlers({ calls, media }),

    'voice.join': async ({ connection, userId }, payload) => {
      const room =
        calls.roomToReturnTo(userId, payload) ?? (await findEnterableRoom(payload.roomSlug, userId)).room;
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

    'voice.connectTransport': async ({ connection }, payload) => {
      const seat = calls.assertSeat(connection);
      return media.request('media.connectTransport', { ...peerOf(seat), ...payload });
    },

    'voice.restartIce': async ({ connection, userId }, { transportId }) => {
      const seat = calls.assertSeat(connection);
      const { iceParameters } = await media.request('media.restartIce', { ...peerOf(seat), transportId });
      return { iceParameters, iceServers: iceServersFor(userId) };
    },

    'voice.produce': async ({ connection }, payload) => {
      const seat = calls.assertSeat(connection);
      const paused = seat.muted || seat.mutedByServer;
      return media.request('media.produce', { ...peerOf(seat), ...payload, paused });
    },
  }) satisfies Partial<Handlers>;
