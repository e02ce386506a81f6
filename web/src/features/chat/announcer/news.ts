import type { RoomState, TimelineMessage } from '@boltorezka/sdk';

/** Something that somebody who does not see the page should hear of. */
export type News =
  /** Somebody wrote; named me, or everybody; answered me; changed what they wrote a moment ago. */
  | { kind: 'message' | 'mention' | 'answer' | 'edited'; name: string; text: string }
  /** It was pinned, or is not any more; also by me: nothing else would tell that it is done. */
  | { kind: 'pinned' | 'unpinned'; name: string; text: string }
  /** So many reactions came to what I wrote. */
  | { kind: 'reacted'; count: number }
  | { kind: 'entered'; name: string }
  | { kind: 'joinedCall'; name: string }
  | { kind: 'failed' }
  | { kind: 'changeFailed' }
  | { kind: 'historyFailed' };

/** What is looked at, of a room or of a thread. */
export type WatchedState = Pick<
  RoomState,
  'status' | 'members' | 'participants' | 'messages' | 'loadingOlder' | 'historyError' | 'isAtNewest'
>;

/** What was known when the room was last looked at. */
export interface Watch {
  /** `away` until a snapshot has come, `catchingUp` while what it left out is on its way. Only what is `live` is news. */
  phase: 'away' | 'catchingUp' | 'live';
  state: WatchedState;
  /** The people of before the connection was lost: a snapshot brings a list of its own. */
  lostMembers: WatchedState['members'];
}

export interface Look {
  state: WatchedState;
  meId: string;
  /** What they write is not read aloud. */
  blockedIds?: ReadonlySet<string>;
  isOnline: boolean;
  /** Whether who comes is told, too: of a room, not of a thread in it. */
  withPeople?: boolean;
}

export const startWatch = (state: WatchedState): Watch => ({
  phase: state.status === 'joined' ? 'catchingUp' : 'away',
  state,
  lostMembers: state.members,
});

const nextPhase = (watch: Watch, { state, isOnline }: Look): Watch['phase'] => {
  if (!isOnline || state.status !== 'joined') return 'away';
  // A snapshot that nothing has to follow brought all that was missed.
  if (watch.phase === 'away') {
    if (state.members === watch.lostMembers) return 'away';
    return state.loadingOlder ? 'catchingUp' : 'live';
  }
  if (watch.phase === 'catchingUp') return state.loadingOlder || state.historyError ? 'catchingUp' : 'live';
  return 'live';
};

const firstSeqOf = (messages: readonly TimelineMessage[]): number => messages[0]?.seq ?? 0;

/** A change of what was written longer ago than so many messages is no news. */
const recentCount = 10;

const reactionsOfOthers = ({ reactions }: TimelineMessage): number =>
  reactions.reduce((sum, { count, isMine }) => sum + count - (isMine ? 1 : 0), 0);

interface Change {
  before: TimelineMessage;
  now: TimelineMessage;
  isRecent: boolean;
}

const pinNews = ({ before, now }: Change): News[] => {
  if ((before.pinnedAt === null) === (now.pinnedAt === null) || now.isDeleted) return [];
  return [{ kind: now.pinnedAt === null ? 'unpinned' : 'pinned', name: now.userName, text: now.text }];
};

const changeNews = ({ before, now, isRecent }: Change, meId: string): News[] => {
  if (now.change?.status === 'failed' && before.change?.status !== 'failed')
    return [{ kind: 'changeFailed' }];
  if (now.userId === meId) {
    const count = reactionsOfOthers(now) - reactionsOfOthers(before);
    return count > 0 ? [{ kind: 'reacted', count }] : [];
  }
  const isEdited = isRecent && now.editedAt !== before.editedAt && now.editedAt !== null && !now.isDeleted;
  return isEdited ? [{ kind: 'edited', name: now.userName, text: now.text }] : [];
};

const kindOf = ({ mentionsMe, replyTo }: TimelineMessage, meId: string): 'mention' | 'answer' | 'message' => {
  if (mentionsMe) return 'mention';
  return replyTo?.userId === meId ? 'answer' : 'message';
};

const messageNews = (before: WatchedState, { state, meId, blockedIds }: Look): News[] => {
  // In the middle of the past everything is old, and on the way back from there as well.
  if (before.messages === state.messages || !before.isAtNewest || !state.isAtNewest) return [];
  const known = new Map(before.messages.map((message) => [message.key, message]));
  const firstSeq = firstSeqOf(before.messages);
  return state.messages.flatMap((message, index): News[] => {
    const { key, userId, userName, text, status, seq } = message;
    const old = known.get(key);
    if (old === message || blockedIds?.has(userId)) return [];
    if (status === 'failed') return old?.status === 'failed' ? [] : [{ kind: 'failed' }];
    if (old) {
      const isRecent = index >= state.messages.length - recentCount;
      const change = { before: old, now: message, isRecent };
      return [...pinNews(change), ...changeNews(change, meId)];
    }
    // What is older than all that was here is history.
    if (userId === meId || seq === null || seq < firstSeq || message.isDeleted) return [];
    return [{ kind: kindOf(message, meId), name: userName, text }];
  });
};

type Person = WatchedState['members'][number];

const newcomers = (before: readonly Person[], now: readonly Person[], meId: string): string[] => {
  if (before === now) return [];
  const known = new Set(before.map(({ userId }) => userId));
  return now.filter(({ userId }) => userId !== meId && !known.has(userId)).map(({ userName }) => userName);
};

const peopleNews = (before: WatchedState, { state, meId, withPeople = true }: Look): News[] =>
  withPeople
    ? [
        ...newcomers(before.members, state.members, meId).map((name): News => ({ kind: 'entered', name })),
        ...newcomers(before.participants, state.participants, meId).map(
          (name): News => ({ kind: 'joinedCall', name }),
        ),
      ]
    : [];

const newsSince = (before: WatchedState, look: Look): News[] => [
  ...messageNews(before, look),
  ...peopleNews(before, look),
  ...(look.state.historyError && !before.historyError ? [{ kind: 'historyFailed' } as const] : []),
];

/** Looks at the room again: what is new in it, history, snapshots and my own doings left out. */
export const watchRoom = (watch: Watch, look: Look): { watch: Watch; news: News[] } => {
  const phase = nextPhase(watch, look);
  const lostMembers = watch.phase === 'away' ? watch.lostMembers : look.state.members;
  const news = watch.phase === 'live' && phase === 'live' ? newsSince(watch.state, look) : [];
  return { watch: { phase, state: look.state, lostMembers }, news };
};
