import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { roomName } from '../lobby/room-name.ts';
import { RoomFailed } from './room-failed.tsx';
import { RoomHeader } from './room-header.tsx';
import { RoomView } from './room-view.tsx';
import { useOpenRoom } from './use-open-room.ts';

/** A room that opened is where the next visit begins; one that did not is not tried again. */
const useRememberedRoom = ({ slug, status }: RoomState): void => {
  const { preferences } = useServices();
  useEffect(() => {
    if (status === 'joined') preferences.saveLastRoom(slug);
    if (status === 'failed' && preferences.loadLastRoom() === slug) preferences.saveLastRoom(null);
  }, [slug, status, preferences]);
};

/** @param told what the door says that the room is called; null: nothing, and undefined: nobody was asked. */
const useRoomTitle = ({ id, slug, title, status }: RoomState, told: string | null | undefined): string => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { rooms } = useStore(client.rooms.state);
  // Until it is joined, a room knows its slug alone; the list may know more.
  const listed = rooms.find((room) => room.slug === slug);
  const unnamed = status === 'failed' && told !== undefined ? t('room.unknown') : slug;
  // One that this person was sent out of may be in the list no more.
  const former = useRef<string | null>(null);
  const known = listed ? roomName(listed) : (told ?? former.current ?? unnamed);
  // A room of two has no name of its own.
  const shown = id === null || listed?.directWith ? known : title;
  useEffect(() => {
    if (status === 'joined') former.current = shown;
    document.title = t('app.documentTitle', { room: shown });
  }, [t, status, shown]);
  return shown;
};

/** A conversation that I have closed is in my list again when I open it, and not when I close it at another device. */
const useReopening = (slug: string): void => {
  const { client } = useServices();
  const { status, rooms } = useStore(client.rooms.state);
  const openedSlug = useRef<string | null>(null);
  useEffect(() => {
    if (status !== 'ready' || openedSlug.current === slug) return;
    openedSlug.current = slug;
    const isClosed = rooms.some((room) => room.slug === slug && room.isClosed);
    if (isClosed) runQuietly(client.rooms.setClosed(slug, false));
  }, [client, status, rooms, slug]);
};

interface RoomScreenProps {
  slug: string;
  me: User;
  /** Null where the lobby is in view anyway. */
  onOpenLobby: (() => void) | null;
}

interface LoadedRoomProps extends RoomScreenProps {
  room: OpenRoom;
  onRetry: () => void;
}

const LoadedRoom = ({ room, onRetry, slug, me, onOpenLobby }: LoadedRoomProps) => {
  const state = useStore(room.state);
  const [told, setTold] = useState<string | null>();
  const title = useRoomTitle(state, told);
  useEffect(() => {
    // Inside, the room itself says what it is called.
    if (state.status === 'joined') setTold(undefined);
  }, [state.status]);
  useRememberedRoom(state);
  useReopening(slug);
  if (state.status !== 'failed') {
    return <RoomView room={room} state={state} title={title} me={me} onOpenLobby={onOpenLobby} />;
  }
  return (
    <>
      <RoomHeader slug={slug} title={title} onOpenLobby={onOpenLobby} />
      <RoomFailed state={state} onRetry={onRetry} onTold={setTold} />
    </>
  );
};

/** One room: its voice, its chat, and who is in it. */
export const RoomScreen = (props: RoomScreenProps) => {
  const { room, reopen } = useOpenRoom(props.slug);
  return room ? <LoadedRoom {...props} room={room} onRetry={reopen} /> : null;
};
