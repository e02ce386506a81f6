import type { RoomEntry } from '@boltorezka/sdk';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Count } from '../../ui/count.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { FoldedGroups, GroupId } from './folded-groups.ts';
import styles from './lobby.module.css';
import { sumOfMarks } from './marks.ts';
import { RoomLink } from './room-link.tsx';
import { RoomOccupants } from './room-occupants.tsx';
import { StuckMark } from './stuck-mark.tsx';

interface RoomItemsProps {
  rooms: readonly RoomEntry[];
  currentSlug: string;
  onPick: (slug: string) => void;
}

/** Rooms one below the other, and under each who is in its call. */
export const RoomItems = ({ rooms, currentSlug, onPick }: RoomItemsProps) => {
  const { client } = useServices();
  const inVoice = useStore(client.rooms.inVoice);
  const waiting = useStore(client.rooms.waiting);
  const { roomSlug: callSlug } = useStore(client.voice.state);
  return (
    <ul className={styles.list}>
      {rooms.map((room) => (
        <li key={room.id}>
          <RoomLink
            room={room}
            current={room.slug === currentSlug}
            inCall={room.slug === callSlug}
            waiting={waiting[room.slug]}
            onPick={onPick}
          />
          {inVoice[room.slug] ? <RoomOccupants people={inVoice[room.slug] ?? []} /> : null}
        </li>
      ))}
    </ul>
  );
};

const FoldedMarks = ({ rooms }: { rooms: readonly RoomEntry[] }) => {
  const { t } = useTranslation();
  const { unreadCount, mentionCount } = sumOfMarks(rooms);
  return (
    <>
      <StuckMark slugs={rooms.map(({ slug }) => slug)} />
      <Count count={unreadCount} label={t('lobby.unread', { count: unreadCount })} />
      <Count strong count={mentionCount} label={t('lobby.mentions', { count: mentionCount })} />
    </>
  );
};

interface RoomGroupProps extends RoomItemsProps {
  id: GroupId;
  title: string;
  folded: FoldedGroups;
  /** A button beside the heading. */
  action?: ReactNode;
  /** What is said where the group holds no room. */
  empty?: string;
}

/** Rooms under a heading that folds them away. Folded, it still says what came in them. */
export const RoomGroup = ({ id, title, folded, action, empty, rooms, ...items }: RoomGroupProps) => {
  const listId = useId();
  useStore(folded.state);
  const isFolded = folded.isFolded(id);
  return (
    <section className={styles.group}>
      <div className={styles.groupHead}>
        <h3 className={styles.groupTitle}>
          <button
            type="button"
            className={styles.fold}
            aria-expanded={!isFolded}
            aria-controls={listId}
            data-testid={`fold-${id}`}
            onClick={() => folded.toggle(id)}
          >
            <Icon name={isFolded ? 'chevronRight' : 'chevronDown'} small />
            <span className={styles.roomTitle}>{title}</span>
            {isFolded ? <FoldedMarks rooms={rooms} /> : null}
          </button>
        </h3>
        {action}
      </div>
      <div id={listId} hidden={isFolded}>
        {rooms.length > 0 ? <RoomItems rooms={rooms} {...items} /> : null}
        {rooms.length === 0 && empty ? <p className={styles.groupEmpty}>{empty}</p> : null}
      </div>
    </section>
  );
};
