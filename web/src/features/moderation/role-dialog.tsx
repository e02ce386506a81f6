import type { MemberRole } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Choice } from '../../ui/field.tsx';
import { ownStanding, rolesToGive } from '../members/standing.ts';
import styles from './moderation.module.css';
import type { PersonDialogProps } from './person-dialogs.tsx';
import { useSentence } from './use-sentence.ts';

interface RoleDialogProps extends PersonDialogProps {
  isSelf?: boolean;
}

/** What somebody is in the room, each with what it may do. */
export const RoleDialog = ({ room, person, open, onClose, isSelf = false }: RoleDialogProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { busy, error, pass } = useSentence(onClose);
  const [role, setRole] = useState<MemberRole>(person.role ?? 'member');
  const standing = ownStanding(room.may, room.self?.role ?? null);
  const choices = rolesToGive({ standing, target: person.role, isSelf });
  const name = person.userName;
  const give = (): Promise<void> =>
    pass(
      () =>
        client.call('members.set', { params: { slug: room.slug, user_id: person.userId }, body: { role } }),
      t('moderation.role.done', { name, role: t(`members.role.${role}`) }),
    );
  return (
    <ConfirmDialog
      open={open}
      title={isSelf ? t('moderation.role.ownTitle') : t('moderation.role.title', { name })}
      text={isSelf ? <p>{t('moderation.role.ownText')}</p> : null}
      confirmLabel={t('moderation.role.submit')}
      disabled={role === person.role}
      busy={busy}
      error={error}
      onConfirm={() => void give()}
      onClose={onClose}
    >
      <fieldset className={styles.choices}>
        <legend className="visually-hidden">{t('moderation.role.legend')}</legend>
        {choices.map((choice) => (
          <Choice
            key={choice}
            type="radio"
            name="role"
            label={t(`members.roleTitle.${choice}`)}
            hint={t(`members.roleHint.${choice}`)}
            data-testid={`role-${choice}`}
            checked={role === choice}
            onChange={() => setRole(choice)}
          />
        ))}
      </fieldset>
    </ConfirmDialog>
  );
};
