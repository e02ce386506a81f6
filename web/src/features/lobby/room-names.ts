import type { RoomEntry, RoomsState, Store } from '@boltorezka/sdk';

interface RoomNames {
  /** Null where it was in the list at no time. */
  find(slug: string): RoomEntry | null;
  stop(): void;
}

/** Rooms as they were listed last: one that goes from the list is told of only when it has gone, and is still called something. */
export const followRoomNames = (list: Store<Pick<RoomsState, 'rooms'>>): RoomNames => {
  const known = new Map<string, RoomEntry>();
  const note = (): void => {
    for (const room of list.get().rooms) known.set(room.slug, room);
  };
  note();
  return { find: (slug) => known.get(slug) ?? null, stop: list.subscribe(note) };
};
