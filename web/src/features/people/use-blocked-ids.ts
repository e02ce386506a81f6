import { useMemo } from 'react';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';

/** Whom I have blocked, as far as it is known. */
export const useBlockedIds = (): ReadonlySet<string> => {
  const { people } = useStore(useServices().client.people.blocks);
  return useMemo(() => new Set(people.map(({ userId }) => userId)), [people]);
};
