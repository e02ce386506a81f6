import type { ChatMessage, Member } from '@boltorezka/protocol';
import type { LogEvent } from '../timeline/log.ts';
import { keyOf, toTimelineMessage } from '../timeline/message-view.ts';
import { beginPage, closeThread, endPage, openThread, returnToNewest } from '../timeline/pages.ts';
import { type Reach, withinReach } from '../timeline/reach.ts';
import {
  applyAck,
  applyEvent,
  applyFacts,
  applyReached,
  applySnapshot,
  createTimeline,
  type Snapshot,
  type Timeline,
  type TimelineStep,
} from '../timeline/timeline.ts';
import type { TimelineMessage } from '../types/message.ts';
import type { Changes } from './changes.ts';

export interface KeeperDeps {
  maxLoadedMessages: number;
  selfId: () => string | null;
  changes: Pick<Changes, 'applyTo' | 'handlePosition'>;
  /** What waits in the outbox for this room. */
  pending: () => readonly TimelineMessage[];
  /** Messages of mine that the server is seen to have. */
  onArrived: (keys: ReadonlySet<string>) => void;
  /** What has come into effect, in its order. */
  onApplied: (event: LogEvent) => void;
  onChange: () => void;
}

/** What one list shows: the same array as long as nothing in it is another. */
const createStableList = () => {
  let last: readonly TimelineMessage[] = [];
  return (next: readonly TimelineMessage[]): readonly TimelineMessage[] => {
    const isSame = next.length === last.length && next.every((message, index) => message === last[index]);
    if (!isSame) last = next;
    return last;
  };
};

/** Holds a room's timeline, and what is shown of it together with what is on its way. */
export interface Keeper {
  get(): Timeline;
  /** Counts the times that the history started over: a page asked for before means nothing. */
  generation(): number;
  set(next: Timeline): void;
  /** A page is asked for: what happens from here on is remembered until what is returned is called. */
  beginPage(): () => void;
  /** A page that holds messages of mine shows that they have been sent. */
  noteArrived(messages: readonly ChatMessage[]): void;
  handleEvent(event: LogEvent): void;
  handleAck(message: ChatMessage): void;
  handleReached(seq: number): void;
  handleRenamed(person: Member): void;
  handleSnapshot(snapshot: Snapshot): void;
  /** Where the reader is: what is far from there may be let go of. */
  lookAt(seq: number | null): void;
  returnToNewest(): void;
  openThread(rootId: string): void;
  closeThread(rootId: string): void;
  reset(): void;
  view(message: ChatMessage): TimelineMessage;
  roomMessages(): readonly TimelineMessage[];
  threadMessages(rootId: string): readonly TimelineMessage[];
}

export const createKeeper = (deps: KeeperDeps): Keeper => new TimelineKeeper(deps);

