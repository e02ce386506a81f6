/** What the page remembers between visits. What the browser refuses to keep, it remembers for as long as it is there. */
export interface Memory {
  load(key: string): string | null;
  save(key: string, value: string | null): void;
}

export const createMemory = (storage: () => Storage): Memory => {
  /** What could not be kept: newer than what the storage holds. */
  const refused = new Map<string, string | null>();
  return {
    load(key) {
      const own = refused.get(key);
      if (own !== undefined) return own;
      try {
        return storage().getItem(key);
      } catch {
        return null;
      }
    },
    save(key, value) {
      try {
        if (value === null) storage().removeItem(key);
        else storage().setItem(key, value);
        refused.delete(key);
      } catch {
        // Private windows and full disks.
        refused.set(key, value);
      }
    },
  };
};
