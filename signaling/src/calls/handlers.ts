import { AppError, type MediaPort } from '@boltorezka/protocol';
import type { Attendance, FindEnterableRoom } from '../rooms/index.ts';
import type { Handlers } from '../ws/context.ts';
import type { Calls } from './calls.ts';
import type { Seat } from './seats.ts';

export interface CallHandlerDeps {
  calls: Calls;
  media: MediaPort;
  findEnterableRoom: FindEnterableRoom;
  attendance: Attendance;
}

/** The seat holds the wish; media that is being rebuilt gets it when it stands again. */
const unlessRebuilding = async (change: Promise<unknown>): Promise<void> => {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'NotFound' && error.code !== 'Unavailable'))
      throw error;
  }
};

const peerOf = ({ roomId, id }: Seat) => ({ roomId, peerId: id });

export const createCallHandlers = ({ calls, media, findEnterableRoom, attendance }: CallHandlerDeps) =>
  ({
    'voice.join': async ({ connection, userId }, payload) => {
      const { room } = await findEnterableRoom(payload.roomSlug, userId);
      if (!connection.rooms.has(room.id)) await attendance.enter(connection, room);
      return calls.join({ connection, room, payload });
    },

    'voice.leave': async ({ connection, userId }) => {
      const seat = calls.seats.byUser(userId);
      // Who left while the socket was lost says so on the next one.
      calls.leave(seat?.connectionId === undefined && seat ? seat : calls.assertSeat(connection));
      return {};
    },

    'voice.connectTransport': async ({ connection }, payload) => {
      const seat = calls.assertSeat(connection);
      return media.request('media.connectTransport', { ...peerOf(seat), ...payload });
    },

    'voice.produce': async ({ connection }, payload) => {
      const seat = calls.assertSeat(connection);
      const paused = seat.muted || seat.mutedByServer;
      return media.request('media.produce', { ...peerOf(seat), ...payload, paused });
    },

    'voice.setMuted': async ({ connection }, { muted }) => {
      const seat = calls.assertSeat(connection);
      seat.muted = muted;
      const effective = muted || seat.mutedByServer;
      await unlessRebuilding(media.request('media.setPeerMuted', { ...peerOf(seat), muted: effective }));
      calls.tellUpdated(seat);
      return {};
    },

    'voice.setDeafened': async ({ connection }, { deafened }) => {
      const seat = calls.assertSeat(connection);
      seat.deafened = deafened;
      await unlessRebuilding(media.request('media.setPeerDeafened', { ...peerOf(seat), deafened }));
      calls.tellUpdated(seat);
      return {};
    },
  }) satisfies Partial<Handlers>;
