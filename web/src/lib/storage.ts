/** What the page remembers between visits. Browsers may refuse storage altogether: then it remembers nothing. */
export interface Memory {
  load(key: string): string | null;
  save(key: string, value: string | null): void;
}

export const createMemory = (storage: () => Storage): Memory => ({
  load(key) {
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
    } catch {
      // Private windows and full disks: the page works on, and forgets.
    }
  },
});
