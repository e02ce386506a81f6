import type { Invitation } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { Button } from '../../ui/button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './admin.module.css';
import { SecretLink } from './secret-link.tsx';
import { type NewInvitation, useInvitations } from './use-invitations.ts';

const dayS = 24 * 60 * 60;
const lifetimes = { day: dayS, week: 7 * dayS, month: 30 * dayS, forever: null } as const;
const uses = { once: 1, ten: 10, any: null } as const;

interface InvitationFormProps {
  busy: boolean;
  onCreate: (input: NewInvitation) => void;
}

const InvitationForm = ({ busy, onCreate }: InvitationFormProps) => {
  const { t } = useTranslation();
  const [lifetime, setLifetime] = useState<keyof typeof lifetimes>('week');
  const [use, setUse] = useState<keyof typeof uses>('once');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onCreate({ expires_in_s: lifetimes[lifetime], max_uses: uses[use] });
  };
  return (
    <form className={styles.pair} onSubmit={submit}>
      <SelectField
        label={t('admin.lifetime')}
        value={lifetime}
        onChange={(event) => setLifetime(event.target.value as keyof typeof lifetimes)}
      >
        {(Object.keys(lifetimes) as (keyof typeof lifetimes)[]).map((each) => (
          <option key={each} value={each}>
            {t(`admin.lifetimes.${each}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('admin.uses')}
        value={use}
        onChange={(event) => setUse(event.target.value as keyof typeof uses)}
      >
        {(Object.keys(uses) as (keyof typeof uses)[]).map((each) => (
          <option key={each} value={each}>
            {t(`admin.useCounts.${each}`)}
          </option>
        ))}
      </SelectField>
      <Button type="submit" icon="plus" data-testid="invitation-create" aria-disabled={busy}>
        {t('admin.invite')}
      </Button>
    </form>
  );
};

interface InvitationItemProps {
  invitation: Invitation;
  busy: boolean;
  onRevoke: () => void;
}

const InvitationItem = ({ invitation, busy, onRevoke }: InvitationItemProps) => {
  const { t, i18n } = useTranslation();
  const { created_by: author, expires_at: end, max_uses: max, uses: count } = invitation;
  const toText = (at: string) => new Date(at).toLocaleString(i18n.language, { dateStyle: 'medium' });
  return (
    <li className={styles.item} data-testid="invitation">
      <p className={styles.name}>{t('admin.invitationOf', { name: author?.user_name ?? '…' })}</p>
      <p className={styles.note}>
        {max === null ? t('admin.used', { count }) : t('admin.usedOf', { count, max })}
        {' · '}
        {end === null ? t('admin.endless') : t('admin.until', { when: toText(end) })}
      </p>
      <div className={styles.actions}>
        <Button variant="quietDanger" data-testid="invitation-revoke" aria-disabled={busy} onClick={onRevoke}>
          {t('admin.revoke')}
        </Button>
      </div>
    </li>
  );
};

/** Links by which people may sign up, whoever they are. */
export const Invitations = () => {
  const { t } = useTranslation();
  const { list, code, busy, error, create, revoke } = useInvitations();
  const { ref, ...kept } = useKeptFocus<HTMLUListElement>(list.data);
  return (
    <section className={styles.section} aria-labelledby="admin-invitations">
      <h2 id="admin-invitations">{t('admin.invitations')}</h2>
      <InvitationForm busy={busy} onCreate={(input) => void create(input)} />
      {code ? <SecretLink place="invite" code={code} hint={t('admin.inviteHint')} /> : null}
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <Failure
        error={list.error}
        busy={list.status === 'loading'}
        onRetry={list.refresh}
        heir={ref}
        testId="invitations-failed"
      />
      <ul ref={ref} className={styles.list} aria-labelledby="admin-invitations" {...kept}>
        {list.data?.map((invitation) => (
          <InvitationItem
            key={invitation.id}
            invitation={invitation}
            busy={busy}
            onRevoke={() => void revoke(invitation.id)}
          />
        ))}
      </ul>
    </section>
  );
};
