import type { FindPeopleInput, Member } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useServices } from '../../lib/services.tsx';

/** Somebody who types goes on typing: one question for a word, not one for each letter. */
const quietMs = 150;

export interface PeopleSearch {
  status: 'idle' | 'looking' | 'ready' | 'failed';
  people: readonly Member[];
  error: unknown;
}

const idle: PeopleSearch = { status: 'idle', people: [], error: null };

/** People by the beginning of a word of their name. What was found stays until the next answer; null asks nothing. */
export const usePeopleSearch = (input: FindPeopleInput | null): PeopleSearch => {
  const { client } = useServices();
  const [state, setState] = useState<PeopleSearch>(idle);
  const query = input?.query?.trim();
  const { roomSlug, limit } = input ?? {};
  useEffect(() => {
    if (query === undefined) {
      setState(idle);
      return;
    }
    let isWanted = true;
    setState((before) => ({ ...before, status: 'looking', error: null }));
    const timer = setTimeout(() => {
      client.people.find({ query, ...(roomSlug ? { roomSlug } : {}), ...(limit ? { limit } : {}) }).then(
        (people) => isWanted && setState({ status: 'ready', people, error: null }),
        (error: unknown) => isWanted && setState({ status: 'failed', people: [], error }),
      );
    }, quietMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [client, query, roomSlug, limit]);
  return state;
};
