import type { RoomState } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { ownStanding, rolesToInvite } from '../members/standing.ts';
import { InvitationsSection } from './invitations-section.tsx';

interface InviteDialogProps {
  room: Pick<RoomState, 'slug' | 'title' | 'self' | 'may'>;
  open: boolean;
  onClose: () => void;
}

/** The way to bring somebody in, for whoever may. */
export const InviteDialog = ({ room, open, onClose }: InviteDialogProps) => {
  const { t } = useTranslation();
  const standing = ownStanding(room.may, room.self?.role ?? null);
  return (
    <Dialog open={open} onClose={onClose} title={t('invitations.title', { room: room.title })}>
      <InvitationsSection slug={room.slug} roles={room.may.invite ? rolesToInvite(standing) : []} />
    </Dialog>
  );
};
