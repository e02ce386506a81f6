import type { AdminUser } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { accountErrorKey } from '../../lib/account-error.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';

interface AdministratorDialogProps {
  person: AdminUser;
  isMe: boolean;
  open: boolean;
  onClose: () => void;
  onChanged: (person: AdminUser) => void;
}

/** Makes somebody an administrator, or ends it: each is said before it is done, as either hands over or takes the server. */
export const AdministratorDialog = (props: AdministratorDialogProps) => {
  const { person, isMe, open, onClose, onChanged } = props;
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { busy, error, run } = useAction();
  const { name } = person;
  const act = person.is_administrator ? 'demote' : 'promote';
  const set = async (): Promise<void> => {
    const change = { is_administrator: act === 'promote' };
    const pass = async (): Promise<void> => {
      const changed = await client.admin.updateUser(person.id, change);
      // Before what it asks of is another thing.
      onClose();
      onChanged(changed);
    };
    if (!(await run(pass))) return;
    toasts.show(t(`admin.${act}d`, { name }));
  };
  return (
    <ConfirmDialog
      danger={act === 'demote'}
      open={open}
      title={t(`admin.${act}Title`, { name })}
      text={<p>{t(isMe && act === 'demote' ? 'admin.demoteOwnText' : `admin.${act}Text`)}</p>}
      confirmLabel={t(`admin.${act}`)}
      busy={busy}
      error={error ? t(accountErrorKey(error)) : null}
      onConfirm={() => void set()}
      onClose={onClose}
    />
  );
};
