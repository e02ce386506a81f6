import type { ServerEvent } from '@boltorezka/protocol';

/** What comes while answers are on their way: each answer may be of before it. */
export const createMeanwhile = () => {
  const open = new Set<ServerEvent[]>();
  return {
    note: (event: ServerEvent): void => {
      for (const events of open) events.push(event);
    },
    /** Asks, and gathers what comes until the answer is there. */
    during: async <T>(ask: Promise<T>): Promise<{ answer: T; since: readonly ServerEvent[] }> => {
      const since: ServerEvent[] = [];
      open.add(since);
      try {
        return { answer: await ask, since };
      } finally {
        open.delete(since);
      }
    },
  };
};
