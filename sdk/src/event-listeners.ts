import type { ServerEvent } from '@boltorezka/protocol';
import type { Log } from './types.ts';

type Listener = (event: ServerEvent) => void;

export interface EventListeners {
  add(listener: Listener): () => void;
  /** One that throws keeps nothing from the others. */
  tell(event: ServerEvent): void;
}

export const createEventListeners = (log: Log): EventListeners => {
  const listeners = new Set<Listener>();
  return {
    add: (listener) => {
      // A wrapper of its own, so that the same function may listen twice.
      const own = (event: ServerEvent) => listener(event);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
    tell: (event) => {
      for (const listener of [...listeners]) {
        try {
          listener(event);
        } catch (error) {
          const fields = { type: event.type, name: error instanceof Error ? error.name : 'unknown' };
          log({ level: 'warn', message: 'A listener failed', fields });
        }
      }
    },
  };
};
