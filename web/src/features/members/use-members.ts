import type { OpenMembers, RoomMembersState } from '@boltorezka/sdk';
import { createStore } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';

const nobody = createStore<RoomMembersState>({ status: 'loading', members: [], hasMore: false, error: null });

interface Members {
  members: OpenMembers | null;
  belonging: RoomMembersState;
}

/** Who belongs to a room, followed for as long as the component is shown. */
export const useMembers = (slug: string): Members => {
  const { rooms } = useServices().client;
  const [members, setMembers] = useState<OpenMembers | null>(null);
  useEffect(() => {
    const opened = rooms.openMembers(slug);
    setMembers(opened);
    return () => opened.close();
  }, [rooms, slug]);
  return { members, belonging: useStore(members?.state ?? nobody) };
};
