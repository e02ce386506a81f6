import type { DraftStorage } from './types/outbox.ts';

/** By its key, when each draft was written last, in milliseconds since the epoch. */
const indexKey = 'boltorezka.drafts';
type Index = [key: string, atMs: number][];

const isIndex = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' && value !== null && Object.values(value).every((at) => typeof at === 'number');

/**
 * Which drafts there are, in the order they were written last: storage does not tell its keys. Of pages that share one, a
 * full one may take the drafts of one page and the index of another: each holds on to what it has noted itself.
 */
export const createDraftIndex = (storage: DraftStorage) => {
  const noted = new Map<string, number>();
  const readKept = (): Index => {
    try {
      const value: unknown = JSON.parse(storage.load(indexKey) ?? '{}');
      return isIndex(value) ? Object.entries(value) : [];
    } catch {
      return [];
    }
  };
  const read = (): Index => {
    const kept = readKept();
    const known = new Set(kept.map(([key]) => key));
    // One that another page has sent or erased is no draft any more.
    const missing = [...noted].filter(([key]) => !known.has(key) && storage.load(key) !== null);
    return missing.length === 0 ? kept : [...kept, ...missing].sort(([, a], [, b]) => a - b);
  };
  const write = (index: Index): void =>
    storage.save(indexKey, index.length === 0 ? null : JSON.stringify(Object.fromEntries(index)));
  return {
    keys: (prefix: string) => read().flatMap(([key]) => (key.startsWith(prefix) ? [key] : [])),
    note: (key: string) => {
      const others = read().filter(([other]) => other !== key);
      const atMs = Date.now();
      noted.set(key, atMs);
      write([...others, [key, atMs]]);
    },
    drop: (isDropped: (key: string, atMs: number) => boolean) => {
      const index = read();
      const kept = index.filter(([key, atMs]) => !isDropped(key, atMs));
      if (kept.length === index.length) return;
      for (const [key, atMs] of index) {
        if (!isDropped(key, atMs)) continue;
        storage.save(key, null);
        noted.delete(key);
      }
      write(kept);
    },
  };
};

export type DraftIndex = ReturnType<typeof createDraftIndex>;
