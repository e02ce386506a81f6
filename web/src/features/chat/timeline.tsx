import type { OpenRoom, RoomState } from '@boltorezka/sdk';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { Button } from '../../ui/button.tsx';
import styles from './chat.module.css';
import { groupMessages } from './group-messages.ts';
import { MessageGroupView } from './message-group.tsx';
import { useTimes } from './times.ts';
import { useTimelineScroll } from './use-timeline-scroll.ts';

interface MessageDaysProps {
  room: OpenRoom;
  messages: RoomState['messages'];
}

// Who speaks changes many times a second; the messages below need not be laid out again for it.
const MessageDays = memo(({ room, messages }: MessageDaysProps) => {
  const times = useTimes();
  const days = useMemo(() => groupMessages(messages), [messages]);
  return days.map((day) => (
    <section key={day.key} className={styles.day}>
      <h2 className={styles.dayName}>
        <span>{times.day(day.date)}</span>
      </h2>
      {day.groups.map((group) => (
        <MessageGroupView key={group.key} group={group} times={times} room={room} />
      ))}
    </section>
  ));
});

const Older = ({ state, onLoad }: { state: RoomState; onLoad: () => void }) => {
  const { t } = useTranslation();
  if (!state.hasOlder) return <p className={styles.beginning}>{t('chat.beginning')}</p>;
  return (
    <div className={styles.beginning}>
      <Button variant="link" data-testid="chat-older" disabled={state.loadingOlder} onClick={onLoad}>
        {state.loadingOlder ? t('chat.loadingOlder') : t('chat.loadOlder')}
      </Button>
    </div>
  );
};

const Empty = ({ joining }: { joining: boolean }) => {
  const { t } = useTranslation();
  if (joining) return <p className={styles.joining}>{t('room.joining')}</p>;
  return (
    <div className={styles.empty} data-testid="chat-empty">
      <p className={styles.emptyTitle}>{t('chat.emptyTitle')}</p>
      <p>{t('chat.emptyText')}</p>
    </div>
  );
};

interface TimelineProps {
  room: OpenRoom;
  state: RoomState;
}

/** What was said in the room. */
export const Timeline = ({ room, state }: TimelineProps) => {
  const { t } = useTranslation();
  const { messages, hasOlder, loadingOlder } = state;
  const loadOlder = (): void => {
    if (hasOlder && !loadingOlder) runQuietly(room.loadOlder());
  };
  const { box, onScroll, away, unread, toEnd } = useTimelineScroll(messages, loadOlder);
  return (
    <div className={styles.frame}>
      <div
        ref={box}
        className={styles.timeline}
        role="log"
        aria-label={t('chat.log')}
        aria-busy={loadingOlder}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={onScroll}
      >
        {messages.length === 0 ? (
          <Empty joining={state.status === 'joining'} />
        ) : (
          <div className={styles.content}>
            <Older state={state} onLoad={loadOlder} />
            <MessageDays room={room} messages={messages} />
          </div>
        )}
      </div>
      {away ? (
        <Button className={styles.toLatest} icon="arrowDown" data-testid="chat-latest" onClick={toEnd}>
          {unread > 0 ? t('chat.unread', { count: unread }) : t('chat.toLatest')}
        </Button>
      ) : null}
    </div>
  );
};
