import type { Member, User, VoiceParticipant } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../../ui/avatar.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './room.module.css';

interface MemberListProps {
  members: Member[];
  participants: VoiceParticipant[];
  me: User;
}

/** Who is in the room now. */
export const MemberList = ({ members, participants, me }: MemberListProps) => {
  const { t } = useTranslation();
  const inVoice = new Set(participants.map(({ userId }) => userId));
  if (members.length === 0) return <p className={styles.membersEmpty}>{t('members.empty')}</p>;
  return (
    <ul className={styles.memberList}>
      {members.map(({ userId, userName }) => (
        <li key={userId} className={styles.member} data-testid="member" data-user-name={userName}>
          <Avatar userId={userId} name={userName} />
          <span className={styles.memberName}>{userName}</span>
          {userId === me.id ? <span className={styles.memberNote}>{t('common.you')}</span> : null}
          {inVoice.has(userId) ? (
            <span className={styles.memberVoice} title={t('members.inVoice')}>
              <Icon name="sound" small />
              <span className="visually-hidden">{t('members.inVoice')}</span>
            </span>
          ) : null}
        </li>
      ))}
    </ul>
  );
};
