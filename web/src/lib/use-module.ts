import { useEffect, useState } from 'react';

export interface ModuleState<T> {
  module: T | null;
  /** Why it could not be loaded. */
  error: unknown;
}

/**
 * Code that comes on its own. Not by React's `lazy` and `Suspense`: having shown a fallback, React holds what follows
 * it back for 300 ms, however soon that is there.
 */
export const useModule = <T>(load: () => Promise<T>): ModuleState<T> => {
  const [state, setState] = useState<ModuleState<T>>({ module: null, error: null });
  useEffect(() => {
    let isWanted = true;
    const keep = (next: ModuleState<T>): void => {
      if (isWanted) setState(next);
    };
    load().then(
      (module) => keep({ module, error: null }),
      (error: unknown) => keep({ module: null, error }),
    );
    return () => {
      isWanted = false;
    };
  }, [load]);
  return state;
};
