import { AppError, type EventPayload, limits, routes, type ServerEvent } from '@boltorezka/protocol';
import { createAskingAnew } from './asking-anew.ts';
import { authorization, combined, createChecked, createLoadBlob, uploadTimeoutMs } from './bytes.ts';
import { isRetryable } from './failures.ts';
import type { Http, HttpDeps } from './http.ts';
import { toPath, unreachable } from './http.ts';
import { createPatientReading } from './patient-reading.ts';
import { createStore, type WritableStore } from './store.ts';
import type { Connection, Pictures, Store } from './types.ts';

export interface PicturesDeps extends HttpDeps {
  http: Http;
  connection: Pick<Connection, 'state' | 'onEvent'>;
  random: () => number;
}

export interface PicturesService extends Pictures {
  /** Null: nobody is signed in, and nothing is known of anybody. */
  handleUser(userId: string | null): void;
  close(): void;
}

interface Entry {
  picture: WritableStore<string | null>;
  /** The same, as others see it. */
  face: Store<string | null>;
  /** How many look at it. */
  watchers: number;
  isFresh: boolean;
  /** Grows with what is told: an answer that was asked for before says nothing new. */
  version: number;
}

/** What a page shows at once is asked for at once. */
const gatherMs = 20;

/** Who has which picture, as far as anybody looks. */
class PictureBook {
  readonly #entries = new Map<string, Entry>();

  /** Somebody looks at a person whose picture is not known. */
  onWanted: () => void = () => undefined;

  of(userId: string): Entry {
    const known = this.#entries.get(userId);
    if (known) return known;
    const picture = createStore<string | null>(null);
    const subscribe = (listener: () => void) => this.#watch(entry, listener);
    const entry: Entry = {
      ...{ picture, face: { get: picture.get, subscribe } },
      ...{ watchers: 0, isFresh: false, version: 0 },
    };
    this.#entries.set(userId, entry);
    return entry;
  }

