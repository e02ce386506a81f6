import { useCallback, useEffect, useRef, useState } from 'react';

interface Page<T> {
  items: readonly T[];
  /** Leads to the next page; null on the last. */
  nextCursor: string | null;
}

export interface Pages<T> {
  status: 'loading' | 'ready' | 'failed';
  /** Null until the first page has come. */
  items: readonly T[] | null;
  error: unknown;
  hasMore: boolean;
  loadMore: () => void;
  /** Begins at the first page again; what was read stays until that is there. */
  refresh: () => void;
  /** Asks again for what could not be read last, the first page or a later one; the error stays until that is answered. */
  retry: () => void;
  /** What is known to be another by now is so at once, before it is read anew. */
  change: (fn: (items: readonly T[]) => readonly T[]) => void;
}

interface State<T> extends Pick<Pages<T>, 'status' | 'items' | 'error'> {
  cursor: string | null;
  /** What this is the state of: of what is asked from now on nothing is known yet. */
  asked: unknown;
}

const unread: State<never> = { status: 'loading', items: null, error: null, cursor: null, asked: null };

/** A long list that the server gives page by page. `ask` decides what is asked: keep it the same while that is. */
export const usePages = <T>(ask: (cursor: string | undefined) => Promise<Page<T>>): Pages<T> => {
  const [state, setState] = useState<State<T>>(unread);
  const question = useRef(0);
  const lastCursor = useRef<string | undefined>(undefined);
  const read = useCallback(
    (cursor: string | undefined, isRetry = false) => {
      question.current += 1;
      const mine = question.current;
      lastCursor.current = cursor;
      setState((before) => ({
        ...{ ...before, status: 'loading', asked: ask },
        error: isRetry ? before.error : null,
      }));
      ask(cursor).then(
        ({ items, nextCursor }) => {
          if (mine !== question.current) return;
          setState((before) => ({
            status: 'ready',
            items: cursor === undefined ? items : [...(before.items ?? []), ...items],
            error: null,
            cursor: nextCursor,
            asked: ask,
          }));
        },
        (error: unknown) => {
          if (mine === question.current) setState((before) => ({ ...before, status: 'failed', error }));
        },
      );
    },
    [ask],
  );
  const refresh = useCallback(() => read(undefined), [read]);
  useEffect(() => {
    refresh();
    return () => {
      question.current += 1;
    };
  }, [refresh]);
  const { items, error, cursor } = state;
  const status = state.asked === ask ? state.status : 'loading';
  return {
    ...{ status, items, error, refresh },
    retry: () => read(lastCursor.current, true),
    change: (fn) =>
      setState((before) => (before.items === null ? before : { ...before, items: fn(before.items) })),
    hasMore: cursor !== null,
    loadMore: () => {
      if (cursor !== null && status !== 'loading') read(cursor);
    },
  };
};
