import type { User } from '@boltorezka/sdk';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AdminScreen } from '../features/admin/admin-screen.tsx';
import { stuckNotice } from '../features/attachments/stuck-notice.ts';
import { InboxButton } from '../features/inbox/inbox-button.tsx';
import { Lobby, QuickSwitch } from '../features/lobby/lobby.tsx';
import { followRoomNames } from '../features/lobby/room-names.ts';
import { Notifications } from '../features/notifications/notifications.tsx';
import { NotifyPrompt } from '../features/notifications/notify-prompt.tsx';
import { RoomScreen } from '../features/room/room-screen.tsx';
import { SettingsDialog } from '../features/settings/settings-dialog.tsx';
import { CallBar } from '../features/voice/call-bar.tsx';
import { VoiceNotices } from '../features/voice/voice-notices.tsx';
import { useServices } from '../lib/services.tsx';
import { useMediaQuery } from '../lib/use-media-query.ts';
import { useStore } from '../lib/use-store.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Mark } from '../ui/mark.tsx';
import { ConnectionLine } from './connection-line.tsx';
import styles from './shell.module.css';
import { SkipLink } from './skip-link.tsx';
import { UserPanel } from './user-panel.tsx';

const firstRoom = 'general';

/** The room that the address names; an address without one leads to the last room, else to the general one. */
const useCurrentRoom = (): string => {
  const { router, preferences } = useServices();
  const named = useStore(router.roomSlug);
  const place = useStore(router.place);
  const slug = named ?? preferences.loadLastRoom() ?? firstRoom;
  useEffect(() => {
    if (named === null && place !== 'admin') router.openRoom(slug, { replace: true });
  }, [named, place, slug, router]);
  return slug;
};

interface SideProps {
  wide: boolean;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** Beside the room where there is width for it; else behind a button, over the room. */
const Side = ({ wide, open, onClose, children }: SideProps) => {
  const { t } = useTranslation();
  if (wide) {
    return (
      <aside className={styles.side} aria-label={t('app.name')}>
        <p className={styles.brand}>
          <Mark />
          {t('app.name')}
        </p>
        {children}
      </aside>
    );
  }
  return (
    <Dialog edge="left" title={t('app.name')} open={open} onClose={onClose}>
      <div className={styles.drawer}>{children}</div>
    </Dialog>
  );
};

interface ShellProps {
  user: User;
}

/** What was chosen to be sent is nobody else's. */
const useOwnUploads = ({ id }: User): void => {
  const { uploads } = useServices();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is about this person.
  useEffect(() => () => uploads.clear(), [uploads, id]);
};

/** What waited for its files in another room, and does not go, is said wherever one is. */
const useStuckMessages = (): void => {
  const { t } = useTranslation();
  const { client, toasts, uploads } = useServices();
  useEffect(() => {
    const names = followRoomNames(client.rooms.state);
    const stopListening = uploads.onStuck((place, why) => {
      const { key, values } = stuckNotice(place, why, names.find(place.roomSlug));
      toasts.show(t(key, values));
    });
    return () => {
      stopListening();
      names.stop();
    };
  }, [client, toasts, uploads, t]);
};

export const Shell = ({ user }: ShellProps) => {
  const slug = useCurrentRoom();
  useOwnUploads(user);
  useStuckMessages();
  const administers = useStore(useServices().router.place) === 'admin';
  const wide = useMediaQuery('(min-width: 45rem)');
  const [lobbyOpen, setLobbyOpen] = useState(false);
  const [switching, setSwitching] = useState(false);
  const [settingsOpen, setSettingsOpen] = useState(false);
  return (
    <div className={styles.shell}>
      <SkipLink to="conversation" />
      <Side wide={wide} open={lobbyOpen} onClose={() => setLobbyOpen(false)}>
        <InboxButton onLeave={() => setLobbyOpen(false)} />
        <Lobby currentSlug={slug} onPick={() => setLobbyOpen(false)} onSwitch={() => setSwitching(true)} />
        {wide ? <CallBar /> : null}
        <UserPanel user={user} onOpenSettings={() => setSettingsOpen(true)} />
      </Side>
      <main id="conversation" tabIndex={-1} className={styles.main}>
        <ConnectionLine />
        <NotifyPrompt />
        <VoiceNotices />
        {administers ? (
          <AdminScreen me={user} />
        ) : (
          <RoomScreen key={slug} slug={slug} me={user} onOpenLobby={wide ? null : () => setLobbyOpen(true)} />
        )}
      </main>
      {wide ? null : <CallBar />}
      <Notifications />
      <QuickSwitch
        open={switching}
        onOpen={() => setSwitching(true)}
        onClose={() => setSwitching(false)}
        onPick={() => setLobbyOpen(false)}
      />
      <SettingsDialog user={user} open={settingsOpen} onClose={() => setSettingsOpen(false)} />
    </div>
  );
};
