import type { Member, SearchResult } from '@boltorezka/sdk';
import { useCallback, useEffect, useRef, useState } from 'react';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';

export interface SearchQuery {
  query: string;
  /** Null: in every room that I may enter. */
  roomSlug: string | null;
  from: Member | null;
}

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

/** Searches while somebody types. The answer to what they have gone on from is dropped. */
export const useSearch = ({ query, roomSlug, from }: SearchQuery) => {
  const { client } = useServices();
  const [state, setState] = useState<SearchState>(nothing);
  const latest = useRef(0);
  const words = query.trim();
  const userId = from?.userId ?? null;
  const ask = useCallback(
    async (cursor: string | null): Promise<void> => {
      latest.current += 1;
      const mine = latest.current;
      setState((before) => ({ ...before, isBusy: true, error: null }));
      try {
        const page = await client.search({
          query: words,
          ...(roomSlug !== null && { roomSlug }),
          ...(userId !== null && { userId }),
          ...(cursor !== null && { cursor }),
        });
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
    [client, words, roomSlug, userId],
  );
  useEffect(() => {
    latest.current += 1;
    if (words === '') {
      setState(nothing);
      return;
    }
    const timer = setTimeout(() => runQuietly(ask(null)), askAfterMs);
    return () => clearTimeout(timer);
  }, [ask, words]);
  return {
    ...state,
    retry: () => runQuietly(ask(null)),
    more: () => runQuietly(ask(state.nextCursor)),
  };
};
