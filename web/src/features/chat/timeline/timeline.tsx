import type { OpenRoom, RoomState, TimelineMessage } from '@boltorezka/sdk';
import { memo, useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../../lib/run.ts';
import { Button } from '../../../ui/button.tsx';
import styles from './chat.module.css';
import { EmptyTimeline, HistoryEdge, type HistoryState } from './history-edge.tsx';
import { MessageList } from './message-list.tsx';
import { useTimes } from '../times.ts';
import { useHeight } from './use-height.ts';
import { useMountedFocus } from './use-mounted-focus.ts';
import { useTimelineScroll } from './use-timeline-scroll.ts';

interface ToLatestProps {
  unread: number;
  onClick: () => void;
}

const ToLatest = ({ unread, onClick }: ToLatestProps) => {
  const { t } = useTranslation();
  return (
    <Button className={styles.toLatest} icon="arrowDown" data-testid="chat-latest" onClick={onClick}>
      {unread > 0 ? t('chat.unread', { count: unread }) : t('chat.toLatest')}
    </Button>
  );
};

interface ConversationProps {
  room: OpenRoom;
  history: HistoryState;
  messages: readonly TimelineMessage[];
}

const Conversation = memo(({ room, history, messages }: ConversationProps) => {
  const { t } = useTranslation();
  const times = useTimes();
  const { ref: edge, heightPx: edgePx } = useHeight<HTMLDivElement>();
  const { focusedKey, handlers: focusHandlers } = useMountedFocus();
  // By the button: whatever is missing. By scrolling: only what is known to be there.
  const load = (): void => runQuietly(room.loadOlder());
  const loadQuietly = (): void => {
    if (history.hasOlder && !history.loadingOlder && !history.historyError) load();
  };
  const { box, isShift, onResize, away, unread, toEnd, handlers } = useTimelineScroll(messages, loadQuietly);
  const takeFocus = useCallback(() => box.current?.focus({ preventScroll: true }), [box]);
  const goToLatest = (): void => {
    toEnd();
    takeFocus();
  };
  return (
    <div className={styles.frame}>
      <section
        ref={box}
        className={styles.timeline}
        aria-label={t('chat.log')}
        // What scrolls into view is not news; the announcer says what is.
        aria-live="off"
        aria-busy={history.loadingOlder}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        {...handlers}
        {...focusHandlers}
      >
        <div ref={edge} className={styles.edge} hidden={messages.length === 0}>
          {messages.length > 0 ? <HistoryEdge state={history} onLoad={load} /> : null}
        </div>
        {messages.length === 0 ? (
          <EmptyTimeline state={history} onLoad={load} />
        ) : (
          <MessageList
            room={room}
            messages={messages}
            times={times}
            isShift={isShift}
            startMarginPx={edgePx}
            focusedKey={focusedKey}
            onResize={onResize}
            onSettle={takeFocus}
          />
        )}
        <div className={styles.foot} />
      </section>
      {away ? <ToLatest unread={unread} onClick={goToLatest} /> : null}
    </div>
  );
});

interface TimelineProps {
  room: OpenRoom;
  state: RoomState;
}

/** What was said in the room. */
export const Timeline = ({ room, state }: TimelineProps) => {
  const { messages, status, hasOlder, loadingOlder, historyError } = state;
  // Who speaks changes many times a second; the messages need not be laid out again for it.
  const history = useMemo(
    () => ({ status, hasOlder, loadingOlder, historyError }),
    [status, hasOlder, loadingOlder, historyError],
  );
  return <Conversation room={room} history={history} messages={messages} />;
};
