import type { MediaPort } from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import type { Calls } from './calls.ts';
import { peerOf, type Seat, toAppData } from './seats.ts';

export interface SeatControlDeps {
  calls: Calls;
  media: MediaPort;
  log: Logger;
}

/** What a seat is made to do, whatever its person wants. Every process does it: the one that speaks for the seat may be gone. */
export const createSeatControl = ({ calls, media, log }: SeatControlDeps) => ({
  /** Takes the seat away, and its media. */
  remove: (seat: Seat): void => {
    calls.roster.tellClosed(seat, 'removed');
    calls.leave(seat);
  },

  /** Has the media node let nothing of the seat through, or again what its person lets through. */
  mute: (seat: Seat, isMuted: boolean): void => {
    if (seat.mutedByServer === isMuted) return;
    seat.mutedByServer = isMuted;
    media
      .request('media.updatePeer', {
        ...peerOf(seat),
        muted: seat.muted || isMuted,
        appData: toAppData(seat),
      })
      .catch((error: unknown) => log.warn({ err: error, ...peerOf(seat) }, 'seat not muted'));
    calls.roster.settle(seat);
  },

  /** Its person is called otherwise: told to the room, and kept by the media node for processes that come later. */
  rename: (seat: Seat, userName: string): void => {
    if (seat.userName === userName) return;
    seat.userName = userName;
    calls.roster.settle(seat);
    if (calls.isOurs(seat)) calls.tellNode(seat);
  },

  /** Says who may know that somebody sits there; the media node keeps it for processes that come later. */
  setPublic: (seat: Seat, isPublic: boolean): void => {
    if (seat.isRoomPublic === isPublic) return;
    seat.isRoomPublic = isPublic;
    if (calls.isOurs(seat)) calls.tellNode(seat);
  },
});

export type SeatControl = ReturnType<typeof createSeatControl>;
