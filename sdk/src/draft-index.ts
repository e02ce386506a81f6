import type { DraftStorage } from './types/outbox.ts';

/** By its key, when each draft was written last, in milliseconds since the epoch. */
const indexKey = 'boltorezka.drafts';
type Index = [key: string, atMs: number][];

const isIndex = (value: unknown): value is Record<string, number> =>
  typeof value === 'object' && value !== null && Object.values(value).every((at) => typeof at === 'number');

/** Which drafts there are, in the order they were written last: storage does not tell its keys. */
export const createDraftIndex = (storage: DraftStorage) => {
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

export type DraftIndex = ReturnType<typeof createDraftIndex>;