  /** Whose pictures somebody looks at, and may be others by now. */
  wanted(): string[] {
    return [...this.#entries]
      .filter(([, { watchers, isFresh }]) => watchers > 0 && !isFresh)
      .map(([userId]) => userId);
  }

  /** Of nobody who is not looked at: what is told of them is asked for when they are. */
  tell({ userId, pictureId }: EventPayload<'user.pictureChanged'>): void {
    const entry = this.#entries.get(userId);
    if (!entry) return;
    entry.version += 1;
    entry.isFresh = true;
    entry.picture.set(pictureId);
  }

  doubt(): void {
    for (const entry of this.#entries.values()) entry.isFresh = false;
  }

  clear(): void {
    this.doubt();
    for (const entry of this.#entries.values()) {
      entry.version += 1;
      entry.picture.set(null);
    }
  }

  #watch(entry: Entry, listener: () => void): () => void {
    const stop = entry.picture.subscribe(listener);
    entry.watchers += 1;
    if (!entry.isFresh) this.onWanted();
    return () => {
      stop();
      entry.watchers -= 1;
    };
  }
}

/** Asks for all that is wanted, a number of people at a time. @returns what it failed with. */
const createLookup = ({ http }: Pick<PicturesDeps, 'http'>, book: PictureBook, mayAsk: () => boolean) => {
  const ask = async (userIds: string[]): Promise<void> => {
    const asked = userIds.map((userId) => ({ userId, version: book.of(userId).version }));
    const { pictures } = await http.call('pictures.find', { query: { user_ids: userIds.join(',') } });
    const found = new Map(pictures.map(({ user_id, picture_id }) => [user_id, picture_id]));
    for (const { userId, version } of asked)
      if (book.of(userId).version === version) book.tell({ userId, pictureId: found.get(userId) ?? null });
  };
  let isAsking = false;
  /** Whoever looks from now on has to ask anew. */
  const end = (outcome: unknown): unknown => {
    isAsking = false;
    return outcome;
  };
  const run = async (): Promise<unknown> => {
    isAsking = true;
    for (;;) {
      const userIds = book.wanted().slice(0, limits.maxPictureLookups);
      if (userIds.length === 0 || !mayAsk()) return end(null);
      try {
        await ask(userIds);
      } catch (error) {
        if (isRetryable(error)) return end(error);
        // A server that knows no pictures is not asked again before the next connection.
        for (const userId of userIds) book.of(userId).isFresh = true;
      }
    }
  };
  return { run, isAsking: () => isAsking };
};

const readPictureId = async (response: Response): Promise<string> => {
  const body: unknown = await response.json().catch((cause) => {
    throw unreachable(cause);
  });
  const parsed = routes['pictures.set'].responses[200].safeParse(body);
  if (!parsed.success) throw new AppError('ServerError', 'The answer of the server cannot be read.');
  return parsed.data.picture_id;
};

/** Changes of one's own picture, at the server. */
const createOwn = (deps: PicturesDeps, book: PictureBook, getSelfId: () => string | null) => {
  const checked = createChecked(deps);
  /** What was told meanwhile is this change, or a later one. */
  const change = async (make: () => Promise<string | null>): Promise<void> => {
    const userId = getSelfId();
    const version = userId === null ? 0 : book.of(userId).version;
    const pictureId = await make();
    if (userId !== null && userId === getSelfId() && book.of(userId).version === version)
      book.tell({ userId, pictureId });
  };
  return {
    set: (file: Blob) =>
      change(async () => {
        const send = (token: string | null) =>
          deps.fetch(deps.baseUrl + routes['pictures.set'].path, {
            method: 'PUT',
            headers: { ...authorization(token), 'content-type': 'application/octet-stream' },
            body: file,
            signal: combined(uploadTimeoutMs(file), undefined),
          });
        return readPictureId(await checked(send, undefined));
      }),
    remove: () =>
      change(async () => {
        await deps.http.call('pictures.remove', {});
        return null;
      }),
  };
};

/** Asks for what is wanted, as soon as there is a socket that tells what comes after the answer. */
const createAsking = (deps: PicturesDeps, book: PictureBook, isSignedIn: () => boolean) => {
  const { connection, random } = deps;
  const lookup = createLookup(deps, book, () => news.isOnline());
  const patience = createPatientReading({ random, attempt: lookup.run });
  /** Whoever asks already goes on with what came since. */
  const within = (spreadMs: number): void => {
    if (!lookup.isAsking() && news.isOnline()) patience.soon(spreadMs);
  };
  const anew = (spreadMs: number): void => {
    book.doubt();
    within(spreadMs);
  };
  const news = createAskingAnew({ connection, isSignedIn, onOnline: () => anew(gatherMs), onResync: anew });
  book.onWanted = () => within(gatherMs);
  return {
    restart: () => {
      patience.stop();
      book.clear();
      news.restart();
    },
    close: () => {
      news.stop();
      patience.stop();
    },
  };
};

export const createPictures = (deps: PicturesDeps): PicturesService => {
  const { connection, baseUrl } = deps;
  const book = new PictureBook();
  const loadBlob = createLoadBlob(deps);
  let ownerId: string | null = null;
  const asking = createAsking(deps, book, () => ownerId !== null);
  const handleEvent = (event: ServerEvent): void => {
    if (event.type === 'user.pictureChanged') book.tell(event.payload);
  };
  const stops = [connection.onEvent(handleEvent), asking.close];
  return {
    ...createOwn(deps, book, () => ownerId),
    of: (userId) => book.of(userId).face,
    load: (pictureId, signal) =>
      loadBlob(baseUrl + toPath(routes['pictures.get'].path, { picture_id: pictureId }), signal),
    handleUser: (userId) => {
      if (userId === ownerId) return;
      ownerId = userId;
      asking.restart();
    },
    close: () => {
      for (const stop of stops) stop();
    },
  };
};
