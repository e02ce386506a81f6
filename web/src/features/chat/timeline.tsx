import type { OpenRoom, RoomState } from '@boltorezka/sdk';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
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

interface HistoryProps {
  state: RoomState;
  onLoad: () => void;
}

const HistoryFailed = ({ state, onLoad }: HistoryProps) => {
  const { t } = useTranslation();
  return (
    <div className={styles.beginning} role="alert" data-testid="chat-history-failed">
      <p>
        {t('chat.historyFailed')} {t(errorTextKey(state.historyError))}
      </p>
      <Button variant="link" data-testid="chat-older" aria-disabled={state.loadingOlder} onClick={onLoad}>
        {t('common.tryAgain')}
      </Button>
    </div>
  );
};

const Older = ({ state, onLoad }: HistoryProps) => {
  const { t } = useTranslation();
  if (state.historyError) return <HistoryFailed state={state} onLoad={onLoad} />;
  // What is written before the room is open says nothing of what was written there before.
  if (state.status !== 'joined') return null;
  if (!state.hasOlder && !state.loadingOlder)
    return <p className={styles.beginning}>{t('chat.beginning')}</p>;
  return (
    <div className={styles.beginning}>
      <Button variant="link" data-testid="chat-older" aria-disabled={state.loadingOlder} onClick={onLoad}>
        {state.loadingOlder ? t('chat.loadingOlder') : t('chat.loadOlder')}
      </Button>
    </div>
  );
};

const Empty = ({ state, onLoad }: HistoryProps) => {
  const { t } = useTranslation();
  if (state.historyError) {
    return (
      <div className={styles.empty}>
        <HistoryFailed state={state} onLoad={onLoad} />
      </div>
    );
  }
  if (state.status === 'joining') return <p className={styles.joining}>{t('room.joining')}</p>;
  if (state.loadingOlder) return <p className={styles.joining}>{t('chat.loading')}</p>;
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
  // By the button: whatever is missing. By scrolling: only what is known to be there.
  const retry = (): void => runQuietly(room.loadOlder());
  const loadOlder = (): void => {
    if (hasOlder && !loadingOlder) retry();
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
          <Empty state={state} onLoad={retry} />
        ) : (
          <div className={styles.content}>
            <Older state={state} onLoad={retry} />
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
