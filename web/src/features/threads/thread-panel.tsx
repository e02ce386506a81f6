import type { OpenRoom, OpenThread, RoomState, ThreadState, User } from '@boltorezka/sdk';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Announcer } from '../chat/announcer/announcer.tsx';
import { MessageRow } from '../chat/message/message-row.tsx';
import styles from '../chat/panels/panels.module.css';
import { WritingPlace } from '../chat/place/writing-place.tsx';
import { findFirstUnread } from '../chat/timeline/rows.ts';
import { TimelineView } from '../chat/timeline/timeline-view.tsx';
import type { Target } from '../chat/timeline/use-target.ts';
import { type Times, useTimes } from '../chat/times.ts';
import type { ConversationHandle } from '../chat/use-conversation.ts';

interface ThreadPanelProps {
  room: OpenRoom;
  state: RoomState;
  me: User;
  conversation: ConversationHandle;
  rootId: string;
  target: Target | null;
}

interface OpenedProps extends ThreadPanelProps {
  thread: OpenThread;
  onReopen: () => void;
}

/** The message that began the thread, and how many have followed. */
const Root = ({ state: { root }, times }: { state: ThreadState; times: Times }) => {
  const { t } = useTranslation();
  if (!root) return null;
  return (
    <div className={styles.root}>
      <MessageRow message={root} startsGroup times={times} />
      <p className={styles.replies}>{t('thread.replies', { count: root.thread?.replyCount ?? 0 })}</p>
    </div>
  );
};

const nothing = (): void => undefined;

/** The line before what is unread, until somebody puts it away; and the way there. */
const useUnreadLine = (thread: OpenThread, { unreadLineSeq }: ThreadState, meId: string) => {
  const [isDropped, setDropped] = useState(false);
  const [jump, setJump] = useState<Target | null>(null);
  const ways = useMemo(
    () => ({
      jumpToUnread: (): void => {
        const { messages, unreadLineSeq: unreadAfterSeq } = thread.state.get();
        const first = findFirstUnread(messages, { unreadAfterSeq, meId });
        if (first?.id) setJump({ messageId: first.id });
      },
      dropUnreadLine: () => setDropped(true),
    }),
    [thread, meId],
  );
  return { unreadAfterSeq: isDropped ? null : unreadLineSeq, jump, ways };
};

type UnreadWays = ReturnType<typeof useUnreadLine>['ways'];

const useThreadTimeline = (thread: OpenThread, threadState: ThreadState, ways: UnreadWays) => {
  const { status, hasOlder, loadingOlder, historyError } = threadState;
  const history = useMemo(
    () => ({
      status: status === 'ready' ? ('joined' as const) : ('joining' as const),
      hasOlder,
      loadingOlder,
      historyError,
      isAtNewest: true,
      hasNewer: false,
      loadingNewer: false,
      newerCount: 0,
    }),
    [status, hasOlder, loadingOlder, historyError],
  );
  const source = useMemo(
    () => ({
      loadOlder: () => thread.loadOlder(),
      loadNewer: () => Promise.resolve(),
      returnToNewest: nothing,
      lookAt: nothing,
      markSeen: (seq: number) => thread.markRead(seq),
      ...ways,
    }),
    [thread, ways],
  );
  return { history, source };
};

interface ThreadMessagesProps {
  roomSlug: string;
  meId: string;
  thread: OpenThread;
  threadState: ThreadState;
  box: RefObject<HTMLElement | null>;
  target: Target | null;
  times: Times;
}

const ThreadMessages = (props: ThreadMessagesProps) => {
  const { roomSlug, meId, thread, threadState, box, target, times } = props;
  const { t } = useTranslation();
  const { unreadAfterSeq, jump, ways } = useUnreadLine(thread, threadState, meId);
  const { history, source } = useThreadTimeline(thread, threadState, ways);
  const head = useMemo(() => <Root state={threadState} times={times} />, [threadState, times]);
  const empty = useMemo(() => <p className={styles.note}>{t('thread.empty')}</p>, [t]);
  return (
    <TimelineView
      label={t('thread.log')}
      roomSlug={roomSlug}
      threadRootId={threadState.rootId}
      source={source}
      history={history}
      messages={threadState.messages}
      times={times}
      unreadAfterSeq={unreadAfterSeq}
      target={jump ?? target}
      head={head}
      beginning=""
      empty={empty}
      boxRef={box}
    />
  );
};

/** What is new here is told, but not who comes: that is the room's. */
const useHeard = (threadState: ThreadState, { members, participants }: RoomState) =>
  useMemo(
    () => ({
      ...threadState,
      status: threadState.status === 'ready' ? ('joined' as const) : ('joining' as const),
      isAtNewest: true,
      members,
      participants,
    }),
    [threadState, members, participants],
  );

const OpenedThread = ({ thread, room, state, me, conversation, rootId, target }: OpenedProps) => {
  const { t } = useTranslation();
  const times = useTimes();
  const threadState = useStore(thread.state);
  const heard = useHeard(threadState, state);
  const box = useRef<HTMLElement>(null);
  return (
    <WritingPlace
      {...{ room, state, me, conversation, times, box }}
      threadRootId={rootId}
      target={thread}
      messages={threadState.messages}
      typing={threadState.typing}
      placeholder={t('thread.placeholder')}
    >
      <ThreadMessages roomSlug={state.slug} meId={me.id} {...{ thread, threadState, box, target, times }} />
      <Announcer state={heard} me={me} withPeople={false} />
    </WritingPlace>
  );
};

const ThreadOrError = (props: OpenedProps) => {
  const { t } = useTranslation();
  const { status, error } = useStore(props.thread.state);
  if (status === 'failed') {
    return (
      <div className={styles.note} role="alert" data-testid="thread-failed">
        <p>{t(errorTextKey(error))}</p>
        <Button onClick={props.onReopen}>{t('common.tryAgain')}</Button>
      </div>
    );
  }
  return <OpenedThread {...props} />;
};

/** A conversation of its own, about one message of the room. */
export const ThreadPanel = (props: ThreadPanelProps) => {
  const { room, rootId } = props;
  const [thread, setThread] = useState<OpenThread | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt opens the thread anew.
  useEffect(() => {
    const opened = room.openThread(rootId);
    setThread(opened);
    return () => opened.close();
  }, [room, rootId, attempt]);
  return thread ? (
    <ThreadOrError {...props} thread={thread} onReopen={() => setAttempt((count) => count + 1)} />
  ) : null;
};
