import type { TimelineMessage } from '@boltorezka/sdk';
import {
  type KeyboardEvent,
  memo,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useMemo,
  useRef,
} from 'react';
import type { VirtualizerHandle } from 'virtua';
import { cx } from '../../../lib/cx.ts';
import { runQuietly } from '../../../lib/run.ts';
import { useServices } from '../../../lib/services.tsx';
import { useSurface } from '../message/surface.tsx';
import type { Times } from '../times.ts';
import styles from './chat.module.css';
import { HistoryEdge, type HistoryState, NewerEdge } from './history-edge.tsx';
import { ToLatest, UnreadBar } from './jump-bars.tsx';
import { MessageList } from './message-list.tsx';
import { findFirstUnread, layRows } from './rows.ts';
import { useHead } from './use-head.ts';
import { useHeight } from './use-height.ts';
import { useLook } from './use-look.ts';
import { useMountedFocus } from './use-mounted-focus.ts';
import { useRowFocus } from './use-row-focus.ts';
import { type Target, useTarget } from './use-target.ts';
import { useTimelineScroll } from './use-timeline-scroll.ts';

/** Where the messages come from. None of these rejects. */
export interface TimelineSource {
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  returnToNewest(): void;
  /** Where the reader is: see `OpenRoom.lookAt`. */
  lookAt(seq: number | null): void;
  /** What is up to here was before the reader's eyes. */
  markSeen(seq: number): void;
  jumpToUnread(): void;
  dropUnreadLine(): void;
}

export interface TimelineViewProps {
  label: string;
  /** Whose messages these are. */
  roomSlug: string;
  threadRootId?: string;
  source: TimelineSource;
  history: HistoryState;
  messages: readonly TimelineMessage[];
  times: Times;
  unreadAfterSeq: number | null;
  target: Target | null;
  /** What stands above the messages, and scrolls with them. */
  head?: ReactNode;
  beginning: string;
  empty: ReactNode;
  /** The box that the messages scroll in, for what takes the focus when a message's own buttons go. */
  boxRef: RefObject<HTMLElement | null>;
}

const useRows = (
  { unreadAfterSeq, history: { hasOlder } }: TimelineViewProps,
  messages: TimelineViewProps['messages'],
) => {
  const { me } = useSurface();
  return useMemo(() => {
    const options = { unreadAfterSeq, meId: me.id };
    const firstUnread = findFirstUnread(messages, options);
    // Further back than what is here, its place is not known yet.
    const isKnown = firstUnread !== undefined && (messages[0] !== firstUnread || !hasOlder);
    return { rows: layRows(messages, isKnown ? options : {}), firstUnread, isKnown };
  }, [messages, unreadAfterSeq, me.id, hasOlder]);
};

/** By the button: whatever is missing. By scrolling: only what is known to be there. */
const useLoading = (source: TimelineSource, history: HistoryState) => ({
  older: (): void => runQuietly(source.loadOlder()),
  newer: (): void => runQuietly(source.loadNewer()),
  olderQuietly: (): void => {
    if (history.hasOlder && !history.loadingOlder && !history.historyError) runQuietly(source.loadOlder());
  },
  newerQuietly: (): void => {
    if (history.hasNewer && !history.loadingNewer && !history.historyError) runQuietly(source.loadNewer());
  },
});

/** Whoever looks here need not be told of what is written here. */
const useShownPlace = ({ roomSlug, threadRootId }: TimelineViewProps, box: TimelineViewProps['boxRef']) => {
  const { attention } = useServices();
  useEffect(
    () =>
      box.current ? attention.show({ roomSlug, threadRootId: threadRootId ?? null }, box.current) : undefined,
    [attention, roomSlug, threadRootId, box],
  );
};

/** Where the reader is, and what of it has been drawn. */
const useScroll = (
  { source, history, messages }: TimelineViewProps,
  list: RefObject<VirtualizerHandle | null>,
) => {
  const loading = useLoading(source, history);
  const onLook = useRef((): void => undefined);
  const isLoading = history.loadingOlder || history.loadingNewer;
  const scroll = useTimelineScroll({
    list,
    messages,
    isAtNewest: history.isAtNewest,
    newerCount: history.newerCount,
    isLoading,
    returnToNewest: source.returnToNewest,
    onNearStart: loading.olderQuietly,
    onNearEnd: loading.newerQuietly,
    onLook: () => onLook.current(),
  });
  const { box, place, steps } = scroll;
  const { markSeen: onSeen, lookAt: onPlace } = source;
  const seen = useLook({ box, place, changes: steps.messages, isLoading, onSeen, onPlace });
  onLook.current = seen.look;
  return { loading, scroll, seen };
};

