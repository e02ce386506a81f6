import type { OutboxEntry, OutboxStorage } from '../types/outbox.ts';

/** Keeps what waits for as long as the page lives. */
export const createMemoryOutbox = (): OutboxStorage => {
  const entries = new Map<string, OutboxEntry>();
  return {
    load: (userId) => [...entries.values()].filter((entry) => entry.userId === userId),
    save: (entry) => {
      entries.set(entry.key, entry);
    },
    remove: (key) => {
      entries.delete(key);
    },
    dropBefore: (timeMs) => {
      for (const { key, createdAt } of [...entries.values()]) {
        if (Date.parse(createdAt) < timeMs) entries.delete(key);
      }
    },
  };
};
