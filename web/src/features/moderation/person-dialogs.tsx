import type { RoomState } from '@boltorezka/sdk';
import type { Asked } from '../members/use-person-actions.tsx';
import { BanDialog } from './ban-dialog.tsx';
import { BlockDialog } from './block-dialog.tsx';
import { MuteDialog } from './mute-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RoleDialog } from './role-dialog.tsx';

export interface PersonDialogProps {
  room: Pick<RoomState, 'slug' | 'title' | 'details' | 'self' | 'may'>;
  person: Asked['person'];
  open: boolean;
  onClose: () => void;
}

interface PersonDialogsProps {
  room: PersonDialogProps['room'];
  asked: Asked;
  onClose: () => void;
}

/** What asks before something is done to somebody. */
export const PersonDialogs = ({ room, asked, onClose }: PersonDialogsProps) => {
  const props = { room, person: asked.person, open: asked.isOpen, onClose };
  switch (asked.action) {
    case 'role':
      return <RoleDialog {...props} />;
    case 'stepDown':
      return <RoleDialog isSelf {...props} />;
    case 'mute':
      return <MuteDialog {...props} />;
    case 'remove':
      return <RemoveDialog {...props} />;
    case 'ban':
      return <BanDialog {...props} />;
    case 'block':
      return <BlockDialog person={asked.person} open={asked.isOpen} onClose={onClose} />;
    default:
      return asked.action satisfies never;
  }
};
