import type { Connection } from '../ws/connection.ts';
import type { Hub } from '../ws/hub.ts';
import type { Place, Verdict } from './repository.ts';
import { placeKey } from './roll.ts';

export interface PlacesDeps {
  hub: Pick<Hub, 'connections'>;
  seats: () => Iterable<Place & { roomSlug: string }>;
  watchedRooms: (connection: Connection) => Iterable<string>;
}

/** Who is where by this process: in rooms, in voice, or told of a room; and what the rooms are called. */
export const findPlaces = ({
  hub,
  seats,
  watchedRooms,
}: PlacesDeps): { places: Place[]; slugs: Map<string, string> } => {
  const slugs = new Map<string, string>();
  const places = new Map<string, Place>();
  const add = (place: Place) => places.set(placeKey(place), { userId: place.userId, roomId: place.roomId });
  for (const connection of hub.connections) {
    const { userId } = connection.identity;
    for (const roomId of watchedRooms(connection)) add({ userId, roomId });
    for (const [roomId, { slug }] of connection.rooms) {
      slugs.set(roomId, slug);
      add({ userId, roomId });
    }
  }
  for (const seat of seats()) {
    slugs.set(seat.roomId, seat.roomSlug);
    add(seat);
  }
  return { places: [...places.values()], slugs };
};

/** Whoever is connected here, or sits in the room's voice. */
export const findPeople = ({ hub, seats }: Pick<PlacesDeps, 'hub' | 'seats'>, roomId: string): string[] => {
  const seated = [...seats()].filter((seat) => seat.roomId === roomId);
  const people = [...hub.connections.map(({ identity }) => identity), ...seated];
  return [...new Set(people.map(({ userId }) => userId))];
};

/** Rooms that everybody may enter by now, and that sockets are still told of apart. */
export const findOpened = (
  { hub, watchedRooms }: Pick<PlacesDeps, 'hub' | 'watchedRooms'>,
  verdicts: Verdict[],
): { roomId: string; roomSlug: string }[] => {
  const watched = new Set(hub.connections.flatMap((connection) => [...watchedRooms(connection)]));
  const opened = new Map<string, string>();
  for (const { roomId, roomSlug, isRoomPublic } of verdicts)
    if (isRoomPublic && roomSlug !== undefined && watched.has(roomId)) opened.set(roomId, roomSlug);
  return [...opened].map(([roomId, roomSlug]) => ({ roomId, roomSlug }));
};
