import type { DraftIndex } from './draft-index.ts';
import { createUuid } from './ids.ts';
import type { DraftStorage } from './types/outbox.ts';

/** Where a draft of this key, or drafts whose keys begin so, are while they are on their way. */
export const partingPrefixOf = (key: string): string => `boltorezka.parting.${key}`;

/** There may be several of one draft. Neither ids nor slugs hold colons. */
const partingsOf = (key: string): string => `${partingPrefixOf(key)}:`;

const draftKeyOf = (parting: string): string =>
  parting.slice(partingPrefixOf('').length, parting.lastIndexOf(':'));

/**
 * What was begun and is on its way: apart from what is begun since, and in the browser until it is kept elsewhere. The page
 * that has sent it, and those beside it, leave it alone. What was never kept is a draft again at the next visit, and in the
 * next session of this page.
 */
export const createPartings = (storage: DraftStorage, index: DraftIndex) => {
  let unkept: ReadonlySet<string> = new Set();
  const restart = (): void => {
    unkept = new Set(index.keys(partingPrefixOf('')));
  };
  const unkeptIn = (prefix: string): string[] =>
    unkept.size === 0 ? [] : index.keys(prefix).filter((parting) => unkept.has(parting));
  restart();
  return {
    /** Whoever would have said that something is kept does so no more. */
    restart,
    /** @returns what says that it is kept. */
    begin(key: string, draft: string): () => void {
      const own = partingsOf(key) + createUuid();
      storage.save(own, draft);
      index.note(own);
      return () => index.drop((other) => other === own);
    },
    /** The oldest first. */
    unkeptOf: (key: string): string[] =>
      unkeptIn(partingsOf(key)).flatMap((parting) => storage.load(parting) ?? []),
    /** Of drafts whose keys begin so. */
    unkeptKeys: (prefix: string): string[] => unkeptIn(partingPrefixOf(prefix)).map(draftKeyOf),
    /** What was never kept of it is part of the draft, or nobody wants it. */
    forget(key: string): void {
      const parted = unkeptIn(partingsOf(key));
      if (parted.length > 0) index.drop((other) => parted.includes(other));
    },
    isOf: (changed: string, key: string): boolean => changed.startsWith(partingsOf(key)),
  };
};

/** Where what was begun is, and what of it is on its way. */
export interface Kept {
  storage: DraftStorage;
  index: DraftIndex;
  partings: ReturnType<typeof createPartings>;
}
