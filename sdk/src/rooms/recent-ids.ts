const maxRecentIds = 1_000;

/** Remembers the last ids. */
export const createRecentIds = () => {
  const ids = new Set<string>();
  return {
    /** @returns false for one that is remembered. */
    add: (id: string): boolean => {
      if (ids.has(id)) return false;
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > maxRecentIds && oldest !== undefined) ids.delete(oldest);
      return true;
    },
  };
};
