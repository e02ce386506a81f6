import type { Store } from './types.ts';

/** A store that its owner writes. Nobody is told of a value that is the one already there. */
export interface WritableStore<T> extends Store<T> {
  set(next: T): void;
}

export interface RecordStore<T extends object> extends WritableStore<T> {
  /** Replaces the named fields; nobody is told where none of them differs. */
  patch(fields: Partial<T>): void;
}

/** One that throws keeps nothing from the others, nor from whoever wrote; as with events, it is told where all else is. */
const tell = (listener: () => void): void => {
  try {
    listener();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
};

/** The smallest thing that React's `useSyncExternalStore` and a plain script can both read. */
export const createStore = <T>(initial: T): WritableStore<T> => {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (next) => {
      if (Object.is(next, current)) return;
      current = next;
      for (const listener of [...listeners]) tell(listener);
    },
    subscribe: (listener) => {
      // A wrapper of its own, so that the same function may subscribe twice.
      const own = () => listener();
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
  };
};

export const createRecordStore = <T extends object>(initial: T): RecordStore<T> => {
  const store = createStore(initial);
  return {
    ...store,
    patch: (fields) => {
      const current = store.get();
      const names = Object.keys(fields) as (keyof T)[];
      if (names.some((name) => !Object.is(fields[name], current[name]))) store.set({ ...current, ...fields });
    },
  };
};

/** What others may see of a store: not how it is written. */
export const readOnly = <T>(store: Store<T>): Store<T> => ({ get: store.get, subscribe: store.subscribe });

/** Waits until the store's value satisfies the predicate; false where the time ran out or the signal fired first. */
export const waitUntil = <T>(
  store: Store<T>,
  predicate: (value: T) => boolean,
  limit: { timeoutMs: number; signal: AbortSignal },
): Promise<boolean> => {
  if (predicate(store.get())) return Promise.resolve(true);
  if (limit.signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (result: boolean) => {
      clearTimeout(timer);
      unsubscribe();
      limit.signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const onAbort = () => finish(false);
    const timer = setTimeout(onAbort, limit.timeoutMs);
    const unsubscribe = store.subscribe(() => {
      if (predicate(store.get())) finish(true);
    });
    limit.signal.addEventListener('abort', onAbort);
  });
};
