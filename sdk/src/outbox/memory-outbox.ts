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
    dropBefore: (timeMs, exceptUserId) => {
      for (const { key, createdAt, userId } of [...entries.values()]) {
        if (userId !== exceptUserId && Date.parse(createdAt) < timeMs) entries.delete(key);
      }
    },
    erase: (userId) => {
      for (const entry of [...entries.values()]) if (entry.userId === userId) entries.delete(entry.key);
    },
  };
};
