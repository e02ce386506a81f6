import type { OpenRoom, RoomState, User } from '@boltorezka/sdk';
import { Lazily } from '../../ui/lazily.tsx';
import type { SettingsSection } from '../moderation/settings-sections.ts';
import type { RoomDialog } from './room-menu.tsx';

const loadInvite = () => import('../invitations/invite-dialog.tsx');
const loadSettings = () => import('../moderation/room-settings-dialog.tsx');
const loadLeave = () => import('./leave-dialog.tsx');

interface RoomDialogsProps {
  room: OpenRoom;
  state: RoomState;
  me: User;
  opened: RoomDialog | null;
  /** Where the settings begin. */
  first: SettingsSection | null;
  onClose: () => void;
}

/** The dialogs of a room's menu, each with code of its own. */
export const RoomDialogs = ({ room, state, me, opened, first, onClose }: RoomDialogsProps) => (
  <>
    <Lazily load={loadInvite} when={opened === 'invite'} onFail={onClose}>
      {({ InviteDialog }) => <InviteDialog room={state} open={opened === 'invite'} onClose={onClose} />}
    </Lazily>
    <Lazily load={loadSettings} when={opened === 'settings'} onFail={onClose}>
      {({ RoomSettingsDialog }) => (
        <RoomSettingsDialog
          room={room}
          state={state}
          me={me}
          open={opened === 'settings'}
          first={first}
          onClose={onClose}
        />
      )}
    </Lazily>
    <Lazily load={loadLeave} when={opened === 'leave'} onFail={onClose}>
      {({ LeaveDialog }) => <LeaveDialog state={state} me={me} open={opened === 'leave'} onClose={onClose} />}
    </Lazily>
  </>
);
