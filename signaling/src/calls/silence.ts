import { AppError, type MediaPort } from '@boltorezka/protocol';
import type { Handlers } from '../ws/context.ts';
import type { Calls } from './calls.ts';
import { peerOf, type Seat, toAppData } from './seats.ts';

/** The seat holds the wish; media that is being rebuilt, or cannot be reached, gets it when it stands again. */
const unlessRebuilding = async (change: Promise<unknown>): Promise<void> => {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof AppError) || (error.code !== 'NotFound' && error.code !== 'Unavailable'))
      throw error;
  }
};

interface SilenceHandlerDeps {
  calls: Calls;
  media: MediaPort;
}

/** Who sends nothing, and who hears nothing. The media node holds to it before anybody is told. */
export const createSilenceHandlers = ({ calls, media }: SilenceHandlerDeps) => {
  const apply = async (seat: Seat, silence: { muted: boolean } | { deafened: boolean }): Promise<void> => {
    const change = { ...peerOf(seat), ...silence, appData: toAppData(seat) };
    await unlessRebuilding(media.request('media.updatePeer', change));
    calls.roster.settle(seat);
  };
  return {
    'voice.setMuted': async ({ connection }, { muted }) => {
      const seat = calls.assertSeat(connection);
      seat.muted = muted;
      await apply(seat, { muted: muted || seat.mutedByServer });
      return {};
    },

    'voice.setDeafened': async ({ connection }, { deafened }) => {
      const seat = calls.assertSeat(connection);
      seat.deafened = deafened;
      await apply(seat, { deafened });
      return {};
    },
  } satisfies Partial<Handlers>;
};
