import { groupRooms, type RoomEntry } from '@boltorezka/sdk';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';

const fallbackSlug = 'general';

/** Where to go from a room that one cannot be in: the general one, else the first of the list. */
export const useOtherRoom = (slug: string): RoomEntry | null => {
  const { rooms } = useStore(useServices().client.rooms.state);
  const others = rooms.filter((room) => room.slug !== slug);
  const { groups, direct } = groupRooms(others);
  const general = others.find((room) => room.slug === fallbackSlug);
  return general ?? groups[0]?.rooms[0] ?? direct[0] ?? null;
};
