import { AppError, type RoomState } from '@boltorezka/sdk';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useRemote } from '../../lib/use-remote.ts';
import { useServerEvent } from '../../lib/use-server-event.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { ClosedDoor } from './closed-door.tsx';
import styles from './room.module.css';
import { RoomGone } from './room-gone.tsx';
import { useOtherRoom } from './use-other-room.ts';

interface RoomFailedProps {
  state: RoomState;
  onRetry: () => void;
  /** What the door says that the room is called: null of one that is hidden, or not there. */
  onTold: (title: string | null) => void;
}

const Failed = ({ state: { slug, error }, onRetry }: Omit<RoomFailedProps, 'onTold'>) => {
  const { t } = useTranslation();
  const { router } = useServices();
  const other = useOtherRoom(slug);
  return (
    <div className={styles.failed} role="alert" data-testid="room-failed">
      <h2>{t('room.failed')}</h2>
      <p>{t(errorTextKey(error))}</p>
      <div className={styles.failedActions}>
        <Button onClick={onRetry}>{t('common.tryAgain')}</Button>
        {other ? (
          <Button variant="primary" data-testid="room-elsewhere" onClick={() => router.openRoom(other.slug)}>
            {t('room.goTo', { room: other.directWith?.userName ?? other.title })}
          </Button>
        ) : null}
      </div>
    </div>
  );
};

/** Asks at the door what the room is. Where that cannot be told either, the room has failed to open, and nothing more. */
const AtTheDoor = (props: RoomFailedProps) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { slug } = props.state;
  const { onTold } = props;
  const ask = useCallback(
    async () => (await client.call('joinRequests.look', { params: { slug } })).door,
    [client, slug],
  );
  const { status, data: door, error, refresh } = useRemote(ask);
  const title = door?.room_title ?? null;
  const isAnswered = status !== 'loading' || door !== null || error !== null;
  useEffect(() => {
    if (isAnswered) onTold(title);
  }, [isAnswered, title, onTold]);
  useServerEvent((event) => {
    if (event.type !== 'joinRequest.declined' || event.payload.roomSlug !== slug) return;
    toasts.show(t('room.door.declined', { room: event.payload.roomTitle }));
    refresh();
  });
  if (door && door.standing !== 'open') return <ClosedDoor slug={slug} door={door} onChanged={refresh} />;
  if (status === 'loading' && !door && !error) {
    return (
      <p className={styles.failed} role="status">
        {t('room.joining')}
      </p>
    );
  }
  return <Failed {...props} />;
};

/**
 * Whoever is let in while they stand there comes in by themselves. Whoever was sent out of a public room is not: it is in
 * their list all the same, also where that comes only then.
 */
const useLetIn = ({ slug, removed }: RoomState, onLetIn: () => void): void => {
  const { rooms, status } = useStore(useServices().client.rooms.state);
  const isKnown = status === 'ready';
  const isListed = rooms.some((room) => room.slug === slug);
  const wasListed = useRef(isKnown ? isListed : removed !== null);
  const enter = useRef(onLetIn);
  enter.current = onLetIn;
  useEffect(() => {
    if (!isKnown) return;
    const hasAppeared = isListed && !wasListed.current;
    wasListed.current = isListed;
    if (hasAppeared) enter.current();
  }, [isKnown, isListed]);
};

/** A room that is not there may be one that I am banned from: that is told at the door alone. */
const mayBeClosed = (error: AppError | null): boolean =>
  error instanceof AppError && (error.code === 'Forbidden' || error.code === 'RoomNotFound');

/** In place of a room that one is not in: why, and the ways on. */
export const RoomFailed = (props: RoomFailedProps) => {
  const { state, onRetry } = props;
  useLetIn(state, onRetry);
  const { removed } = state;
  if (removed) {
    const mayReturn = removed.reason === 'kicked' || removed.reason === 'left' || removed.reason === 'closed';
    return <RoomGone slug={state.slug} removal={removed} onReturn={mayReturn ? onRetry : null} />;
  }
  return mayBeClosed(state.error) ? <AtTheDoor {...props} /> : <Failed {...props} />;
};
