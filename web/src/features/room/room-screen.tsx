import type { AppError, OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import styles from './room.module.css';
import { RoomHeader } from './room-header.tsx';
import { RoomView } from './room-view.tsx';
import { useOpenRoom } from './use-open-room.ts';

const fallbackRoom = 'general';

interface RoomFailedProps {
  error: AppError | null;
  slug: string;
  onRetry: () => void;
}

const RoomFailed = ({ error, slug, onRetry }: RoomFailedProps) => {
  const { t } = useTranslation();
  const { router } = useServices();
  return (
    <div className={styles.failed} role="alert" data-testid="room-failed">
      <h2>{t('room.failed')}</h2>
      <p>{t(errorTextKey(error))}</p>
      <div className={styles.failedActions}>
        <Button onClick={onRetry}>{t('common.tryAgain')}</Button>
        {slug === fallbackRoom ? null : (
          <Button variant="primary" onClick={() => router.openRoom(fallbackRoom)}>
            {t('room.goToGeneral')}
          </Button>
        )}
      </div>
    </div>
  );
};

/** A room that opened is where the next visit begins; one that did not is not tried again. */
const useRememberedRoom = ({ slug, status }: RoomState): void => {
  const { preferences } = useServices();
  useEffect(() => {
    if (status === 'joined') preferences.saveLastRoom(slug);
    if (status === 'failed' && preferences.loadLastRoom() === slug) preferences.saveLastRoom(null);
  }, [slug, status, preferences]);
};

const useRoomTitle = ({ id, slug, title }: RoomState): string => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { rooms } = useStore(client.rooms.state);
  // Until it is joined, a room knows its slug alone; the list may know more.
  const listed = rooms.find((room) => room.slug === slug)?.title ?? slug;
  const shown = id === null ? listed : title;
  useEffect(() => {
    document.title = t('app.documentTitle', { room: shown });
  }, [t, shown]);
  return shown;
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
  const title = useRoomTitle(state);
  useRememberedRoom(state);
  if (state.status !== 'failed') {
    return <RoomView room={room} state={state} title={title} me={me} onOpenLobby={onOpenLobby} />;
  }
  return (
    <>
      <RoomHeader slug={slug} title={title} onOpenLobby={onOpenLobby} />
      <RoomFailed error={state.error} slug={slug} onRetry={onRetry} />
    </>
  );
};

/** One room: its voice, its chat, and who is in it. */
export const RoomScreen = (props: RoomScreenProps) => {
  const { room, reopen } = useOpenRoom(props.slug);
  return room ? <LoadedRoom {...props} room={room} onRetry={reopen} /> : null;
};
