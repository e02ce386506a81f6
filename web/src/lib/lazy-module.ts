import { createStore, type Store } from '@boltorezka/sdk';

/** Code that is not needed at once: asked for by the first who looks, and null until it has come. */
export const createLazyModule = <T>(load: () => Promise<T>): Store<T | null> => {
  const store = createStore<T | null>(null);
  let isAsked = false;
  const ask = (): void => {
    if (isAsked) return;
    isAsked = true;
    load().then(store.set, () => {
      // Whoever looks next asks again.
      isAsked = false;
    });
  };
  return {
    get: store.get,
    subscribe(listener) {
      ask();
      return store.subscribe(listener);
    },
  };
};
