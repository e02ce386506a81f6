import type { Store } from '@boltorezka/sdk';
import { useCallback, useSyncExternalStore } from 'react';

/** Reads a store of the sdk and renders again when it changes. Snapshots are immutable. */
export const useStore = <T>(store: Store<T>): T => {
  // The same function from render to render: another one would end the subscription and begin it anew each time.
  const subscribe = useCallback((listener: () => void) => store.subscribe(listener), [store]);
  return useSyncExternalStore(subscribe, () => store.get());
};
