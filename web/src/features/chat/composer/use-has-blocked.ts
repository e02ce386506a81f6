import { useServices } from '../../../lib/services.tsx';
import { useStore } from '../../../lib/use-store.ts';
import { useBlockedIds } from '../../people/use-blocked-ids.ts';

/** I have blocked the other person of this room of two. That they have blocked me is not known. */
export const useHasBlocked = (roomSlug: string): boolean => {
  const { rooms } = useStore(useServices().client.rooms.state);
  const other = rooms.find(({ slug }) => slug === roomSlug)?.directWith;
  return useBlockedIds().has(other?.userId ?? '');
};
