import { AppError, type MediaPort } from '@boltorezka/protocol';
import type { Handlers } from '../ws/context.ts';
import type { Calls } from './calls.ts';
import { peerOf, type Seat } from './seats.ts';

/** The seat holds the wish; media that is being rebuilt gets it when it stands again. */
const unlessRebuilding = async (change: Promise<unknown>): Promise<void> => {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'NotFound' && error.code !== 'Unavailable'))
      throw error;
  }
};

export const setMuted = async (media: MediaPort, seat: Seat, muted: boolean): Promise<void> => {
  seat.muted = muted;
  const isSilent = muted || seat.mutedByServer;
  await unlessRebuilding(media.request('media.updatePeer', { ...peerOf(seat), muted: isSilent }));
};

export const setDeafened = async (media: MediaPort, seat: Seat, deafened: boolean): Promise<void> => {
  seat.deafened = deafened;
  await unlessRebuilding(media.request('media.updatePeer', { ...peerOf(seat), deafened }));
};

interface SilenceHandlerDeps {
  calls: Calls;
  media: MediaPort;
}

/** Who sends nothing, and who hears nothing. */
export const createSilenceHandlers = ({ calls, media }: SilenceHandlerDeps) =>
  ({
    'voice.setMuted': async ({ connection }, { muted }) => {
      const seat = calls.assertSeat(connection);
      await setMuted(media, seat, muted);
      calls.tellUpdated(seat);
      return {};
    },

    'voice.setDeafened': async ({ connection }, { deafened }) => {
      const seat = calls.assertSeat(connection);
      await setDeafened(media, seat, deafened);
      calls.tellUpdated(seat);
      return {};
    },
  }) satisfies Partial<Handlers>;
