import type { Memory } from '../src/lib/storage.ts';

/** A memory for tests: what a browser's storage would hold. */
export const createMapMemory = (entries: [string, string][] = []): Memory => {
  const map = new Map(entries);
  return {
    load: (key) => map.get(key) ?? null,
    save: (key, value) => void (value === null ? map.delete(key) : map.set(key, value)),
  };
};
