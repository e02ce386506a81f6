import { limits, Mention, Quotation } from '@boltorezka/protocol';
import type { Draft, DraftPlace, DraftStorage, Drafts, PlacedDraft } from './types/outbox.ts';

export interface DraftsDeps {
  storage: DraftStorage;
  /** Null: nobody is signed in, or it is not known yet who. */
  getSelfId: () => string | null;
}

export const createMemoryDrafts = (): DraftStorage => {
  const kept = new Map<string, string>();
  return {
    load: (key) => kept.get(key) ?? null,
    save: (key, draft) => {
      if (draft === null) kept.delete(key);
      else kept.set(key, draft);
    },
  };
};

const prefixOf = (userId: string): string => `boltorezka.draft.${userId}.`;

const empty: Draft = { text: '', mentions: [], replyTo: null };

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Drafts of earlier builds are their text alone. */
const parse = (kept: string): Draft => {
  const value = parseJson(kept);
  if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string') {
    return { ...empty, text: kept };
  }
  const mentions = Mention.array().safeParse('mentions' in value ? value.mentions : []);
  const replyTo = Quotation.nullable().safeParse('replyTo' in value ? value.replyTo : null);
  return { text: value.text, mentions: mentions.data ?? [], replyTo: replyTo.data ?? null };
};

const isEmpty = ({ text, replyTo }: Draft): boolean => text === '' && replyTo === null;

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
 * Unfinished messages, each person's own: who signs in at the same browser sees nothing of another's. Those that nobody came
 * back for go when a visit begins.
 */
export const createDrafts = ({ storage, getSelfId }: DraftsDeps): Drafts => {
  const index = createIndex(storage);
  index.drop((_key, atMs) => Date.now() - atMs > keptForMs);
  const get = (place: DraftPlace): Draft => {
    const userId = getSelfId();
    if (userId === null) return empty;
    const key = keyOf(userId, place);
    const kept = storage.load(key);
    if (kept === null) return empty;
    // One of before there was an index is in it from here on.
    if (!index.keys(key).includes(key)) index.note(key);
    return parse(kept);
  };
  const save = (key: string, draft: Draft): void => {
    if (isEmpty(draft)) {
      storage.save(key, null);
      index.drop((other) => other === key);
    } else {
      storage.save(key, JSON.stringify(draft));
      index.note(key);
    }
  };
  return {
    get,
    change: (place, fields) => {
      const userId = getSelfId();
      if (userId === null) return;
      const draft = { ...get(place), ...fields };
      // Of a name that is being chosen the text is a moment behind.
      const mentions = fields.text === '' ? [] : draft.mentions.slice(0, limits.maxMentions);
      save(keyOf(userId, place), { ...draft, mentions });
    },
    list: () => {
      const userId = getSelfId();
      if (userId === null) return [];
      const places = index.keys(prefixOf(userId)).map((key) => placeOf(userId, key));
      return places.flatMap((place): PlacedDraft[] => {
        const draft = get(place);
        return draft.text === '' ? [] : [{ ...place, ...draft }];
      });
    },
    erase: () => {
      const userId = getSelfId();
      if (userId !== null) index.drop((key) => key.startsWith(prefixOf(userId)));
    },
  };
};
