import { useCallback, useEffect, useRef, useState } from 'react';

export interface Remote<T> {
  status: 'loading' | 'ready' | 'failed';
  /** What was read last, also while it is read anew or could not be. */
  data: T | null;
  error: unknown;
  refresh: () => void;
}

type State<T> = Omit<Remote<T>, 'refresh'>;

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
  return { ...state, refresh };
};
