import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { ariaShortcut, shortcutLabel, useShortcut } from '../../lib/use-shortcut.ts';
import { IconButton } from '../../ui/button.tsx';
import { Lazily } from '../../ui/lazily.tsx';
import styles from './lobby.module.css';
import { RoomList } from './room-list.tsx';

const loadCreate = () => import('./create-room-dialog.tsx');
const loadSwitcher = () => import('./quick-switcher.tsx');
const loadDirect = () => import('../people/new-direct-dialog.tsx');

interface LobbyProps {
  currentSlug: string;
  onPick: () => void;
  onSwitch: () => void;
}

const switchKey = { code: 'KeyK' };

type Opened = 'create' | 'direct' | null;

/** The rooms that I may enter, and the ways to another one. */
export const Lobby = ({ currentSlug, onPick, onSwitch }: LobbyProps) => {
  const { t } = useTranslation();
  const { router } = useServices();
  const [opened, setOpened] = useState<Opened>(null);
  const close = (): void => setOpened(null);
  const open = (slug: string): void => {
    close();
    router.openRoom(slug);
    onPick();
  };
  return (
    <nav className={styles.lobby} aria-label={t('lobby.rooms')}>
      <div className={styles.head}>
        <h2 className={styles.heading}>{t('lobby.rooms')}</h2>
        <IconButton
          icon="search"
          label={t('lobby.switch', { keys: shortcutLabel(switchKey) })}
          aria-keyshortcuts={ariaShortcut(switchKey)}
          data-testid="switch-open"
          onClick={onSwitch}
        />
        <IconButton
          icon="plus"
          label={t('lobby.create')}
          data-testid="room-create"
          onClick={() => setOpened('create')}
        />
      </div>
      <RoomList
        currentSlug={currentSlug}
        onPick={open}
        onCreate={() => setOpened('create')}
        onWrite={() => setOpened('direct')}
      />
      <Lazily load={loadCreate} when={opened === 'create'} onFail={close}>
        {({ CreateRoomDialog }) => (
          <CreateRoomDialog open={opened === 'create'} onClose={close} onCreated={open} />
        )}
      </Lazily>
      <Lazily load={loadDirect} when={opened === 'direct'} onFail={close}>
        {({ NewDirectDialog }) => (
          <NewDirectDialog open={opened === 'direct'} onClose={close} onOpened={open} />
        )}
      </Lazily>
    </nav>
  );
};

interface QuickSwitchProps {
  open: boolean;
  onOpen: () => void;
  onClose: () => void;
  onPick: () => void;
}

/** The way to any room or person by a few letters: Ctrl+K, wherever one is. */
export const QuickSwitch = ({ open, onOpen, onClose, onPick }: QuickSwitchProps) => {
  const { router } = useServices();
  useShortcut(switchKey, onOpen);
  return (
    <Lazily load={loadSwitcher} when={open} onFail={onClose}>
      {({ QuickSwitcher }) => (
        <QuickSwitcher
          open={open}
          onClose={onClose}
          onOpened={(slug) => {
            onClose();
            router.openRoom(slug);
            onPick();
          }}
        />
      )}
    </Lazily>
  );
};
