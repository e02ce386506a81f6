import { useRef, useState } from 'react';

export interface Action {
  busy: boolean;
  /** Why the last one failed; null where it did not, or nothing was done yet. */
  error: unknown;
  /** Not twice at once. Resolves to true where it succeeded; never rejects. */
  run: (action: () => Promise<unknown>) => Promise<boolean>;
}

/** What a button does that needs a while and may fail. */
export const useAction = (): Action => {
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const isBusy = useRef(false);
  const run = async (action: () => Promise<unknown>): Promise<boolean> => {
    if (isBusy.current) return false;
    isBusy.current = true;
    setState({ busy: true, error: null });
    try {
      await action();
      setState({ busy: false, error: null });
      return true;
    } catch (error) {
      setState({ busy: false, error });
      return false;
    } finally {
      isBusy.current = false;
    }
  };
  return { ...state, run };
};
