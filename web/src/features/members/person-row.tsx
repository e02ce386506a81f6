import type { VoiceParticipant } from '@boltorezka/sdk';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../lib/cx.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import type { MenuItem } from '../../ui/menu.tsx';
import { type MenuButtonProps, WithMenu } from '../../ui/menu-button.tsx';
import { type ParticipantStatus, statusOf } from '../voice/participant-status.ts';
import styles from './members.module.css';
import type { PersonAction } from './person-actions.ts';
import type { RosterPerson } from './roster.ts';

const voiceIcons: Record<ParticipantStatus, IconName> = {
  blocked: 'ban',
  reconnecting: 'reconnecting',
  deafened: 'headphonesOff',
  mutedByServer: 'micOff',
  muted: 'micOff',
  speaking: 'sound',
  listening: 'mic',
};

const actionIcons: Record<PersonAction, IconName> = {
  message: 'mail',
  mention: 'at',
  role: 'shield',
  stepDown: 'shield',
  mute: 'micOff',
  unmute: 'mic',
  remove: 'door',
  ban: 'ban',
  block: 'ban',
  unblock: 'check',
};

const dangerous: ReadonlySet<PersonAction> = new Set(['remove', 'ban', 'block']);
/** The groups of the menu: what concerns the two of us, what moderators do, what keeps somebody off. */
const groupOf = (action: PersonAction | undefined): number => {
  if (action === undefined || action === 'message' || action === 'mention') return 0;
  return action === 'block' || action === 'unblock' ? 2 : 1;
};

interface VoiceMarkProps {
  participant: VoiceParticipant;
  speaking: boolean;
  isBlocked: boolean;
}

const VoiceMark = ({ participant, speaking, isBlocked }: VoiceMarkProps) => {
  const { t } = useTranslation();
  const status = statusOf(participant, speaking, isBlocked);
  const label = `${t('members.inVoice')}: ${t(`voice.person.${status}`)}`;
  return (
    <span className={cx(styles.voice, status === 'speaking' && styles.speaking)} title={label}>
      <Icon name={voiceIcons[status]} small />
      <span className="visually-hidden">, {label}</span>
    </span>
  );
};

interface FaceProps {
  person: RosterPerson;
  isSelf: boolean;
  participant: VoiceParticipant | undefined;
  speaking: boolean;
  /** I have blocked them. */
  isBlocked?: boolean;
  /** A heading above says it. */
  hidesRole?: boolean;
}

/** Who somebody is here: name, role where it is more than a member's, and how they stand with the call. */
const Face = (props: FaceProps) => {
  const { t } = useTranslation();
  const { person, isSelf, participant, speaking, isBlocked = false, hidesRole = false } = props;
  const { userId, userName, role, isMuted, tag } = person;
  const notes = [
    tag !== undefined && tag,
    isSelf && t('common.you'),
    !hidesRole && role !== null && role !== 'member' && t(`members.role.${role}`),
    isMuted && t('members.muted'),
    isBlocked && t('members.blocked'),
  ].filter((note) => note !== false);
  return (
    <>
      <Avatar userId={userId} name={userName} />
      <span className={styles.text}>
        <span className={styles.name}>{userName}</span>
        {notes.length > 0 ? (
          <span className={styles.notes}>
            <span className="visually-hidden">, </span>
            {notes.join(' · ')}
          </span>
        ) : null}
      </span>
      {participant ? <VoiceMark participant={participant} speaking={speaking} isBlocked={isBlocked} /> : null}
    </>
  );
};

interface PersonRowProps extends FaceProps {
  actions: readonly PersonAction[];
  onAct: (action: PersonAction, person: RosterPerson) => void;
}

/** Somebody of the room. Where something can be done with them, the line is the button of a menu. */
export const PersonRow = memo(({ actions, onAct, ...face }: PersonRowProps) => {
  const { t } = useTranslation();
  const { person } = face;
  const items: MenuItem[] = actions.map((action, index) => ({
    id: action,
    label: t(`members.actions.${action}`),
    icon: actionIcons[action],
    danger: dangerous.has(action),
    apart: index > 0 && groupOf(action) !== groupOf(actions[index - 1]),
    testId: `person-${action}`,
    onSelect: () => onAct(action, person),
  }));
  const button = (props: MenuButtonProps) => (
    <button type="button" className={styles.person} {...props}>
      <Face {...face} />
      <span className={styles.more}>
        <Icon name="more" small />
      </span>
    </button>
  );
  return (
    <li
      data-testid="member"
      data-user-name={person.userName}
      data-here={person.isHere}
      data-role={person.role ?? ''}
    >
      {items.length > 0 ? (
        <WithMenu label={t('members.menu', { name: person.userName })} items={items} button={button} />
      ) : (
        <div className={styles.person}>
          <Face {...face} />
        </div>
      )}
    </li>
  );
});
