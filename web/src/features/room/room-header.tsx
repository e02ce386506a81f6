import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './room.module.css';
import { RoomTopic } from './room-topic.tsx';

interface RoomHeaderProps {
  slug: string;
  title: string;
  topic?: string;
  onOpenLobby: (() => void) | null;
  children?: ReactNode;
}

/** Where one is: the name, what it is for, and what can be done here. */
export const RoomHeader = ({ slug, title, topic = '', onOpenLobby, children }: RoomHeaderProps) => {
  const { t } = useTranslation();
  const { rooms } = useStore(useServices().client.rooms.state);
  const listed = rooms.find((room) => room.slug === slug);
  const isPrivate = listed !== undefined && !listed.isPublic && listed.kind === 'room';
  const other = listed?.directWith;
  return (
    <header className={styles.header}>
      {onOpenLobby ? (
        <IconButton icon="menu" label={t('lobby.open')} data-testid="lobby-open" onClick={onOpenLobby} />
      ) : null}
      {other ? (
        <Avatar size="small" userId={other.userId} name={other.userName} />
      ) : (
        <Icon name={isPrivate ? 'lock' : 'hash'} />
      )}
      <div className={styles.headline}>
        <h1 className={styles.title} data-testid="room-heading">
          {title}
          {isPrivate ? <span className="visually-hidden">, {t('room.private')}</span> : null}
          {other ? <span className="visually-hidden">, {t('room.direct')}</span> : null}
        </h1>
        <RoomTopic topic={topic} />
      </div>
      {children}
    </header>
  );
};
