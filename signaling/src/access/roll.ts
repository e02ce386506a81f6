import type { Connection } from '../ws/connection.ts';
import type { Hub } from '../ws/hub.ts';
import type { Place } from './repository.ts';

interface RollDeps<Seat> {
  hub: Pick<Hub, 'connections'>;
  seats: () => Iterable<Seat>;
}

/** Who is here at this moment: sockets by their person, and seats by their place. */
export interface Roll<Seat> {
  socketsOf(userId: string): readonly Connection[];
  seatsAt(place: Place): readonly Seat[];
}

export const placeKey = ({ userId, roomId }: Place): string => `${userId} ${roomId}`;

/**
 * All sockets and all seats are looked through once at the most, however many are asked for. It is good until the next wait:
 * people come and go meanwhile.
 */
export const callRoll = <Seat extends Place>({ hub, seats }: RollDeps<Seat>): Roll<Seat> => {
  let byUser: Map<string, Connection[]> | undefined;
  let byPlace: Map<string, Seat[]> | undefined;
  return {
    socketsOf: (userId) => {
      byUser ??= Map.groupBy(hub.connections, ({ identity }) => identity.userId);
      return byUser.get(userId) ?? [];
    },
    seatsAt: (place) => {
      byPlace ??= Map.groupBy(seats(), placeKey);
      return byPlace.get(placeKey(place)) ?? [];
    },
  };
};
