import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import type { PersonDialogProps } from './person-dialogs.tsx';
import { useSentence } from './use-sentence.ts';

/** Sends somebody out of the room. */
export const RemoveDialog = ({ room, person, open, onClose }: PersonDialogProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { busy, error, pass } = useSentence(onClose);
  const name = person.userName;
  const remove = (): Promise<void> =>
    pass(
      () => client.call('members.remove', { params: { slug: room.slug, user_id: person.userId } }),
      t('moderation.remove.done', { name }),
    );
  return (
    <ConfirmDialog
      danger
      open={open}
      title={t('moderation.remove.title', { name })}
      text={
        <p>{t(room.details?.isPublic ? 'moderation.remove.textPublic' : 'moderation.remove.textPrivate')}</p>
      }
      confirmLabel={t('moderation.remove.submit')}
      busy={busy}
      error={error}
      onConfirm={() => void remove()}
      onClose={onClose}
    />
  );
};
