import type { MediaPort } from '@boltorezka/protocol';
import type { RequireInRoom } from '../rooms/index.ts';
import type { Handlers } from '../ws/context.ts';
import type { Calls } from './calls.ts';
import type { IceServersFor } from './ice-servers.ts';
import { peerOf } from './seats.ts';

export interface TransportHandlerDeps {
  calls: Calls;
  media: MediaPort;
  iceServersFor: IceServersFor;
  requireInRoom: RequireInRoom;
}

/** The ways of a seat's media: whatever id is named, the media node looks it up among the seat's own. */
export const createTransportHandlers = ({
  calls,
  media,
  iceServersFor,
  requireInRoom,
}: TransportHandlerDeps) =>
  ({
    'voice.prepare': async ({ connection, userId }, payload) => {
      const { room } = await requireInRoom(payload.roomSlug, userId, 'speak');
      return calls.preparations.prepare(connection, room, payload);
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

    'voice.getIceServers': async ({ connection, userId }) => {
      calls.assertSeat(connection);
      return { iceServers: iceServersFor(userId) };
    },

    'voice.produce': async ({ connection }, payload) => {
      const seat = calls.assertSeat(connection);
      const paused = seat.muted || seat.mutedByServer;
      return media.request('media.produce', { ...peerOf(seat), ...payload, paused });
    },
  }) satisfies Partial<Handlers>;
