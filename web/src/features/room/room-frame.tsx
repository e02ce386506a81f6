import type { Member, OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { catchFocus } from '../../lib/catch-focus.ts';
import { useServices } from '../../lib/services.tsx';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { IconName } from '../../ui/icon.tsx';
import type { MenuItem } from '../../ui/menu.tsx';
import { Spoken } from '../../ui/spoken.tsx';
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
  /** The same where there is no width for buttons: what the menu of the room begins with. */
  menuItems?: readonly MenuItem[];
  /** A panel of the conversation that stands at the right in the people's place. */
  side?: ReactNode;
  /** Puts a name into what is being written; left out where nothing can take it. */
  onMention?: (person: Member) => void;
  children: ReactNode;
}

interface TallyProps {
  icon: IconName;
  count: number;
  label: string;
  testId: string;
  onClick: () => void;
}

/** How many there are, and the way to them. It goes with the last of them, also from beneath the focus. */
const Tally = ({ icon, count, label, testId, onClick }: TallyProps) => {
  const ref = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const button = ref.current;
    return () => {
      if (document.activeElement === button) queueMicrotask(catchFocus);
    };
  }, []);
  return (
    <Button
      ref={ref}
      variant="ghost"
      className={styles.tally}
      icon={icon}
      title={label}
      aria-label={label}
      data-testid={testId}
      onClick={onClick}
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

/** What waits for me here, where that is mine to look after. */
const useWaiting = ({ slug, may }: RoomState) => {
  const { rooms } = useServices().client;
  const { joinRequestCount = 0, reportCount = 0 } = useStore(rooms.waiting)[slug] ?? {};
  const count = may.seeModeration ? joinRequestCount + reportCount : 0;
  return { count, section: joinRequestCount > 0 ? ('requests' as const) : ('reports' as const) };
};

type HeaderProps = Pick<RoomFrameProps, 'state' | 'title' | 'onOpenLobby' | 'actions' | 'menuItems'> & {
  /** Null where the people are in view. */
  onOpenPeople: (() => void) | null;
  onOpen: (dialog: RoomDialog, section?: SettingsSection) => void;
};

/** On a phone what waits for a moderator stands in the menu: the name needs the place. */
const FrameHeader = (props: HeaderProps) => {
  const { t } = useTranslation();
  const { state, title, onOpenLobby, onOpenPeople, onOpen, actions, menuItems = [] } = props;
  const roomy = useMediaQuery('(min-width: 45rem)');
  const { count, section } = useWaiting(state);
  const label = t('lobby.waiting', { count });
  const here = state.members.length;
  const openWaiting = (): void => onOpen('settings', section);
  const waitingItem: MenuItem[] =
    count > 0 && !roomy
      ? [{ id: 'waiting', label, icon: 'shield', testId: 'waiting-open', onSelect: openWaiting }]
      : [];
  return (
    <RoomHeader slug={state.slug} title={title} topic={state.details?.topic ?? ''} onOpenLobby={onOpenLobby}>
      <Spoken testId="waiting-spoken">{count > 0 ? label : null}</Spoken>
      {count > 0 && roomy ? (
        <Tally icon="shield" count={count} label={label} testId="waiting-open" onClick={openWaiting} />
      ) : null}
      {actions}
      {onOpenPeople ? (
        <Tally
          icon="users"
          count={here}
          label={t('members.count', { count: here })}
          testId="members-open"
          onClick={onOpenPeople}
        />
      ) : null}
      <RoomMenu
        state={state}
        first={[...waitingItem, ...menuItems]}
        news={[
          ...(waitingItem.length > 0 ? [{ count, label }] : []),
          ...menuItems.flatMap(({ news }) => news ?? []),
        ]}
        onOpen={onOpen}
      />
    </RoomHeader>
  );
};

/** What stands around a conversation: its name above, its people beside it, and the dialogs of both. */
export const RoomFrame = (props: RoomFrameProps) => {
  const { room, me, side, onMention, children, ...header } = props;
  const { state } = header;
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
      <div className={styles.room} data-testid="room" data-status={state.status}>
        <FrameHeader
          {...header}
          state={state}
          onOpenPeople={wide ? null : () => setPeopleOpen(true)}
          onOpen={open}
        />
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
