import type { Store } from '@boltorezka/sdk';

export interface WritableStore<T> extends Store<T> {
  set(value: T): void;
}

/** A value that changes, in the form that the sdk's have: components read both with `useStore`. */
export const createStore = <T>(initial: T): WritableStore<T> => {
  const listeners = new Set<() => void>();
  let value = initial;
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
