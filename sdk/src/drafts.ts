import type { Draft, DraftPlace, DraftStorage, Drafts } from './types/outbox.ts';

export interface DraftsDeps {
  storage: DraftStorage;
  /** Null: nobody is signed in, or it is not known yet who. */
  getSelfId: () => string | null;
}

export const createMemoryDrafts = (): DraftStorage => {
  const kept = new Map<string, string>();
  return {
    load: (key) => kept.get(key) ?? null,
    save: (key, text) => {
      if (text === null) kept.delete(key);
      else kept.set(key, text);
    },
  };
};

const prefixOf = (userId: string): string => `boltorezka.draft.${userId}.`;

/** Neither ids nor slugs hold dots. */
const keyOf = (userId: string, { roomSlug, threadRootId }: DraftPlace): string =>
  prefixOf(userId) + [roomSlug, ...(threadRootId === undefined ? [] : [threadRootId])].join('.');

const placeOf = (userId: string, key: string): DraftPlace => {
  const [roomSlug = '', threadRootId] = key.slice(prefixOf(userId).length).split('.');
  return { roomSlug, ...(threadRootId !== undefined && { threadRootId }) };
};

/** What nobody has touched for so long is kept no more, whoever's it is. */
const keptForMs = 30 * 24 * 60 * 60 * 1000;

/** By its key, when each draft was written last, in milliseconds since the epoch. */
const indexKey = 'boltorezka.drafts';
type Index = [key: string, atMs: number][];

const isIndex = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' && value !== null && Object.values(value).every((at) => typeof at === 'number');

const createIndex = (storage: DraftStorage) => {
  const read = (): Index => {
    try {
      const value: unknown = JSON.parse(storage.load(indexKey) ?? '{}');
      return isIndex(value) ? Object.entries(value) : [];
    } catch {
      return [];
    }
  };
  const write = (index: Index): void =>
    storage.save(indexKey, index.length === 0 ? null : JSON.stringify(Object.fromEntries(index)));
  return {
    keys: (prefix: string) => read().flatMap(([key]) => (key.startsWith(prefix) ? [key] : [])),
    note: (key: string) => write([...read().filter(([other]) => other !== key), [key, Date.now()]]),
    drop: (isDropped: (key: string, atMs: number) => boolean) => {
      const index = read();
      const kept = index.filter(([key, atMs]) => !isDropped(key, atMs));
      if (kept.length === index.length) return;
      for (const [key, atMs] of index) if (isDropped(key, atMs)) storage.save(key, null);
      write(kept);
    },
  };
};

/**
 * Unfinished texts, each person's own: who signs in at the same browser sees nothing of another's. Those that nobody came
 * back for go when a visit begins.
 */
export const createDrafts = ({ storage, getSelfId }: DraftsDeps): Drafts => {
  const index = createIndex(storage);
  index.drop((_key, atMs) => Date.now() - atMs > keptForMs);
  const load = (userId: string, place: DraftPlace): string => storage.load(keyOf(userId, place)) ?? '';
  return {
    get: (place) => {
      const userId = getSelfId();
      if (userId === null) return '';
      const [text, key] = [load(userId, place), keyOf(userId, place)];
      // One of before there was an index is in it from here on.
      if (text !== '' && !index.keys(key).includes(key)) index.note(key);
      return text;
    },
    set: (place, text) => {
      const userId = getSelfId();
      if (userId === null) return;
      const key = keyOf(userId, place);
      if (text === '') {
        storage.save(key, null);
        index.drop((other) => other === key);
      } else {
        storage.save(key, text);
        index.note(key);
      }
    },
    list: () => {
      const userId = getSelfId();
      if (userId === null) return [];
      const places = index.keys(prefixOf(userId)).map((key) => placeOf(userId, key));
      return places
        .map((place): Draft => ({ ...place, text: load(userId, place) }))
        .filter(({ text }) => text !== '');
    },
    erase: () => {
      const userId = getSelfId();
      if (userId !== null) index.drop((key) => key.startsWith(prefixOf(userId)));
    },
  };
};
