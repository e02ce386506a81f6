import { AppError, type RoomState, type User } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { useOtherRoom } from './use-other-room.ts';

interface LeaveDialogProps {
  state: RoomState;
  me: User;
  open: boolean;
  onClose: () => void;
}

const isLastOwner = (error: unknown): boolean => error instanceof AppError && error.code === 'Conflict';

/** Leaving for good: one belongs to the room no more. */
export const LeaveDialog = ({ state, me, open, onClose }: LeaveDialogProps) => {
  const { t } = useTranslation();
  const { client, router, toasts } = useServices();
  const { busy, error, run } = useAction();
  const other = useOtherRoom(state.slug);
  const { slug, title, details } = state;
  const leave = async (): Promise<void> => {
    const params = { slug, user_id: me.id };
    if (!(await run(() => client.call('members.remove', { params })))) return;
    toasts.show(t('room.left', { room: title }));
    if (other) router.openRoom(other.slug, { replace: true });
  };
  const errorText = (): string | null => {
    if (error === null) return null;
    return t(isLastOwner(error) ? 'room.lastOwner' : errorTextKey(error));
  };
  return (
    <ConfirmDialog
      danger
      open={open}
      title={t('room.leaveTitle', { room: title })}
      text={<p>{t(details?.isPublic ? 'room.leavePublic' : 'room.leavePrivate')}</p>}
      confirmLabel={t('room.leave')}
      busy={busy}
      error={errorText()}
      onConfirm={() => void leave()}
      onClose={onClose}
    />
  );
};
