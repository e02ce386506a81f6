/** What the page remembers between visits. What the browser refuses to keep, it remembers for as long as it is there. */
export interface Memory {
  load(key: string): string | null;
  save(key: string, value: string | null): void;
}

interface Refused {
  value: string | null;
  /** What the storage held instead; undefined where it could not be read. */
  instead: string | null | undefined;
}

export const createMemory = (storage: () => Storage): Memory => {
  /** What could not be kept: newer than what the storage holds, unless another page has had something kept since. */
  const refused = new Map<string, Refused>();
  const read = (key: string): string | null | undefined => {
    try {
      return storage().getItem(key);
    } catch {
      return undefined;
    }
  };
  return {
    load(key) {
      const kept = read(key);
      const own = refused.get(key);
      return own && own.instead === kept ? own.value : (kept ?? null);
    },
    save(key, value) {
      try {
        if (value === null) storage().removeItem(key);
        else storage().setItem(key, value);
        refused.delete(key);
      } catch {
        // Private windows and full disks.
        refused.set(key, { value, instead: read(key) });
      }
    },
  };
};

type Pages = Pick<Window, 'addEventListener' | 'removeEventListener'>;

/** Tells what another page of the browser has changed, and what was there before. */
export const followStorage =
  (page: Pages) =>
  (listener: (key: string, before: string | null) => void): (() => void) => {
    const handle = ({ key, oldValue }: StorageEvent): void => {
      if (key !== null) listener(key, oldValue);
    };
    page.addEventListener('storage', handle);
    return () => page.removeEventListener('storage', handle);
  };
