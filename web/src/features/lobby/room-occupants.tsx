import type { Member } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../../ui/avatar.tsx';
import styles from './lobby.module.css';

/** More names than these would push the other rooms out of view. */
const namesShown = 6;

interface RoomOccupantsProps {
  people: readonly Member[];
}

/** Who is in the call of a room, told where the room is listed. */
export const RoomOccupants = ({ people }: RoomOccupantsProps) => {
  const { t } = useTranslation();
  // One more than fits takes the line that would say so.
  const shown = people.length > namesShown ? people.slice(0, namesShown - 1) : people;
  const hidden = people.length - shown.length;
  return (
    <ul className={styles.occupants} aria-label={t('lobby.inVoice', { count: people.length })}>
      {shown.map(({ userId, userName }) => (
        <li key={userId} className={styles.occupant} data-testid="room-occupant" data-user-name={userName}>
          <Avatar size="small" userId={userId} name={userName} />
          <span className={styles.occupantName}>{userName}</span>
        </li>
      ))}
      {hidden > 0 ? <li className={styles.more}>{t('lobby.more', { count: hidden })}</li> : null}
    </ul>
  );
};
