import { useEffect, useMemo } from 'react';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';

/** Whom I have blocked, asked for where it is not known yet. */
export const useBlockedIds = (): ReadonlySet<string> => {
  const { people } = useServices().client;
  const { status, people: blocked } = useStore(people.blocks);
  const isUnknown = status === 'loading';
  useEffect(() => {
    if (isUnknown) runQuietly(people.refreshBlocks());
  }, [people, isUnknown]);
  return useMemo(() => new Set(blocked.map(({ userId }) => userId)), [blocked]);
};
