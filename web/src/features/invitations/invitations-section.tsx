import { useTranslation } from 'react-i18next';
import { InvitationForm } from './invitation-form.tsx';
import { InvitationList } from './invitation-list.tsx';
import styles from './invitations.module.css';
import { NewLink } from './new-link.tsx';
import { useInvitations } from './use-invitations.ts';

interface InvitationsSectionProps {
  slug: string;
  /** The roles that I may invite to; none where the room takes nobody in. */
  roles: readonly ('moderator' | 'member' | 'guest')[];
}

/** Links by which people come into the room: a new one, and those that still work. */
export const InvitationsSection = ({ slug, roles }: InvitationsSectionProps) => {
  const { t } = useTranslation();
  const invitations = useInvitations(slug);
  return (
    <div className={styles.section} data-testid="invitations">
      {roles.length > 0 ? (
        <InvitationForm invitations={invitations} roles={roles} />
      ) : (
        <p className={styles.soft}>{t('invitations.closed')}</p>
      )}
      {invitations.link ? <NewLink url={invitations.link.url} /> : null}
      <section className={styles.working}>
        <h3>{t('invitations.working')}</h3>
        <InvitationList invitations={invitations} />
      </section>
    </div>
  );
};
