import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../ui/button.tsx';
import styles from './room.module.css';

interface RoomHeaderProps {
  title: string;
  onOpenLobby: (() => void) | null;
  children?: ReactNode;
}

export const RoomHeader = ({ title, onOpenLobby, children }: RoomHeaderProps) => {
  const { t } = useTranslation();
  return (
    <header className={styles.header}>
      {onOpenLobby ? (
        <IconButton icon="menu" label={t('lobby.open')} data-testid="lobby-open" onClick={onOpenLobby} />
      ) : null}
      <h1 className={styles.title} data-testid="room-heading">
        {title}
      </h1>
      {children}
    </header>
  );
};
