import type { ModerationWaiting, RoomEntry } from '@boltorezka/sdk';
import type { MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../lib/cx.ts';
import { roomPath } from '../../lib/router.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Count } from '../../ui/count.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useContextAnchor } from '../../ui/use-context-anchor.ts';
import styles from './lobby.module.css';
import { marksOf } from './marks.ts';
import { RoomLinkMenu } from './room-link-menu.tsx';
import { roomName } from './room-name.ts';
import { StuckMark } from './stuck-mark.tsx';

const opensElsewhere = (event: MouseEvent): boolean =>
  event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;

/** What stands before the name: what kind of room it is, in a drawing. */
export const RoomMark = ({ room }: { room: RoomEntry }) => {
  if (room.directWith)
    return <Avatar size="small" userId={room.directWith.userId} name={room.directWith.userName} />;
  if (room.archivedAt !== null) return <Icon name="archive" small />;
  return <Icon name={room.isPublic ? 'hash' : 'lock'} small />;
};

/** What the drawings say, for those who do not see them. */
const SpokenKind = ({ room, muted }: { room: RoomEntry; muted: boolean }) => {
  const { t } = useTranslation();
  const words = [
    room.kind === 'room' && !room.isPublic && t('lobby.private'),
    room.archivedAt !== null && t('lobby.archivedRoom'),
    muted && t('lobby.muted'),
  ].filter(Boolean);
  return words.length > 0 ? <span className="visually-hidden">, {words.join(', ')}</span> : null;
};

interface RoomLinkProps {
  room: RoomEntry;
  current: boolean;
  inCall: boolean;
  waiting: ModerationWaiting | undefined;
  onPick: (slug: string) => void;
}

const Waiting = ({ waiting }: { waiting: ModerationWaiting }) => {
  const { t } = useTranslation();
  const count = waiting.joinRequestCount + waiting.reportCount;
  if (count === 0) return null;
  const label = t('lobby.waiting', { count });
  return (
    <span className={styles.waiting} title={label} data-testid="room-waiting">
      <Icon name="shield" small />
      <span aria-hidden="true">{count}</span>
      <span className="visually-hidden">, {label}</span>
    </span>
  );
};

/** What is new in the room, and what it is to me. */
const Marks = ({ room, inCall, waiting }: Pick<RoomLinkProps, 'room' | 'inCall' | 'waiting'>) => {
  const { t } = useTranslation();
  const { unreadCount, mentionCount, isMuted } = marksOf(room);
  return (
    <span className={styles.marks}>
      <StuckMark slugs={[room.slug]} />
      {inCall ? (
        <span className={styles.inCall} title={t('lobby.inCall')}>
          <Icon name="sound" small />
          <span className="visually-hidden">, {t('lobby.inCall')}</span>
        </span>
      ) : null}
      {isMuted ? <Icon name="bellOff" small /> : null}
      {waiting ? <Waiting waiting={waiting} /> : null}
      <Count count={unreadCount} label={t('lobby.unread', { count: unreadCount })} />
      <Count
        strong
        count={mentionCount}
        label={t('lobby.mentions', { count: mentionCount })}
        testId="room-mentions"
      />
    </span>
  );
};

/** A room in the list: its name, and what is new there for me. */
export const RoomLink = ({ room, current, inCall, waiting, onPick }: RoomLinkProps) => {
  const { unreadCount, mentionCount, isMuted } = marksOf(room);
  const { anchor, onContextMenu, onClose } = useContextAnchor();
  const isUnread = unreadCount > 0 || mentionCount > 0;
  return (
    <>
      <a
        className={cx(styles.room, isUnread && styles.unread, isMuted && styles.muted)}
        href={roomPath(room.slug)}
        aria-current={current ? 'page' : undefined}
        data-testid={`room-${room.slug}`}
        data-unread={unreadCount}
        data-mentions={mentionCount}
        onContextMenu={onContextMenu}
        onClick={(event) => {
          if (opensElsewhere(event)) return;
          event.preventDefault();
          onPick(room.slug);
        }}
      >
        <RoomMark room={room} />
        <span className={styles.roomTitle}>{roomName(room)}</span>
        <SpokenKind room={room} muted={isMuted} />
        <Marks room={room} inCall={inCall} waiting={waiting} />
      </a>
      {anchor ? <RoomLinkMenu room={room} anchor={anchor} onClose={onClose} /> : null}
    </>
  );
};
