import {
  type Connection,
  type ConnectionState,
  createStore,
  type DraftPlace,
  type SendInput,
  type ServerEvent,
  type Store,
} from '@boltorezka/sdk';
import type { Files } from './files.ts';
import { KeptPlaceUploads, type PlaceUploads, type Upload } from './place-uploads.ts';
import type { Stuck } from './send-queue.ts';
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
  /** Whether something was sent that goes for as long as the page is there alone: it waits for its files, or is stuck. */
  hasUnsent(): boolean;
  /** Where a message waited for its files and did not go, and its writer has done nothing about it yet. */
  stuck: Store<readonly DraftPlace[]>;
  /** A message that waited for its files will not go, and nobody is where it was written. @returns what ends that. */
  onStuck(listener: StuckListener): () => void;
  /** Somebody else signs in: nothing that was chosen is theirs. */
  clear(): void;
}

type RoomRemoved = Extract<ServerEvent, { type: 'room.removed' }>['payload'];

const mayReturn: ReadonlySet<RoomRemoved['reason']> = new Set(['banned', 'closed']);

type StuckListener = (place: DraftPlace, why: Stuck) => void;

interface UploadPlacesDeps extends Pick<Files, 'upload' | 'discard'> {
  connection: { state: Store<Pick<ConnectionState, 'status'>> } & Pick<Connection, 'onEvent'>;
  /** Sends where nobody writes any more. */
  sendAway: (place: DraftPlace, message: SendInput) => void;
  /** Whether there is a way into the room, or it is not known that there is none. */
  isReachable: (roomSlug: string) => boolean;
}

export const createUploadPlaces = (deps: UploadPlacesDeps): UploadPlaces => new KeptUploadPlaces(deps);

class KeptUploadPlaces implements UploadPlaces {
  readonly #deps: UploadPlacesDeps;
  readonly #places = new Map<string, { place: DraftPlace; uploads: KeptPlaceUploads }>();
  readonly #stuckListeners = new Set<StuckListener>();
  readonly #stuck = createStore<readonly DraftPlace[]>([]);
  readonly #turns = new Turns(atOnce);
  #timesOnline = 0;
  #isOnline: boolean;

  readonly stuck: UploadPlaces['stuck'] = this.#stuck;

  constructor(deps: UploadPlacesDeps) {
    this.#deps = deps;
    const { connection } = deps;
    this.#isOnline = connection.state.get().status === 'online';
    connection.state.subscribe(() => this.#handleConnection());
    connection.onEvent((event) => {
      if (event.type === 'room.removed') this.#handleRemoved(event.payload);
    });
  }

  readonly at = (place: DraftPlace): PlaceUploads => {
    const key = `${place.roomSlug} ${place.threadRootId ?? ''}`;
    const known = this.#places.get(key) ?? { place, uploads: this.#open(place) };
    this.#places.set(key, known);
    return known.uploads;
  };

  readonly chosen = (): Chosen[] =>
    this.#all()
      .map(({ place, uploads }) => ({ place, list: uploads.list.get() }))
      .filter(({ list }) => list.length > 0);

  readonly takeBack = async (): Promise<void> => {
    await Promise.all(this.#all().map(({ uploads }) => uploads.takeBack()));
  };

  readonly hasUnsent = (): boolean =>
    this.#stuck.get().length > 0 || this.#all().some(({ uploads }) => uploads.queue.queued.get() !== null);

  readonly onStuck = (listener: StuckListener): (() => void) => {
    this.#stuckListeners.add(listener);
    return () => this.#stuckListeners.delete(listener);
  };

  readonly clear = (): void => {
    for (const { uploads } of this.#all()) uploads.clear();
  };

  #all() {
    return [...this.#places.values()];
  }

  #open(place: DraftPlace): KeptPlaceUploads {
    const { upload, discard, sendAway } = this.#deps;
    const uploads = new KeptPlaceUploads({
      ...{ upload, discard, turns: this.#turns, roomSlug: place.roomSlug },
      isOnline: () => this.#isOnline,
      timesOnline: () => this.#timesOnline,
      sendAway: (message) => sendAway(place, message),
      onStuck: (why) => {
        for (const listener of this.#stuckListeners) listener(place, why);
      },
    });
    uploads.queue.stuck.subscribe(() => this.#noteStuck());
    return uploads;
  }

  #noteStuck(): void {
    const isStuck = ({ uploads }: { uploads: KeptPlaceUploads }): boolean =>
      uploads.queue.stuck.get() !== null;
    this.#stuck.set(
      this.#all()
        .filter(isStuck)
        .map(({ place }) => place),
    );
  }

  #handleConnection(): void {
    const before = this.#isOnline;
    this.#isOnline = this.#deps.connection.state.get().status === 'online';
    if (before || !this.#isOnline) return;
    this.#timesOnline += 1;
    for (const { uploads } of this.#all()) uploads.handleOnline();
  }

  #handleRemoved({ roomSlug, reason }: RoomRemoved): void {
    const isForGood = !this.#deps.isReachable(roomSlug);
    for (const { place, uploads } of this.#all()) {
      if (place.roomSlug !== roomSlug) continue;
      const isRefused = uploads.queue.refuse({ isForGood });
      // Where nobody can look at it any more, nobody could settle it either. A ban may end, and a room open again: files that were
      // only chosen ask nobody for anything until then.
      if (isForGood && (isRefused || !mayReturn.has(reason))) void uploads.takeBack();
    }
  }
}
