import type { Store } from '@boltorezka/sdk';

/** Resolves when a store's value fits. */
export const until = <T>(store: Store<T>, fits: (value: T) => boolean): Promise<T> =>
  new Promise((resolve) => {
    const look = () => {
      const value = store.get();
      if (!fits(value)) return;
      unsubscribe();
      resolve(value);
    };
    const unsubscribe = store.subscribe(look);
    look();
  });
