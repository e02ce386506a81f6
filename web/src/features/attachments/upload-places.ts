import type { ConnectionState, DraftPlace, SendInput, Store } from '@boltorezka/sdk';
import type { Files } from './files.ts';
import { KeptPlaceUploads, type PlaceUploads, type Upload } from './place-uploads.ts';
import { Turns } from './turns.ts';

/** The server takes three files of a person at a time and refuses the next ones at once. */
const atOnce = 3;

/** What was chosen in a place. */
export interface Chosen {
  place: DraftPlace;
  list: readonly Upload[];
}

/**
 * Files that go up while somebody writes what they are about. They belong to the place where they were chosen, and not to
 * what shows it: whoever looks into another room finds them again.
 */
export interface UploadPlaces {
  at(place: DraftPlace): PlaceUploads;
  /** All that is chosen anywhere, as it is now. */
  chosen(): Chosen[];
  /** Takes all of it back. Ends once the server was asked to, and never rejects. */
  takeBack(): Promise<void>;
  /** Whether a message waits somewhere for its files: they go up for as long as the page is there. */
  hasQueued(): boolean;
  /** A message that waited for its files will not go, and nobody is where it was written. @returns what ends that. */
  onStuck(listener: (place: DraftPlace) => void): () => void;
  /** Somebody else signs in: nothing that was chosen is theirs. */
  clear(): void;
}

interface UploadPlacesDeps extends Pick<Files, 'upload' | 'discard'> {
  connection: { state: Store<Pick<ConnectionState, 'status'>> };
  /** Sends where nobody writes any more. */
  sendAway: (place: DraftPlace, message: SendInput) => void;
}

export const createUploadPlaces = (deps: UploadPlacesDeps): UploadPlaces => {
  const { upload, discard, connection, sendAway } = deps;
  const places = new Map<string, { place: DraftPlace; uploads: KeptPlaceUploads }>();
  const stuckListeners = new Set<(place: DraftPlace) => void>();
  let timesOnline = 0;
  let isOnline = connection.state.get().status === 'online';
  const turns = new Turns(atOnce);
  const online = { isOnline: () => isOnline, timesOnline: () => timesOnline };
  const open = (place: DraftPlace): KeptPlaceUploads =>
    new KeptPlaceUploads({
      ...{ upload, discard, turns, ...online, roomSlug: place.roomSlug },
      sendAway: (message) => sendAway(place, message),
      onStuck: () => {
        for (const listener of stuckListeners) listener(place);
      },
    });
  connection.state.subscribe(() => {
    const before = isOnline;
    isOnline = connection.state.get().status === 'online';
    if (before || !isOnline) return;
    timesOnline += 1;
    for (const { uploads } of places.values()) uploads.handleOnline();
  });
  return {
    at(place) {
      const key = `${place.roomSlug} ${place.threadRootId ?? ''}`;
      const known = places.get(key) ?? { place, uploads: open(place) };
      places.set(key, known);
      return known.uploads;
    },
    chosen: () =>
      [...places.values()]
        .map(({ place, uploads }) => ({ place, list: uploads.list.get() }))
        .filter(({ list }) => list.length > 0),
    takeBack: async () => {
      await Promise.all([...places.values()].map(({ uploads }) => uploads.takeBack()));
    },
    hasQueued: () => [...places.values()].some(({ uploads }) => uploads.queue.queued.get() !== null),
    onStuck(listener) {
      stuckListeners.add(listener);
      return () => stuckListeners.delete(listener);
    },
    clear() {
      for (const { uploads } of places.values()) uploads.clear();
    },
  };
};
