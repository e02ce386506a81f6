import type { AppError, MemberRole, RequestResult, User } from '@boltorezka/protocol';
import type { Http } from '../http.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { isBehind, type LogEvent } from '../timeline/log.ts';
import type { RoomMay, RoomState } from '../types/room.ts';
import type { Connection, Log } from '../types.ts';
import { createChanges } from './changes.ts';
import { createEntrance, type JoinAnswer } from './entrance.ts';
import { createGapWatch } from './gap-watch.ts';
import { createHistory } from './history.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import type { MemberNews } from './people-events.ts';
import { administers } from './policy.ts';
import { createPowers } from './powers.ts';
import { createReadMarker } from './read-marker.ts';
import { createThreadReads } from './thread-reads.ts';
import { createThreads } from './threads.ts';
import { createTyping } from './typing.ts';

export interface RoomDeps {
  slug: string;
  connection: Pick<Connection, 'request'>;
  /** Whether there is a socket, and somebody signed in at it. */
  isOnline: () => boolean;
  http: Http;
  outbox: Pick<Outbox, 'attach'>;
  getSelf: () => User | null;
  random: () => number;
  log: Log;
  maxLoadedMessages: number;
  /** An earlier leaving of the same room, which must have been heard before it is joined anew. */
  afterLeft?: Promise<unknown> | undefined;
  /** See `ClientOptions`. */
  marksRead: boolean;
  /** The server has taken down how far this person has read. */
  onRead: (state: RequestResult<'chat.markRead'>) => void;
  onMemberChanged: (news: MemberNews | null) => void;
  /** The server has said what this person is here, with how the room stood then. */
  onOwnRole: (own: { roomId: string; seq: number; role: MemberRole | null }) => void;
}

/** What the parts of a room tell it. */
export interface RoomHost {
  /** What is shown of the messages, or who writes them, is another now. */
  onShown(): void;
  onState(fields: Partial<RoomState>): void;
  onMay(may: RoomMay): void;
  onApplied(event: LogEvent): void;
  onAsked(): void;
  onUnanswered(): void;
  countPeople(): number;
  onJoined(answer: JoinAnswer, isRecovered: boolean, signal: AbortSignal): Promise<void>;
  onRefused(error: AppError): void;
}

export type RoomParts = ReturnType<typeof createParts>;

const createTalk = (deps: RoomDeps, host: RoomHost) => {
  const { slug, connection, getSelf } = deps;
  const typing = createTyping({
    notify: (threadRootId) => {
      const thread = threadRootId === null ? {} : { threadRootId };
      connection.request('chat.notifyTyping', { roomSlug: slug, ...thread }).catch(() => undefined);
    },
    onChange: () => host.onShown(),
  });
  const marker = createReadMarker({
    random: deps.random,
    mark: (seq) => connection.request('chat.markRead', { roomSlug: slug, seq }),
    onMarked: deps.onRead,
  });
  const threadReads = createThreadReads({
    ...deps,
    selfId: () => getSelf()?.id ?? null,
    mark: (threadRootId, seq) =>
      connection.request('chat.markThreadRead', { roomSlug: slug, threadRootId, seq }),
    onChange: (unreadThreads) => host.onState({ unreadThreads }),
  });
  const powers = createPowers({
    isAdministrator: () => administers(getSelf()),
    onChange: (may) => host.onMay(may),
  });
  const ofThreads = {
    typingIn: (rootId: string) => typing.typingIn(rootId),
    unreadSince: (rootId: string) => threadReads.unreadSince(rootId),
  };
  return { talk: { typing, marker, threadReads, powers }, ofThreads };
};

/** Up to where the log is known: what was missed since can be told. */
const positionOf = (keeper: Keeper): { epoch: string; afterSeq: number } | null => {
  const { epoch, position } = keeper.get().log;
  return epoch !== null && position !== null ? { epoch, afterSeq: position } : null;
};

/** The parts of a room, each with a matter of its own, and what they have to do with each other. */
export const createParts = (deps: RoomDeps, host: RoomHost) => {
  const { slug, connection, getSelf } = deps;
  const request: Connection['request'] = (type, payload) => connection.request(type, payload);
  const post = deps.outbox.attach(slug, {
    onPending: () => host.onShown(),
    onChangeMade: (entry, revision) => changes.handleMade(entry, revision),
    onAcked: (message) => {
      keeper.handleAck(message);
      // It was written to another log than the one that is known here.
      if (message.epoch !== keeper.get().log.epoch) entrance.enterAgain();
    },
    onNotJoined: () => entrance.enterAgain(),
  });
  const changes = createChanges({
    pending: post.changes,
    onReached: (seq) => keeper.handleReached(seq),
  });
  const keeper = createKeeper({
    maxLoadedMessages: deps.maxLoadedMessages,
    selfId: () => getSelf()?.id ?? null,
    changes,
    pending: post.pending,
    onArrived: post.handleArrived,
    onApplied: (event) => host.onApplied(event),
    onChange: () => host.onShown(),
  });
  const { talk, ofThreads } = createTalk(deps, host);
  const history = createHistory({ ...deps, keeper, onChange: (fields) => host.onState(fields) });
  const threads = createThreads({ ...deps, ...ofThreads, keeper });
  const entrance = createEntrance({
    ...deps,
    request,
    afterLeft: deps.afterLeft,
    known: () => positionOf(keeper),
    onAsked: () => host.onAsked(),
    onJoined: (answer, isRecovered, signal) => host.onJoined(answer, isRecovered, signal),
    onFailed: (error) => host.onRefused(error),
    onUnanswered: () => host.onUnanswered(),
    countPeople: () => host.countPeople(),
  });
  const gaps = createGapWatch({
    isBehind: () => isBehind(keeper.get().log),
    onGap: () => entrance.enterAgain(),
  });
  const { marksRead } = deps;
  return { ...talk, marksRead, changes, post, keeper, history, threads, entrance, gaps };
};
