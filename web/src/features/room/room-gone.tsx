import type { RoomRemoval } from '@boltorezka/sdk';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import styles from './room.module.css';
import { useOtherRoom } from './use-other-room.ts';

const icons: Record<RoomRemoval['reason'], IconName> = {
  left: 'door',
  kicked: 'door',
  banned: 'ban',
  deleted: 'trash',
  closed: 'lock',
};

interface RoomGoneProps {
  slug: string;
  removal: RoomRemoval;
  /** Tries to come in again; null where there is no sense in it. */
  onReturn: (() => void) | null;
}

/** Why one is in a room no more, in place of it; and the ways on. */
export const RoomGone = ({ slug, removal, onReturn }: RoomGoneProps) => {
  const { t } = useTranslation();
  const { router } = useServices();
  const other = useOtherRoom(slug);
  const heading = useRef<HTMLHeadingElement>(null);
  // What had the focus has gone with the room.
  useEffect(() => heading.current?.focus(), []);
  const { reason, note } = removal;
  return (
    <div className={styles.failed} role="alert" data-testid="room-gone" data-reason={reason}>
      <span className={styles.failedIcon}>
        <Icon name={icons[reason]} />
      </span>
      <h2 ref={heading} tabIndex={-1}>
        {t(`room.gone.${reason}.title`)}
      </h2>
      <p>{t(`room.gone.${reason}.text`)}</p>
      {note ? <blockquote className={styles.failedNote}>{t('room.gone.note', { note })}</blockquote> : null}
      <div className={styles.failedActions}>
        {onReturn ? <Button onClick={onReturn}>{t('room.comeBack')}</Button> : null}
        {other ? (
          <Button variant="primary" data-testid="room-elsewhere" onClick={() => router.openRoom(other.slug)}>
            {t('room.goTo', { room: other.directWith?.userName ?? other.title })}
          </Button>
        ) : null}
      </div>
    </div>
  );
};
