import type { VoiceParticipant } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { cx } from '../../lib/cx.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { type ParticipantStatus, statusOf } from './participant-status.ts';
import styles from './voice.module.css';

const icons: Record<ParticipantStatus, IconName> = {
  blocked: 'ban',
  reconnecting: 'reconnecting',
  deafened: 'headphonesOff',
  mutedByServer: 'micOff',
  muted: 'micOff',
  speaking: 'sound',
  listening: 'mic',
};

interface ParticipantChipProps {
  participant: VoiceParticipant;
  speaking: boolean;
  me: boolean;
  blocked: boolean;
  onUnblock: () => void;
}

/** One person in the call. What they are doing is said in shape and in words, never by colour alone. */
export const ParticipantChip = ({ participant, speaking, me, blocked, onUnblock }: ParticipantChipProps) => {
  const { t } = useTranslation();
  const { userId, userName } = participant;
  const status = statusOf(participant, speaking, blocked);
  return (
    <li
      className={cx(styles.chip, status === 'reconnecting' && styles.faded)}
      data-testid="voice-participant"
      data-user-name={userName}
      data-speaking={speaking}
      data-status={status}
    >
      <Avatar userId={userId} name={userName} speaking={status === 'speaking'} />
      <span className={styles.chipText}>
        <span className={styles.chipName}>
          {userName}
          {me ? <span className={styles.chipYou}> ({t('common.you')})</span> : null}
        </span>
        <span className={cx(styles.chipStatus, styles[status])}>
          <Icon name={icons[status]} small />
          {t(`voice.person.${status}`)}
        </span>
      </span>
      {blocked ? (
        <Button variant="link" title={t('voice.unblockHint')} data-testid="voice-unblock" onClick={onUnblock}>
          {t('members.actions.unblock')}
          <span className="visually-hidden">: {userName}</span>
        </Button>
      ) : null}
    </li>
  );
};
