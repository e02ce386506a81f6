import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { inWords } from '../moderation/durations.ts';
import styles from './invitations.module.css';
import { livesS, toNumber, usesOffered } from './terms.ts';
import type { Invitations, InvitationTerms } from './use-invitations.ts';

type Role = NonNullable<InvitationTerms['role']>;

interface InvitationFormProps {
  invitations: Invitations;
  /** The roles that I may invite to, the first one suggested. */
  roles: readonly Role[];
}

const useTerms = (roles: readonly Role[]) => {
  const [role, setRole] = useState<Role>(roles[0] ?? 'member');
  const [lifeS, setLifeS] = useState<number | null>(7 * 24 * 60 * 60);
  const [uses, setUses] = useState<number | null>(null);
  const terms: InvitationTerms = { role, expires_in_s: lifeS, max_uses: uses };
  return { role, setRole, lifeS, setLifeS, uses, setUses, terms };
};

const Life = ({ lifeS }: { lifeS: number | null }) => {
  const { t } = useTranslation();
  if (lifeS === null) return t('invitations.noEnd');
  const { unit, count } = inWords(lifeS);
  return t(`moderation.duration.${unit}`, { count });
};

/** On which terms people may come by a new link. */
export const InvitationForm = ({ invitations, roles }: InvitationFormProps) => {
  const { t } = useTranslation();
  const form = useTerms(roles);
  const { busy, error } = invitations.making;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!busy) void invitations.make(form.terms);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.terms}>
        <SelectField
          label={t('invitations.role')}
          data-testid="invitation-role"
          value={form.role}
          onChange={(event) => form.setRole(roles.find((role) => role === event.target.value) ?? 'member')}
        >
          {roles.map((role) => (
            <option key={role} value={role}>
              {t(`members.roleTitle.${role}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('invitations.life')}
          data-testid="invitation-life"
          value={String(form.lifeS ?? '')}
          onChange={(event) => form.setLifeS(toNumber(event.target.value))}
        >
          {livesS.map((lifeS) => (
            <option key={lifeS} value={String(lifeS ?? '')}>
              <Life lifeS={lifeS} />
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('invitations.uses')}
          data-testid="invitation-uses"
          value={String(form.uses ?? '')}
          onChange={(event) => form.setUses(toNumber(event.target.value))}
        >
          {usesOffered.map((uses) => (
            <option key={uses} value={String(uses ?? '')}>
              {uses === null ? t('invitations.anyNumber') : t('invitations.people', { count: uses })}
            </option>
          ))}
        </SelectField>
      </div>
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <Button
        type="submit"
        variant="primary"
        icon="link"
        data-testid="invitation-create"
        aria-disabled={busy}
        className={styles.submit}
      >
        {t('invitations.create')}
      </Button>
    </form>
  );
};
