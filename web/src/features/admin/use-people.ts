import type { AdminUser } from '@boltorezka/sdk';
import { useCallback, useEffect, useState } from 'react';
import { useServices } from '../../lib/services.tsx';
import { usePages } from '../../lib/use-pages.ts';

/** Typing is not asking: the last letter is waited for. */
const pauseMs = 250;

const useSettled = (query: string): string => {
  const [settled, setSettled] = useState(query);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(query), pauseMs);
    return () => clearTimeout(timer);
  }, [query]);
  return settled;
};

/** Who has an account, as far as they have been asked for. */
export const usePeople = (query: string) => {
  const { admin } = useServices().client;
  const asked = useSettled(query);
  const ask = useCallback(
    async (cursor: string | undefined) => {
      const page = await admin.users({ query: asked, ...(cursor !== undefined && { cursor }) });
      return { items: page.users, nextCursor: page.next_cursor };
    },
    [admin, asked],
  );
  const { items, status, change, ...pages } = usePages<AdminUser>(ask);
  return {
    ...pages,
    people: items ?? [],
    isAsking: status === 'loading',
    /** Whether these are whom was asked for, and not the last ones while somebody types. */
    isAnswer: asked === query && status === 'ready',
    replace: (user: AdminUser) => change((known) => known.map((each) => (each.id === user.id ? user : each))),
    remove: (id: string) => change((known) => known.filter((each) => each.id !== id)),
  };
};
