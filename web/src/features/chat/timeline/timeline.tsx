import type { OpenRoom, RoomState } from '@boltorezka/sdk';
import { type RefObject, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../../lib/run.ts';
import type { Times } from '../times.ts';
import { EmptyTimeline, type HistoryState } from './history-edge.tsx';
import { TimelineView } from './timeline-view.tsx';
import type { Target } from './use-target.ts';
import { useUnreadJump } from './use-unread-jump.ts';

interface TimelineProps {
  room: OpenRoom;
  state: RoomState;
  meId: string;
  times: Times;
  target: Target | null;
  boxRef: RefObject<HTMLElement | null>;
  onTarget: (target: Target) => void;
}

/** Who speaks changes many times a second; the messages need not be laid out again for it. */
const useHistoryState = (state: RoomState) => {
  const { status, hasOlder, loadingOlder, historyError, isAtNewest, hasNewer, loadingNewer, newerCount } =
    state;
  return useMemo(
    () => ({ status, hasOlder, loadingOlder, historyError, isAtNewest, hasNewer, loadingNewer, newerCount }),
    [status, hasOlder, loadingOlder, historyError, isAtNewest, hasNewer, loadingNewer, newerCount],
  );
};

const useEmpty = (room: OpenRoom, { details, may }: RoomState, history: HistoryState) =>
  useMemo(
    () => (
      <EmptyTimeline state={history} room={{ details, may }} onLoad={() => runQuietly(room.loadOlder())} />
    ),
    [history, details, may, room],
  );

/** What was said in the room. */
export const Timeline = ({ room, state, meId, times, target, boxRef, onTarget }: TimelineProps) => {
  const { t } = useTranslation();
  const history = useHistoryState(state);
  const jumpToUnread = useUnreadJump({ room, meId, onTarget });
  const source = useMemo(
    () => ({
      loadOlder: () => room.loadOlder(),
      loadNewer: () => room.loadNewer(),
      returnToNewest: () => {
        if (!room.state.get().isAtNewest) room.returnToNewest();
      },
      lookAt: (seq: number | null) => room.lookAt(seq),
      markSeen: (seq: number) => room.markRead(seq),
      jumpToUnread: () => runQuietly(jumpToUnread()),
      dropUnreadLine: () => room.moveUnreadLine(),
    }),
    [room, jumpToUnread],
  );
  const empty = useEmpty(room, state, history);
  return (
    <TimelineView
      label={t('chat.log')}
      roomSlug={state.slug}
      source={source}
      history={history}
      messages={state.messages}
      times={times}
      unreadAfterSeq={state.unreadLineSeq}
      target={target}
      beginning={t('chat.beginning')}
      empty={empty}
      boxRef={boxRef}
    />
  );
};
