import type { Invitation } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { useMoment } from '../../lib/use-moment.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './invitations.module.css';
import type { Invitations } from './use-invitations.ts';

interface InvitationRowProps {
  invitation: Invitation;
  busy: boolean;
  onRevoke: () => void;
}

const InvitationRow = ({ invitation, busy, onRevoke }: InvitationRowProps) => {
  const { t } = useTranslation();
  const moment = useMoment();
  const { role, created_by, created_at, expires_at, max_uses, uses } = invitation;
  const terms = [
    expires_at === null ? t('invitations.noEnd') : t('invitations.until', { moment: moment(expires_at) }),
    max_uses === null
      ? t('invitations.used', { count: uses })
      : t('invitations.usedOf', { count: uses, max: max_uses }),
  ];
  const made = created_by
    ? t('invitations.madeBy', { name: created_by.user_name, moment: moment(created_at) })
    : t('invitations.made', { moment: moment(created_at) });
  return (
    <li className={styles.row} data-testid="invitation">
      <div className={styles.rowText}>
        <p className={styles.rowTitle}>
          {t(`members.roleTitle.${role}`)} · {terms.join(' · ')}
        </p>
        <p className={styles.soft}>{made}</p>
      </div>
      <Button data-testid="invitation-revoke" aria-disabled={busy} onClick={onRevoke}>
        {t('invitations.revoke')}
        <span className="visually-hidden">: {made}</span>
      </Button>
    </li>
  );
};

interface InvitationListProps {
  invitations: Invitations;
}

/** The links that still work. What they are is no longer known: only their terms. */
export const InvitationList = ({ invitations }: InvitationListProps) => {
  const { t } = useTranslation();
  const { list, revoking, revoke } = invitations;
  const { ref, ...kept } = useKeptFocus<HTMLUListElement>(list.items);
  if (list.status === 'failed' && !list.items) {
    return (
      <Notice tone="danger" action={<Button onClick={list.refresh}>{t('common.tryAgain')}</Button>}>
        {t(errorTextKey(list.error))}
      </Notice>
    );
  }
  if (!list.items) return <p className={styles.soft}>{t('invitations.loading')}</p>;
  return (
    <>
      {revoking.error ? <Notice tone="danger">{t(errorTextKey(revoking.error))}</Notice> : null}
      {list.items.length === 0 ? <p className={styles.soft}>{t('invitations.none')}</p> : null}
      <ul ref={ref} className={styles.list} aria-label={t('invitations.working')} {...kept}>
        {list.items.map((invitation) => (
          <InvitationRow
            key={invitation.id}
            invitation={invitation}
            busy={revoking.busy}
            onRevoke={() => void revoke(invitation)}
          />
        ))}
      </ul>
      {list.hasMore ? (
        <Button className={styles.more} data-testid="invitations-more" onClick={list.loadMore}>
          {t('moderation.more')}
        </Button>
      ) : null}
    </>
  );
};
