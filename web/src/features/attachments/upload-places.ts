import type { ConnectionState, DraftPlace, Store } from '@boltorezka/sdk';
import type { Files } from './files.ts';
import { KeptPlaceUploads, type PlaceUploads } from './place-uploads.ts';
import { Turns } from './turns.ts';

/** The server takes three files of a person at a time and refuses the next ones at once. */
const atOnce = 3;

/**
 * Files that go up while somebody writes what they are about. They belong to the place where they were chosen, and not to
 * what shows it: whoever looks into another room finds them again.
 */
export interface UploadPlaces {
  at(place: DraftPlace): PlaceUploads;
  /** Somebody else signs in: nothing that was chosen is theirs. */
  clear(): void;
}

interface UploadPlacesDeps extends Pick<Files, 'upload' | 'discard'> {
  connection: { state: Store<Pick<ConnectionState, 'status'>> };
}

export const createUploadPlaces = ({ upload, discard, connection }: UploadPlacesDeps): UploadPlaces => {
  const places = new Map<string, KeptPlaceUploads>();
  let timesOnline = 0;
  let isOnline = connection.state.get().status === 'online';
  const turns = new Turns(atOnce);
  const online = { isOnline: () => isOnline, timesOnline: () => timesOnline };
  connection.state.subscribe(() => {
    const before = isOnline;
    isOnline = connection.state.get().status === 'online';
    if (before || !isOnline) return;
    timesOnline += 1;
    for (const place of places.values()) place.handleOnline();
  });
  return {
    at({ roomSlug, threadRootId = '' }) {
      const key = `${roomSlug} ${threadRootId}`;
      const known = places.get(key) ?? new KeptPlaceUploads({ upload, discard, roomSlug, turns, ...online });
      places.set(key, known);
      return known;
    },
    clear() {
      for (const place of places.values()) place.clear();
    },
  };
};
