import type { Store } from '@boltorezka/sdk';
import { useSyncExternalStore } from 'react';

/** Reads a store of the sdk and renders again when it changes. Snapshots are immutable. */
export const useStore = <T>(store: Store<T>): T =>
  useSyncExternalStore(
    (listener) => store.subscribe(listener),
    () => store.get(),
  );
