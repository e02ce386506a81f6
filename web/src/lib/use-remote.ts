import { useCallback, useEffect, useRef, useState } from 'react';

export interface Remote<T> {
  status: 'loading' | 'ready' | 'failed';
  /** What was read last, also while it is read anew or could not be. */
  data: T | null;
  /** Why it could not be read last, also while it is asked again. */
  error: unknown;
  refresh: () => void;
  /** What is known to be another by now is so at once, before it is read anew. */
  change: (fn: (data: T) => T) => void;
}

type State<T> = Pick<Remote<T>, 'status' | 'data' | 'error'>;

/**
 * What the server answers to a question, and asks again when told to. An answer that is overtaken by a later question
 * counts no more. `ask` decides what is asked: keep it the same while that is.
 */
export const useRemote = <T>(ask: () => Promise<T>): Remote<T> => {
  const [state, setState] = useState<State<T>>({ status: 'loading', data: null, error: null });
  const question = useRef(0);
  const refresh = useCallback(() => {
    question.current += 1;
    const mine = question.current;
    setState((before) => ({ ...before, status: 'loading' }));
    const answer = (next: (before: State<T>) => State<T>): void => {
      if (mine === question.current) setState(next);
    };
    ask().then(
      (data) => answer(() => ({ status: 'ready', data, error: null })),
      (error: unknown) => answer(({ data }) => ({ status: 'failed', data, error })),
    );
  }, [ask]);
  useEffect(() => {
    setState({ status: 'loading', data: null, error: null });
    refresh();
    return () => {
      question.current += 1;
    };
  }, [refresh]);
  const change = useCallback(
    (fn: (data: T) => T) =>
      setState((before) => (before.data === null ? before : { ...before, data: fn(before.data) })),
    [],
  );
  return { ...state, refresh, change };
};
