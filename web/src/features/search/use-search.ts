import type { SearchInput, SearchResult } from '@boltorezka/sdk';
import { useCallback, useEffect, useRef, useState } from 'react';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';

export interface SearchState {
  /** Null: nothing was searched for yet. */
  results: readonly SearchResult[] | null;
  isBusy: boolean;
  error: unknown;
  nextCursor: string | null;
}

const nothing: SearchState = { results: null, isBusy: false, error: null, nextCursor: null };
/** The server is asked when somebody has stopped typing for a moment. */
const askAfterMs = 300;

/**
 * Searches while somebody types. The answer to what they have gone on from is dropped.
 * @param input the same one while the same is looked for; null, nothing is.
 */
export const useSearch = (input: SearchInput | null) => {
  const { client } = useServices();
  const [state, setState] = useState<SearchState>(nothing);
  const latest = useRef(0);
  const ask = useCallback(
    async (cursor: string | null): Promise<void> => {
      if (!input) return;
      latest.current += 1;
      const mine = latest.current;
      setState((before) => ({ ...before, isBusy: true, error: null }));
      try {
        const page = await client.search({ ...input, ...(cursor !== null && { cursor }) });
        if (mine !== latest.current) return;
        setState((before) => ({
          results: cursor === null ? page.results : [...(before.results ?? []), ...page.results],
          isBusy: false,
          error: null,
          nextCursor: page.nextCursor,
        }));
      } catch (error) {
        if (mine === latest.current) setState((before) => ({ ...before, isBusy: false, error }));
      }
    },
    [client, input],
  );
  useEffect(() => {
    latest.current += 1;
    if (!input) {
      setState(nothing);
      return;
    }
    const timer = setTimeout(() => runQuietly(ask(null)), askAfterMs);
    return () => clearTimeout(timer);
  }, [ask, input]);
  return {
    ...state,
    retry: () => runQuietly(ask(null)),
    more: () => runQuietly(ask(state.nextCursor)),
  };
};
