import type { DraftIndex } from './draft-index.ts';
import type { DraftStorage } from './types/outbox.ts';

/** Of one draft; more are on their way at once only where nothing can be kept, and are then in the outbox alone. */
const slots = Array.from({ length: 10 }, (_, slot) => slot);

/** As long as the draft's own: a full browser has room for it once that has gone. */
const partingKeyOf = (key: string, slot: number): string =>
  key.replace(/^boltorezka\.(draf|edi)t\./, `boltorezka.$1${slot}.`);

/** The key of the draft that it is, or is a part of. */
export const draftKeyOf = (key: string): string =>
  key.replace(/^boltorezka\.(draf|edi)\d\./, 'boltorezka.$1t.');

const isParting = (key: string): boolean => draftKeyOf(key) !== key;

type Load = DraftStorage['load'];
type Follower = (key: string, before: string | null) => void;

const slotsOf = (key: string): string[] => slots.map((slot) => partingKeyOf(key, slot));

/** What was on its way when the visit, or the session, began, and is so no more: nobody would say that it is kept. */
const createUnkept = (storage: DraftStorage, index: DraftIndex) => {
  /** What each said: another one may have taken its key since. */
  let known = new Map<string, string | null>();
  const restart = (): void => {
    known = new Map(
      index
        .keys('')
        .filter(isParting)
        .map((key) => [key, storage.load(key)]),
    );
  };
  const has = (key: string, load: Load): boolean => {
    const said = known.get(key);
    return typeof said === 'string' && load(key) === said;
  };
  restart();
  return {
    restart,
    add: (key: string, said: string) => known.set(key, said),
    delete: (key: string) => known.delete(key),
    of: (key: string, load: Load): string[] =>
      known.size === 0 ? [] : slotsOf(key).filter((parting) => has(parting, load)),
    draftKeys: (): string[] =>
      [...known.keys()].filter((parting) => has(parting, storage.load)).map(draftKeyOf),
  };
};

/**
 * What was begun and is on its way: apart from what is begun since, and in the browser until it is kept elsewhere. The page
 * that has sent it, and those beside it, leave it alone. What was never kept is a draft again at the next visit, and in the
 * next session of this page.
 */
export const createPartings = (storage: DraftStorage, index: DraftIndex) => {
  const followers = new Set<Follower>();
  const unkept = createUnkept(storage, index);
  const drop = (keys: readonly string[]): void => index.drop((other) => keys.includes(other));
  return {
    /** Whoever would have said that something is kept does so no more. */
    restart: unkept.restart,
    /** @returns what says that it is kept. */
    begin(key: string, draft: string): () => void {
      const own = slotsOf(key).find((parting) => storage.load(parting) === null);
      if (own === undefined) return () => undefined;
      unkept.delete(own);
      storage.save(own, draft);
      index.note(own);
      return () => {
        if (storage.load(own) !== draft) return;
        drop([own]);
        // Pages are told by the browser, but for the one that does it.
        for (const follower of followers) follower(own, draft);
      };
    },
    /** A full browser may have kept one, and not that there is one. */
    find(key: string): void {
      const known = new Set(index.keys(''));
      for (const parting of slotsOf(key)) {
        const said = storage.load(parting);
        if (said === null || known.has(parting)) continue;
        index.note(parting);
        unkept.add(parting, said);
      }
    },
    /** @param load reads the storage, as it is or was. */
    unkeptOf: (key: string, load: Load): string[] =>
      unkept.of(key, load).flatMap((parting) => load(parting) ?? []),
    /** Of drafts whose keys begin so. */
    unkeptKeys: (prefix: string): string[] => unkept.draftKeys().filter((key) => key.startsWith(prefix)),
    /** What was never kept of it is part of the draft, or nobody wants it. */
    forget(key: string): void {
      const parted = unkept.of(key, storage.load);
      if (parted.length > 0) drop(parted);
    },
    /** Tells what this page has dropped. @returns what ends that. */
    follow(follower: Follower): () => void {
      followers.add(follower);
      return () => followers.delete(follower);
    },
  };
};

/** Where what was begun is, and what of it is on its way. */
export interface Kept {
  storage: DraftStorage;
  index: DraftIndex;
  partings: ReturnType<typeof createPartings>;
}