const useTimeline = (props: TimelineViewProps) => {
  const { target, boxRef } = props;
  const { acts } = useSurface();
  const list = useRef<VirtualizerHandle>(null);
  const { loading, scroll, seen } = useScroll(props, list);
  const { box, toEnd, leave } = scroll;
  const rows = useRows(props, scroll.steps.messages);
  useShownPlace(props, box);
  const { forgetLine } = seen;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another line has not been seen yet.
  useEffect(forgetLine, [props.unreadAfterSeq]);
  const foundKey = useTarget({ target, rows: rows.rows, list, box, leave });
  const moveFocus = useRowFocus(box, acts.leave);
  useEffect(() => {
    boxRef.current = box.current;
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    scroll.handlers.onKeyDown(event);
    moveFocus(event);
  };
  const takeFocus = useCallback(() => box.current?.focus({ preventScroll: true }), [box]);
  const goToLatest = (): void => {
    toEnd();
    takeFocus();
  };
  // Rows are measured after they are drawn: only then is it known what stands in view.
  const { onResize: keepPlace } = scroll;
  const { look } = seen;
  const onResize = useCallback(() => {
    keepPlace();
    look();
  }, [keepPlace, look]);
  return { ...rows, list, loading, scroll, seen, foundKey, onKeyDown, onResize, goToLatest };
};

type Timeline = ReturnType<typeof useTimeline>;

const Bars = ({ timeline, props }: { timeline: Timeline; props: TimelineViewProps }) => {
  const { history, source, times } = props;
  const { scroll, seen, firstUnread, isKnown, goToLatest } = timeline;
  const since = isKnown && firstUnread ? times.when(firstUnread.createdAt) : null;
  return (
    <>
      {firstUnread && !seen.isLineSeen ? (
        <UnreadBar since={since} onJump={source.jumpToUnread} onDismiss={source.dropUnreadLine} />
      ) : null}
      {scroll.away || !history.isAtNewest ? <ToLatest unread={scroll.unread} onClick={goToLatest} /> : null}
    </>
  );
};

/** Messages one below the other, of a room or of a thread. */
export const TimelineView = memo((props: TimelineViewProps) => {
  const { label, history, messages, times, head, beginning, empty } = props;
  const { ref: edge, heightPx: edgePx } = useHeight<HTMLDivElement>();
  const timeline = useTimeline(props);
  const { list, loading, scroll, rows, foundKey, onKeyDown } = timeline;
  useHead(edgePx, scroll.end);
  const { focusedKey, handlers: focusHandlers } = useMountedFocus(rows, scroll.box);
  const isEmpty = messages.length === 0;
  return (
    <div className={styles.frame}>
      <section
        ref={scroll.box}
        className={styles.timeline}
        aria-label={label}
        // What scrolls into view is not news; the announcer says what is.
        aria-live="off"
        aria-busy={history.loadingOlder || history.loadingNewer}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        {...scroll.handlers}
        onKeyDown={onKeyDown}
        {...focusHandlers}
      >
        <div
          ref={edge}
          className={cx(styles.edge, head !== undefined && styles.withHead)}
          hidden={isEmpty && !head}
        >
          {head}
          {isEmpty ? null : <HistoryEdge state={history} beginning={beginning} onLoad={loading.older} />}
        </div>
        {isEmpty ? (
          empty
        ) : (
          <MessageList
            key={scroll.steps.part}
            box={scroll.box}
            list={list}
            rows={rows}
            times={times}
            isShift={scroll.steps.isShift}
            startMarginPx={edgePx}
            focusedKey={focusedKey}
            foundKey={foundKey}
            onResize={timeline.onResize}
          />
        )}
        <NewerEdge state={history} onLoad={loading.newer} />
      </section>
      <Bars timeline={timeline} props={props} />
    </div>
  );
});
