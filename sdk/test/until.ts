import { waitUntil } from '../src/store.ts';
import type { Store } from '../src/types.ts';

/** Resolves with the value that satisfies the predicate; rejects where none comes in time. */
export const until = async <T>(store: Store<T>, predicate: (value: T) => boolean): Promise<T> => {
  let found: T | undefined;
  const matches = (value: T) => {
    if (!predicate(value)) return false;
    found = value;
    return true;
  };
  const isFound = await waitUntil(store, matches, { timeoutMs: 5_000, signal: new AbortController().signal });
  if (!isFound || found === undefined) {
    throw new Error(`The state that was waited for did not come; it is ${JSON.stringify(store.get())}`);
  }
  return found;
};
