import { useTranslation } from 'react-i18next';
import { Notice } from '../../ui/notice.tsx';
import type { useInvitation } from './use-invitation.ts';

/** Who invites, and to what. */
export const InvitationNotice = ({ face }: { face: ReturnType<typeof useInvitation> }) => {
  const { t } = useTranslation();
  if (face === 'unknown') return null;
  if (face === 'ended') {
    return (
      <Notice tone="warning" testId="invite-ended">
        {t('invite.ended')}
      </Notice>
    );
  }
  const { room_title: room, invited_by: name } = face;
  const to = room === null ? t('invite.toServer') : t('invite.toRoom', { room });
  return (
    <Notice tone="info" testId="invite-face" icon="users">
      {name === null ? to : `${to} ${t('invite.by', { name })}`}
    </Notice>
  );
};
