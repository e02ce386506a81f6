import type { OpenRoom } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useServices } from '../../lib/services.tsx';

interface OpenRoomHandle {
  room: OpenRoom | null;
  /** Closes the room and opens it again, after it could not be opened. */
  reopen: () => void;
}

/** Keeps a room open for as long as the component lives. */
export const useOpenRoom = (slug: string): OpenRoomHandle => {
  const { client } = useServices();
  const [room, setRoom] = useState<OpenRoom | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens the room anew.
  useEffect(() => {
    const opened = client.rooms.open(slug);
    setRoom(opened);
    return () => opened.close();
  }, [client, slug, attempt]);
  return { room, reopen: () => setAttempt((count) => count + 1) };
};
