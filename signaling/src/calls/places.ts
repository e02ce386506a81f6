import type { Attendance, RequireInRoom } from '../rooms/index.ts';
import type { Connection } from '../ws/connection.ts';
import type { Calls, SeatedPlace } from './calls.ts';
import type { SeatControl } from './seat-control.ts';

export interface PlacesDeps {
  calls: Calls;
  requireInRoom: RequireInRoom;
  attendance: Attendance;
  control: SeatControl;
}

export interface Places {
  /** Where the person may sit, and how. @throws AppError `RoomNotFound`, `Forbidden`. */
  ask(userId: string, roomSlug: string): Promise<SeatedPlace>;
  /**
   * Asks again for somebody who has sat down, and holds their seat to it.
   * @throws AppError as `ask`: the seat is gone then, and the room where this socket had entered it for the seat.
   */
  settle(connection: Connection, seatId: string, hasEntered: boolean): Promise<void>;
}

/** What a room says of who sits down there. */
export const createPlaces = ({ calls, requireInRoom, attendance, control }: PlacesDeps): Places => {
  const ask = async (userId: string, roomSlug: string): Promise<SeatedPlace> => {
    const { room, person } = await requireInRoom(roomSlug, userId, 'speak');
    return { room, isMuted: person.isVoiceMuted };
  };
  return {
    ask,
    settle: async (connection, seatId, hasEntered) => {
      const seat = calls.seats.byId(seatId);
      if (!seat) return;
      try {
        const { room, isMuted } = await ask(seat.userId, seat.roomSlug);
        control.setPublic(seat, room.is_public);
        control.mute(seat, isMuted);
      } catch (error) {
        control.remove(seat);
        if (hasEntered) attendance.leave(connection, seat.roomId);
        throw error;
      }
    },
  };
};
