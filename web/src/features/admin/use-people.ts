import type { AdminUser } from '@boltorezka/sdk';
import { useEffect, useRef, useState } from 'react';
import { useServices } from '../../lib/services.tsx';

/** Typing is not asking: the last letter is waited for. */
const pauseMs = 250;

/** Who has an account, as far as they have been asked for. */
export const usePeople = (query: string) => {
  const { admin } = useServices().client;
  const [people, setPeople] = useState<readonly AdminUser[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [answered, setAnswered] = useState('');
  const asked = useRef(0);
  const load = (from: string | null): void => {
    asked.current += 1;
    const mine = asked.current;
    admin.users({ query, ...(from === null ? {} : { cursor: from }) }).then(
      ({ users, next_cursor }) => {
        if (mine !== asked.current) return;
        setError(null);
        setAnswered(query);
        setPeople((known) => (from === null ? users : [...known, ...users]));
        setCursor(next_cursor);
      },
      (reason: unknown) => mine === asked.current && setError(reason),
    );
  };
  const loadRef = useRef(load);
  loadRef.current = load;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query is another list.
  useEffect(() => {
    const timer = setTimeout(() => loadRef.current(null), pauseMs);
    return () => clearTimeout(timer);
  }, [query]);
  useEffect(
    () => () => {
      asked.current += 1;
    },
    [],
  );
  return {
    people,
    error,
    retry: () => load(null),
    /** Whether these are whom was asked for, and not the last ones while somebody types. */
    isAnswer: answered === query,
    loadMore: cursor === null ? null : () => load(cursor),
    replace: (user: AdminUser) =>
      setPeople((known) => known.map((each) => (each.id === user.id ? user : each))),
    remove: (id: string) => setPeople((known) => known.filter((each) => each.id !== id)),
  };
};
