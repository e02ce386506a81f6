import { useState } from 'react';

export interface Action {
  busy: boolean;
  /** Why the last attempt failed; null where it did not. */
  error: unknown;
  /** Resolves with true where it was done; while another runs, nothing is. */
  run(task: () => Promise<unknown>): Promise<boolean>;
}

/** Something that a person does, and that a server may refuse. */
export const useAction = (): Action => {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (task: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await task();
      return true;
    } catch (reason) {
      setError(reason);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
};
