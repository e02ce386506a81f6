import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { IconButton } from '../../ui/button.tsx';
import { CreateRoomDialog } from './create-room-dialog.tsx';
import styles from './lobby.module.css';
import { RoomList } from './room-list.tsx';

interface LobbyProps {
  currentSlug: string;
  onPick: () => void;
}

/** The rooms that I may enter, and the way to make one. */
export const Lobby = ({ currentSlug, onPick }: LobbyProps) => {
  const { t } = useTranslation();
  const { router } = useServices();
  const [creating, setCreating] = useState(false);
  const open = (slug: string): void => {
    setCreating(false);
    router.openRoom(slug);
    onPick();
  };
  return (
    <nav className={styles.lobby} aria-label={t('lobby.rooms')}>
      <div className={styles.head}>
        <h2 className={styles.heading}>{t('lobby.rooms')}</h2>
        <IconButton
          icon="plus"
          label={t('lobby.create')}
          data-testid="room-create"
          onClick={() => setCreating(true)}
        />
      </div>
      <RoomList currentSlug={currentSlug} onPick={open} onCreate={() => setCreating(true)} />
      <CreateRoomDialog open={creating} onClose={() => setCreating(false)} onCreated={open} />
    </nav>
  );
};
