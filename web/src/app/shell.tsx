import type { User } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Lobby } from '../features/lobby/lobby.tsx';
import { RoomScreen } from '../features/room/room-screen.tsx';
import { SettingsDialog } from '../features/settings/settings-dialog.tsx';
import { CallBar } from '../features/voice/call-bar.tsx';
import { VoiceNotices } from '../features/voice/voice-notices.tsx';
import { useServices } from '../lib/services.tsx';
import { useMediaQuery } from '../lib/use-media-query.ts';
import { useStore } from '../lib/use-store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ConnectionLine } from './connection-line.tsx';
import styles from './shell.module.css';
import { UserPanel } from './user-panel.tsx';

const firstRoom = 'general';

/** The room that the address names; an address without one leads to the last room, else to the general one. */
const useCurrentRoom = (): string => {
  const { router, preferences } = useServices();
  const named = useStore(router.roomSlug);
  const slug = named ?? preferences.loadLastRoom() ?? firstRoom;
  useEffect(() => {
    if (named === null) router.openRoom(slug, { replace: true });
  }, [named, slug, router]);
  return slug;
};

interface ShellProps {
  user: User;
}

export const Shell = ({ user }: ShellProps) => {
  const { t } = useTranslation();
  const slug = useCurrentRoom();
  const wide = useMediaQuery('(min-width: 45rem)');
  const [lobbyOpen, setLobbyOpen] = useState(false);
  const [settingsOpen, setSettingsOpen] = useState(false);
  const [drafts] = useState(() => new Map<string, string>());
  const lobby = <Lobby currentSlug={slug} onPick={() => setLobbyOpen(false)} />;
  const userPanel = <UserPanel user={user} onOpenSettings={() => setSettingsOpen(true)} />;
  return (
    <div className={styles.shell}>
      {wide ? (
        <aside className={styles.side}>
          <p className={styles.brand}>{t('app.name')}</p>
          {lobby}
          <CallBar />
          {userPanel}
        </aside>
      ) : (
        <Dialog edge="left" title={t('app.name')} open={lobbyOpen} onClose={() => setLobbyOpen(false)}>
          <div className={styles.drawer}>
            {lobby}
            {userPanel}
          </div>
        </Dialog>
      )}
      <main className={styles.main}>
        <ConnectionLine />
        <VoiceNotices />
        <RoomScreen
          key={slug}
          slug={slug}
          me={user}
          drafts={drafts}
          onOpenLobby={wide ? null : () => setLobbyOpen(true)}
        />
      </main>
      {wide ? null : <CallBar />}
      <SettingsDialog open={settingsOpen} onClose={() => setSettingsOpen(false)} />
    </div>
  );
};