class TimelineKeeper implements Keeper {
  readonly #deps: KeeperDeps;
  #timeline: Timeline;
  #generation = 0;
  #lookSeq: Reach['lookSeq'] = null;
  /** Another one after each reset: pages of before count for nothing. */
  #life: object = {};
  #views = new WeakMap<ChatMessage, TimelineMessage>();
  #lists = new Map<string | null, ReturnType<typeof createStableList>>();

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    this.#timeline = createTimeline(deps.selfId());
  }

  get(): Timeline {
    return this.#timeline;
  }

  generation(): number {
    return this.#generation;
  }

  set(next: Timeline): void {
    if (next === this.#timeline) return;
    this.#timeline = this.#fit(next);
    this.#deps.changes.handlePosition(next.log.position ?? 0);
    this.#deps.onChange();
  }

  beginPage(): () => void {
    const life = this.#life;
    this.#timeline = beginPage(this.#timeline);
    return () => {
      if (this.#life === life) this.set(endPage(this.#timeline));
    };
  }

  noteArrived(messages: readonly ChatMessage[]): void {
    const selfId = this.#deps.selfId();
    const own = messages.filter(({ userId }) => userId === selfId).map((message) => keyOf(message, selfId));
    if (own.length > 0) this.#deps.onArrived(new Set(own));
  }

  handleEvent(event: LogEvent): void {
    this.#step(applyEvent(this.#own(), event));
  }

  handleAck(message: ChatMessage): void {
    this.#step(applyAck(this.#timeline, message));
  }

  handleReached(seq: number): void {
    this.set(applyReached(this.#timeline, seq));
    // It may be in already.
    this.#deps.changes.handlePosition(this.#timeline.log.position ?? 0);
    this.#deps.onChange();
  }

  handleRenamed(person: Member): void {
    this.set(applyFacts(this.#timeline, [{ kind: 'name', ...person }]));
  }

  handleSnapshot(snapshot: Snapshot): void {
    const { epoch, position } = this.#timeline.log;
    const isContinued = snapshot.recovered && epoch === snapshot.epoch && position !== null;
    if (!isContinued) this.#generation += 1;
    this.#step(applySnapshot(this.#own(), snapshot), snapshot.missed);
  }

  lookAt(seq: number | null): void {
    this.#lookSeq = seq;
  }

  returnToNewest(): void {
    this.lookAt(null);
    this.set(returnToNewest(this.#timeline));
  }

  openThread(rootId: string): void {
    this.set(openThread(this.#timeline, rootId));
  }

  closeThread(rootId: string): void {
    this.#lists.delete(rootId);
    this.set(closeThread(this.#timeline, rootId));
  }

  reset(): void {
    this.#generation += 1;
    this.#life = {};
    this.#lookSeq = null;
    this.#views = new WeakMap();
    this.#lists = new Map();
    this.#timeline = createTimeline(this.#deps.selfId());
  }

  view(message: ChatMessage): TimelineMessage {
    const known = this.#views.get(message);
    const shown = known ?? toTimelineMessage(message, this.#deps.selfId());
    if (!known) this.#views.set(message, shown);
    return this.#deps.changes.applyTo(shown);
  }

  roomMessages(): readonly TimelineMessage[] {
    const { live, past, stale, acked } = this.#timeline;
    if (past)
      return this.#list(
        null,
        past.messages.map((message) => this.view(message)),
      );
    const views = (messages: readonly ChatMessage[]) => messages.map((message) => this.view(message));
    const [before, after] = [views(stale), views(live.messages)];
    const unseen = this.#unseen([...before, ...after], acked, null);
    // What a page that is on its way holds stands where that page will be.
    const isBefore = ({ seq }: TimelineMessage): boolean => seq !== null && seq < live.floorSeq;
    const [early, late] = [unseen.filter(isBefore), unseen.filter((message) => !isBefore(message))];
    return this.#list(null, [...before, ...early, ...after, ...late]);
  }

  threadMessages(rootId: string): readonly TimelineMessage[] {
    const { threads, acked } = this.#timeline;
    const sent = (threads.get(rootId)?.window?.messages ?? []).map((message) => this.view(message));
    return this.#list(rootId, [...sent, ...this.#unseen(sent, acked, rootId)]);
  }

  #fit(timeline: Timeline): Timeline {
    const { maxLoadedMessages: maxLoaded } = this.#deps;
    return withinReach(timeline, { maxLoaded, lookSeq: this.#lookSeq });
  }

  /** The timeline, of whoever is signed in by now. */
  #own(): Timeline {
    const selfUserId = this.#deps.selfId();
    return this.#timeline.selfUserId === selfUserId ? this.#timeline : { ...this.#timeline, selfUserId };
  }

  /** What I have written and the log does not show yet. */
  #unseen(
    sent: readonly TimelineMessage[],
    acked: readonly ChatMessage[],
    threadRootId: string | null,
  ): TimelineMessage[] {
    const unseen = [...acked.map((message) => this.view(message)), ...this.#deps.pending()].filter(
      (message) => message.threadRootId === threadRootId,
    );
    if (unseen.length === 0) return unseen;
    const keys = new Set(sent.map(({ key }) => key));
    return unseen.filter(({ key }) => {
      if (keys.has(key)) return false;
      keys.add(key);
      return true;
    });
  }

  #list(name: string | null, messages: readonly TimelineMessage[]): readonly TimelineMessage[] {
    const list = this.#lists.get(name) ?? createStableList();
    this.#lists.set(name, list);
    return list(messages);
  }

  #step({ timeline, applied }: TimelineStep, missed: readonly ChatMessage[] = []): void {
    if (timeline === this.#timeline) return;
    this.#timeline = this.#fit(timeline);
    this.#deps.changes.handlePosition(timeline.log.position ?? 0);
    const messages = applied.flatMap((event) => (event.type === 'chat.message' ? [event.payload] : []));
    this.noteArrived([...missed, ...messages]);
    for (const event of applied) this.#deps.onApplied(event);
    this.#deps.onChange();
  }
}
