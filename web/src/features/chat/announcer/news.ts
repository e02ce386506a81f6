import type { RoomState, TimelineMessage } from '@boltorezka/sdk';

/** Something that somebody who does not see the page should hear of. */
export type News =
  | { kind: 'message'; name: string; text: string }
  | { kind: 'entered'; name: string }
  | { kind: 'joinedCall'; name: string }
  | { kind: 'failed' }
  | { kind: 'historyFailed' };

/** What was known when the room was last looked at. */
export interface Watch {
  /** `away` until a snapshot has come, `catchingUp` while what it left out is on its way. Only what is `live` is news. */
  phase: 'away' | 'catchingUp' | 'live';
  state: RoomState;
  /** The people of before the connection was lost: a snapshot brings a list of its own. */
  lostMembers: RoomState['members'];
}

export interface Look {
  state: RoomState;
  meId: string;
  isOnline: boolean;
}

export const startWatch = (state: RoomState): Watch => ({
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

const messageNews = (before: RoomState, { state, meId }: Look): News[] => {
  if (before.messages === state.messages) return [];
  const known = new Map(before.messages.map(({ key, status }) => [key, status]));
  const firstSeq = firstSeqOf(before.messages);
  return state.messages.flatMap(({ key, userId, userName, text, status, seq }): News[] => {
    if (status === 'failed') return known.get(key) === 'failed' ? [] : [{ kind: 'failed' }];
    // What is older than all that was here is history.
    if (userId === meId || seq === null || seq < firstSeq || known.has(key)) return [];
    return [{ kind: 'message', name: userName, text }];
  });
};

type Person = RoomState['members'][number];

const newcomers = (before: readonly Person[], now: readonly Person[], meId: string): string[] => {
  if (before === now) return [];
  const known = new Set(before.map(({ userId }) => userId));
  return now.filter(({ userId }) => userId !== meId && !known.has(userId)).map(({ userName }) => userName);
};

const newsSince = (before: RoomState, look: Look): News[] => [
  ...messageNews(before, look),
  ...newcomers(before.members, look.state.members, look.meId).map(
    (name): News => ({ kind: 'entered', name }),
  ),
  ...newcomers(before.participants, look.state.participants, look.meId).map(
    (name): News => ({ kind: 'joinedCall', name }),
  ),
  ...(look.state.historyError && !before.historyError ? [{ kind: 'historyFailed' } as const] : []),
];

/** Looks at the room again: what is new in it, history, snapshots and my own doings left out. */
export const watchRoom = (watch: Watch, look: Look): { watch: Watch; news: News[] } => {
  const phase = nextPhase(watch, look);
  const lostMembers = watch.phase === 'away' ? watch.lostMembers : look.state.members;
  const news = watch.phase === 'live' && phase === 'live' ? newsSince(watch.state, look) : [];
  return { watch: { phase, state: look.state, lostMembers }, news };
};
