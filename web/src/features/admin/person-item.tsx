import type { AdminUser } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountErrorKey } from '../../lib/account-error.ts';
import { useServices } from '../../lib/services.tsx';
import { type Action, useAction } from '../../lib/use-action.ts';
import { useStore } from '../../lib/use-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './admin.module.css';
import { AdministratorDialog } from './administrator-dialog.tsx';
import { BanForm, DeleteForm } from './person-forms.tsx';
import { SecretLink } from './secret-link.tsx';

interface PersonItemProps {
  person: AdminUser;
  isMe: boolean;
  onChanged: (person: AdminUser) => void;
  onDeleted: () => void;
}

const useTimes = () => {
  const { i18n } = useTranslation();
  return (at: string) =>
    new Date(at).toLocaleString(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
};

const Facts = ({ person }: { person: AdminUser }) => {
  const { t } = useTranslation();
  const toText = useTimes();
  const { ban, last_seen_at: seen } = person;
  return (
    <div>
      <p className={styles.name}>{person.name}</p>
      <p className={styles.note}>
        {person.email}
        {person.is_administrator ? ` · ${t('admin.administrator')}` : ''}
        {seen === null ? '' : ` · ${t('account.lastUsed', { when: toText(seen) })}`}
      </p>
      {ban ? (
        <p className={styles.note} data-testid="person-ban">
          {ban.expires_at === null
            ? t('admin.banned')
            : t('admin.bannedUntil', { when: toText(ban.expires_at) })}
          {ban.reason === '' ? '' : ` ${ban.reason}`}
        </p>
      ) : null}
    </div>
  );
};

const RemovePicture = ({ person, action }: { person: AdminUser; action: Action }) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const pictureId = useStore(client.pictures.of(person.id));
  if (pictureId === null) return null;
  const remove = async (): Promise<void> => {
    if (await action.run(() => client.admin.removePicture(person.id))) toasts.show(t('admin.pictureRemoved'));
  };
  return (
    <Button data-testid="person-remove-picture" onClick={() => void remove()}>
      {t('admin.removePicture')}
    </Button>
  );
};

type Question = 'administrator' | 'ban' | 'delete';

interface PersonActionsProps extends PersonItemProps {
  action: Action;
  onCode: (code: string) => void;
  onAsk: (what: Question) => void;
}

const PersonActions = ({ person, isMe, action, onChanged, onCode, onAsk }: PersonActionsProps) => {
  const { t } = useTranslation();
  const { admin } = useServices().client;
  const unban = () =>
    void action.run(async () => onChanged(await admin.updateUser(person.id, { ban: null })));
  const reset = () => void action.run(async () => onCode((await admin.resetPassword(person.id)).code));
  return (
    <fieldset className={styles.actions}>
      <legend className="visually-hidden">{t('admin.actionsFor', { name: person.name })}</legend>
      <RemovePicture person={person} action={action} />
      <Button data-testid="person-reset" onClick={reset}>
        {t('admin.resetPassword')}
      </Button>
      <Button data-testid="person-admin" onClick={() => onAsk('administrator')}>
        {t(person.is_administrator ? 'admin.demote' : 'admin.promote')}
      </Button>
      {isMe ? null : person.ban ? (
        <Button data-testid="person-unban" onClick={unban}>
          {t('admin.unban')}
        </Button>
      ) : (
        <Button variant="quietDanger" data-testid="person-ban-open" onClick={() => onAsk('ban')}>
          {t('admin.ban')}
        </Button>
      )}
      {isMe ? null : (
        <Button variant="quietDanger" data-testid="person-delete-open" onClick={() => onAsk('delete')}>
          {t('account.delete')}
        </Button>
      )}
    </fieldset>
  );
};

/** One person, and what can be done about them. */
export const PersonItem = (props: PersonItemProps) => {
  const { person, onChanged, onDeleted } = props;
  const { t } = useTranslation();
  const action = useAction();
  const [code, setCode] = useState<string | null>(null);
  const [asking, setAsking] = useState<Question | null>(null);
  const close = (): void => setAsking(null);
  return (
    <li className={styles.item} data-testid="person" data-user-name={person.name}>
      <div className={styles.who}>
        <Avatar userId={person.id} name={person.name} />
        <Facts person={person} />
      </div>
      {action.error ? <Notice tone="danger">{t(accountErrorKey(action.error))}</Notice> : null}
      <PersonActions {...props} action={action} onCode={setCode} onAsk={setAsking} />
      {code ? (
        <SecretLink place="reset" code={code} hint={t('admin.resetHint', { name: person.name })} />
      ) : null}
      <AdministratorDialog
        person={person}
        isMe={props.isMe}
        open={asking === 'administrator'}
        onClose={close}
        onChanged={onChanged}
      />
      <Dialog open={asking === 'ban'} onClose={close} title={t('admin.banTitle', { name: person.name })}>
        <BanForm person={person} onClose={close} onDone={onChanged} />
      </Dialog>
      <Dialog
        open={asking === 'delete'}
        onClose={close}
        title={t('admin.deleteTitle', { name: person.name })}
      >
        <DeleteForm person={person} onClose={close} onDone={onDeleted} />
      </Dialog>
    </li>
  );
};
