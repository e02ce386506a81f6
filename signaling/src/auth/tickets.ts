import { AppError } from '@boltorezka/protocol';
import type { TicketClaims } from './tokens.ts';

/**
 * Remembers which tickets this process has let somebody in by, until they end by themselves. What all processes remember
 * is in the database; while that is away, this is all there is.
 */
export const createUsedTickets = (now: () => number = () => Date.now()) => {
  const endsAtMs = new Map<string, number>();
  return {
    /** @throws AppError `Unauthorized` the second time. */
    take: ({ ticketId, ticketExpiresAt }: TicketClaims): void => {
      // Tickets live equally long: the map's order is that of their ends.
      for (const [id, endMs] of endsAtMs) {
        if (endMs > now()) break;
        endsAtMs.delete(id);
      }
      if (endsAtMs.has(ticketId)) throw ticketIsUsed();
      endsAtMs.set(ticketId, ticketExpiresAt.getTime());
    },
  };
};

export const ticketIsUsed = (): AppError =>
  new AppError('Unauthorized', 'The ticket was used already; ask for another.');
