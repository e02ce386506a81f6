import type { Member, OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { MembersPanel } from '../members/members-panel.tsx';
import { usePersonActions } from '../members/use-person-actions.tsx';
import type { SettingsSection } from '../moderation/settings-sections.ts';
import styles from './room.module.css';
import { RoomDialogs } from './room-dialogs.tsx';
import { RoomHeader } from './room-header.tsx';
import { type RoomDialog, RoomMenu } from './room-menu.tsx';

interface RoomFrameProps {
  room: OpenRoom;
  state: RoomState;
  title: string;
  me: User;
  onOpenLobby: (() => void) | null;
  /** Buttons of the conversation in the header: search, pinned messages. */
  actions?: ReactNode;
  /** A panel of the conversation that stands at the right in the people's place. */
  side?: ReactNode;
  /** Puts a name into what is being written; left out where nothing can take it. */
  onMention?: (person: Member) => void;
  children: ReactNode;
}

interface MembersButtonProps {
  count: number;
  onClick: () => void;
}

const MembersButton = ({ count, onClick }: MembersButtonProps) => {
  const { t } = useTranslation();
  const label = t('members.count', { count });
  return (
    <Button
      variant="ghost"
      icon="users"
      title={label}
      aria-label={label}
      data-testid="members-open"
      onClick={onClick}
    >
      {count}
    </Button>
  );
};

interface WaitingButtonProps {
  slug: string;
  onOpen: (first: SettingsSection) => void;
}

/** Shows moderators that somebody waits for them, and leads there. */
const WaitingButton = ({ slug, onOpen }: WaitingButtonProps) => {
  const { t } = useTranslation();
  const waiting = useStore(useServices().client.rooms.waiting)[slug];
  const { joinRequestCount = 0, reportCount = 0 } = waiting ?? {};
  const count = joinRequestCount + reportCount;
  if (count === 0) return null;
  const label = t('lobby.waiting', { count });
  return (
    <Button
      variant="ghost"
      icon="shield"
      title={label}
      aria-label={label}
      data-testid="waiting-open"
      onClick={() => onOpen(joinRequestCount > 0 ? 'requests' : 'reports')}
    >
      {count}
    </Button>
  );
};

interface PeopleProps {
  wide: boolean;
  open: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** Beside the conversation where there is width for it; else behind a button, over it. */
const People = ({ wide, open, onClose, children }: PeopleProps) => {
  const { t } = useTranslation();
  if (wide) {
    return (
      <aside className={styles.members} aria-labelledby="members-heading">
        <h2 id="members-heading" className={styles.membersHeading}>
          {t('members.people')}
        </h2>
        {children}
      </aside>
    );
  }
  return (
    <Dialog edge="right" title={t('members.people')} open={open} onClose={onClose}>
      {children}
    </Dialog>
  );
};

const useRoomDialogs = () => {
  const [opened, setOpened] = useState<RoomDialog | null>(null);
  const [first, setFirst] = useState<SettingsSection | null>(null);
  return {
    opened,
    first,
    open: (dialog: RoomDialog, section: SettingsSection | null = null): void => {
      setFirst(section);
      setOpened(dialog);
    },
    close: (): void => setOpened(null),
  };
};

/** What stands around a conversation: its name above, its people beside it, and the dialogs of both. */
export const RoomFrame = (props: RoomFrameProps) => {
  const { room, state, title, me, onOpenLobby, actions, side, onMention, children } = props;
  const wide = useMediaQuery('(min-width: 64rem)');
  const [peopleOpen, setPeopleOpen] = useState(false);
  const { opened, first, open, close } = useRoomDialogs();
  const mention =
    onMention &&
    ((person: Member): void => {
      setPeopleOpen(false);
      onMention(person);
    });
  const { act, dialogs } = usePersonActions(state, mention);
  return (
    <div className={styles.columns}>
      <div className={styles.room}>
        <RoomHeader
          slug={state.slug}
          title={title}
          topic={state.details?.topic ?? ''}
          onOpenLobby={onOpenLobby}
        >
          {state.may.seeModeration ? (
            <WaitingButton slug={state.slug} onOpen={(section) => open('settings', section)} />
          ) : null}
          {actions}
          {wide ? null : <MembersButton count={state.members.length} onClick={() => setPeopleOpen(true)} />}
          <RoomMenu state={state} onOpen={open} />
        </RoomHeader>
        {children}
      </div>
      {side ?? (
        <People wide={wide} open={peopleOpen} onClose={() => setPeopleOpen(false)}>
          <MembersPanel state={state} me={me} canMention={onMention !== undefined} onAct={act} />
        </People>
      )}
      {dialogs}
      <RoomDialogs room={room} state={state} me={me} opened={opened} first={first} onClose={close} />
    </div>
  );
};
