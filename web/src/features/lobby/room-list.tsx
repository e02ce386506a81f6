import type { RoomEntry } from '@boltorezka/sdk';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { roomPath } from '../../lib/router.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './lobby.module.css';
import { RoomOccupants } from './room-occupants.tsx';

const opensElsewhere = (event: MouseEvent): boolean =>
  event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;

interface RoomLinkProps {
  room: RoomEntry;
  current: boolean;
  inCall: boolean;
  onPick: (slug: string) => void;
}

const RoomLink = ({ room, current, inCall, onPick }: RoomLinkProps) => {
  const { t } = useTranslation();
  return (
    <a
      className={styles.room}
      href={roomPath(room.slug)}
      aria-current={current ? 'page' : undefined}
      data-testid={`room-${room.slug}`}
      onClick={(event) => {
        if (opensElsewhere(event)) return;
        event.preventDefault();
        onPick(room.slug);
      }}
    >
      <Icon name={room.isPublic ? 'hash' : 'lock'} small />
      <span className={styles.roomTitle}>{room.title}</span>
      {room.isPublic ? null : <span className="visually-hidden">, {t('lobby.private')}</span>}
      {inCall ? (
        <span className={styles.inCall} title={t('lobby.inCall')}>
          <Icon name="sound" small />
          <span className="visually-hidden">, {t('lobby.inCall')}</span>
        </span>
      ) : null}
    </a>
  );
};

const ListFailed = ({ error }: { error: unknown }) => {
  const { t } = useTranslation();
  const { client } = useServices();
  return (
    <div className={styles.note} role="alert" data-testid="rooms-failed">
      <p>{t('lobby.failed')}</p>
      <p>{t(errorTextKey(error))}</p>
      <Button onClick={() => runQuietly(client.rooms.refresh())}>{t('common.tryAgain')}</Button>
    </div>
  );
};

interface EmptyListProps {
  onCreate: () => void;
}

const EmptyList = ({ onCreate }: EmptyListProps) => {
  const { t } = useTranslation();
  return (
    <div className={styles.note} data-testid="rooms-empty">
      <p className={styles.noteTitle}>{t('lobby.emptyTitle')}</p>
      <p>{t('lobby.empty')}</p>
      <Button icon="plus" onClick={onCreate}>
        {t('lobby.create')}
      </Button>
    </div>
  );
};

interface RoomListProps {
  currentSlug: string;
  onPick: (slug: string) => void;
  onCreate: () => void;
}

export const RoomList = ({ currentSlug, onPick, onCreate }: RoomListProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { status, rooms, error } = useStore(client.rooms.state);
  const inVoice = useStore(client.rooms.inVoice);
  const { roomSlug: callSlug } = useStore(client.voice.state);
  if (rooms.length === 0 && status === 'loading') return <p className={styles.note}>{t('lobby.loading')}</p>;
  if (rooms.length === 0 && status === 'ready') return <EmptyList onCreate={onCreate} />;
  return (
    <div className={styles.scroll}>
      {status === 'failed' ? <ListFailed error={error} /> : null}
      <ul className={styles.list}>
        {rooms.map((room) => (
          <li key={room.id}>
            <RoomLink
              room={room}
              current={room.slug === currentSlug}
              inCall={room.slug === callSlug}
              onPick={onPick}
            />
            {inVoice[room.slug] ? <RoomOccupants people={inVoice[room.slug] ?? []} /> : null}
          </li>
        ))}
      </ul>
    </div>
  );
};
