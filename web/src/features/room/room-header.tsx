import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './room.module.css';

interface RoomHeaderProps {
  slug: string;
  title: string;
  onOpenLobby: (() => void) | null;
  children?: ReactNode;
}

export const RoomHeader = ({ slug, title, onOpenLobby, children }: RoomHeaderProps) => {
  const { t } = useTranslation();
  const { rooms } = useStore(useServices().client.rooms.state);
  const isPrivate = rooms.some((room) => room.slug === slug && !room.isPublic);
  return (
    <header className={styles.header}>
      {onOpenLobby ? (
        <IconButton icon="menu" label={t('lobby.open')} data-testid="lobby-open" onClick={onOpenLobby} />
      ) : null}
      <Icon name={isPrivate ? 'lock' : 'hash'} />
      <h1 className={styles.title} data-testid="room-heading">
        {title}
        {isPrivate ? <span className="visually-hidden">, {t('room.private')}</span> : null}
      </h1>
      {children}
    </header>
  );
};
