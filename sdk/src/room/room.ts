import { AppError, type RoomDetails, type RoomSelf, type ServerEvent } from '@boltorezka/protocol';
import { createRecordStore, readOnly } from '../store.ts';
import { isLogEvent, type LogEvent } from '../timeline/log.ts';
import type { RoomRemoval, RoomState } from '../types/room.ts';
import type { Store } from '../types/store.ts';
import type { JoinAnswer } from './entrance.ts';
import { initialRoomState } from './initial-state.ts';
import { createParts, type RoomDeps, type RoomParts } from './parts.ts';
import { applyPeopleEvent, isEventOfRoom, selfAfter } from './people-events.ts';

/** One room that somebody looks at or sits in, shared by all who opened it. */
export interface RoomCore {
  state: Store<RoomState>;
  parts: RoomParts;
  handleEvent(event: ServerEvent): void;
  handleOnline(): void;
  handleOffline(): void;
  /** Up to where this person has read, at any device. */
  handleRead(readSeq: number | null, unreadCount: number): void;
  moveUnreadLine(): void;
  /** Asks to be let in once more, where the server would not. */
  rejoin(): void;
  /** Another person signed in: nothing of what the former one saw may stay. */
  reset(): void;
  /** Ends when no request of this room's is under way. */
  close(): Promise<void>;
}

const removedText: Record<RoomRemoval['reason'], string> = {
  left: 'You have left this room.',
  kicked: 'A moderator has sent you out of this room.',
  banned: 'A moderator has banned you from this room.',
  deleted: 'This room was deleted.',
  closed: 'This room is private now; ask one of its members to let you in.',
};

export const createRoomCore = (deps: RoomDeps): RoomCore => new Room(deps);

class Room implements RoomCore {
  readonly #deps: RoomDeps;
  readonly #state;
  /** Events that came while the snapshot they build on was still on its way. */
  #early: ServerEvent[] | null = null;
  /** The unread line is put where reading stood when that was first known. */
  #hasLine = false;

  readonly parts: RoomParts;
  readonly state: Store<RoomState>;

  constructor(deps: RoomDeps) {
    this.#deps = deps;
    this.#state = createRecordStore(initialRoomState(deps.slug));
    this.state = readOnly(this.#state);
    this.parts = createParts(deps, {
      onShown: () => this.#show(),
      onState: (fields) => this.#state.patch(fields),
      onMay: (may) => this.#state.patch({ may }),
      onApplied: (event) => this.#handleApplied(event),
      onAsked: () => {
        this.#early = [];
      },
      onUnanswered: () => this.#takeEarly(),
      countPeople: () => this.#state.get().members.length,
      onJoined: (answer, isRecovered, signal) => this.#handleJoined(answer, isRecovered, signal),
      onRefused: (error) => this.#handleRefused(error),
    });
    this.#show();
    if (deps.getSelf()) this.parts.history.readAhead();
    if (deps.isOnline()) this.handleOnline();
  }

  handleOnline(): void {
    this.handleOffline();
    // Whoever was sent out comes back when they, or the server, want it; not because a line was lost.
    if (this.#state.get().removed === null) this.parts.entrance.enter();
  }

  handleOffline(): void {
    const { entrance, post, marker, threadReads, gaps, typing } = this.parts;
    entrance.leave();
    post.setJoined(false);
    marker.pause();
    threadReads.pause();
    gaps.stop();
    typing.clear();
    this.#early = null;
    this.#state.patch({ speakingUserIds: [] });
  }

  handleRead(readSeq: number | null, unreadCount: number): void {
    if (readSeq !== null) this.parts.marker.handleRead(readSeq);
    const known = this.#state.get().readSeq;
    if (readSeq !== null && readSeq > (known ?? -1)) this.#state.patch({ readSeq });
    if (this.#hasLine) return;
    this.#hasLine = true;
    if (unreadCount > 0) this.#state.patch({ unreadLineSeq: readSeq });
  }

  moveUnreadLine(): void {
    const { readSeq, messages } = this.#state.get();
    const selfId = this.#deps.getSelf()?.id;
    const isNew = ({ seq, userId }: { seq: number | null; userId: string }) =>
      seq !== null && seq > (readSeq ?? 0) && userId !== selfId;
    // In the middle of the past, the newest are not shown.
    const isUnread = messages.some(isNew) || this.parts.keeper.get().live.messages.some(isNew);
    this.#state.patch({ unreadLineSeq: isUnread ? readSeq : null });
  }

  rejoin(): void {
    if (this.#state.get().status !== 'failed') return;
    this.#state.patch({ status: 'joining', error: null, removed: null });
    if (this.#deps.isOnline()) this.handleOnline();
  }

  handleEvent(event: ServerEvent): void {
    // Whoever is put out while they come in is out: the answer that is awaited says no more than that it refuses.
    const waits = event.type !== 'room.removed';
    if (this.#early && waits) this.#early.push(event);
    else this.#handleOwnEvent(event);
  }

  reset(): void {
    const { changes, keeper, history, marker, threadReads, powers } = this.parts;
    this.handleOffline();
    changes.clear();
    history.dropAhead();
    keeper.reset();
    marker.reset();
    threadReads.reset();
    powers.clear();
    this.#hasLine = false;
    this.#state.set(initialRoomState(this.#deps.slug));
    this.#show();
  }

  async close(): Promise<void> {
    // What was seen within the last second is read, whoever leaves right after it.
    this.parts.marker.flush();
    this.parts.threadReads.flush();
    this.reset();
    this.parts.post.detach();
    await this.parts.entrance.settled();
  }

  /** What is shown, by what the parts hold now. */
  #show(): void {
    if (!this.parts) return;
    const { keeper, typing, threads, gaps } = this.parts;
    const { past, live, newerCount } = keeper.get();
    this.#state.patch({
      messages: keeper.roomMessages(),
      isAtNewest: past === null,
      hasOlder: (past ?? live).olderCursor !== null,
      hasNewer: (past?.newerCursor ?? null) !== null,
      newerCount: past ? newerCount : 0,
      typing: typing.typingIn(null),
    });
    threads.refresh();
    if (this.#deps.isOnline()) gaps.look();
  }

  #handleOwnEvent(event: ServerEvent): void {
    const { slug, id } = this.#state.get();
    if (event.type === 'user.renamed') return this.#handleRenamed(event);
    if (!isEventOfRoom(event, { slug, id })) return;
    const { keeper, entrance, typing } = this.parts;
    if (isLogEvent(event)) {
      if (event.payload.epoch === keeper.get().log.epoch) keeper.handleEvent(event);
      else entrance.enterAgain();
      return;
    }
    if (event.type === 'room.position') {
      const { epoch, position } = keeper.get().log;
      if (event.payload.epoch !== epoch || event.payload.seq > (position ?? 0)) entrance.enterAgain();
    } else if (event.type === 'chat.threadReadChanged') this.parts.threadReads.handleRead(event.payload);
    else if (event.type === 'room.removed') this.#handleRemoved(event.payload);
    else if (event.type === 'chat.typing') {
      if (event.payload.userId === this.#deps.getSelf()?.id) return;
      typing.handleTyping(event.payload, event.payload.threadRootId ?? null);
    } else this.#state.patch(applyPeopleEvent(this.#state.get(), event));
  }

  #handleRenamed(event: Extract<ServerEvent, { type: 'user.renamed' }>): void {
    this.parts.keeper.handleRenamed(event.payload);
    this.#state.patch(applyPeopleEvent(this.#state.get(), event));
    this.#deps.onMemberChanged(event.payload);
  }

  #handleApplied(event: LogEvent): void {
    this.parts.threadReads.handleApplied(event);
    if (event.type === 'chat.message') {
      this.parts.typing.handleWritten(event.payload.userId, event.payload.threadRootId ?? null);
    } else if (event.type === 'room.changed') this.#stand(event.payload.room, this.#state.get().self);
    else if (event.type === 'room.memberChanged') {
      this.#deps.onMemberChanged(event.payload);
      if (event.payload.userId !== this.#deps.getSelf()?.id) return;
      this.#stand(this.#state.get().details, selfAfter(event.payload));
    }
  }

  #stand(details: RoomDetails | null, self: RoomSelf | null): void {
    const before = this.#state.get();
    this.#state.patch(this.#standing(details, self));
    const after = this.#state.get();
    const isSlowOtherwise = before.details?.slowModeS !== after.details?.slowModeS;
    // What waits for the slow mode that was need not wait for this one as long.
    if (isSlowOtherwise || before.may.skipSlowMode !== after.may.skipSlowMode) this.parts.post.hurry();
  }

  /** In one change for those who look: what the room is, what I am in it, and what I may do. */
  #standing(details: RoomDetails | null, self: RoomSelf | null): Partial<RoomState> {
    const may = this.parts.powers.of(details, self);
    return { details, self, may, ...(details && { title: details.roomTitle }) };
  }

  /** The person is in the room no more, and sees nothing of it. */
  #handleRemoved({ reason, note }: { reason: RoomRemoval['reason']; note?: string | undefined }): void {
    const error = new AppError(reason === 'deleted' ? 'RoomNotFound' : 'Forbidden', removedText[reason]);
    this.reset();
    this.#state.patch({ removed: { reason, note: note ?? null } });
    this.#handleRefused(error);
  }

  #handleRefused(error: AppError): void {
    this.#early = null;
    this.#state.patch({ status: 'failed', error });
    this.parts.post.handleRefused(error);
  }

  #takeEarly(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.#handleOwnEvent(event);
  }

  async #handleJoined(answer: JoinAnswer, isRecovered: boolean, signal: AbortSignal): Promise<void> {
    const { keeper, history, threads, threadReads, post, marker } = this.parts;
    const { epoch, position } = keeper.get().log;
    if (epoch !== null && epoch !== answer.epoch) {
      marker.reset();
      threadReads.reset();
    }
    const willLoad = !isRecovered || keeper.get().isNewestMissing;
    // Before anything is shown: an empty room must not seem quiet while its history is on its way.
    if (willLoad) this.#state.patch({ loadingOlder: true });
    keeper.handleSnapshot({ ...answer, recovered: isRecovered });
    this.#state.patch({
      id: answer.roomId,
      title: answer.roomTitle,
      status: 'joined',
      error: null,
      removed: null,
      members: answer.members,
      participants: answer.voice,
      speakingUserIds: answer.speakingUserIds ?? [],
      ...this.#standing(answer.room ?? null, answer.self ?? null),
    });
    const { roomId, seq, self } = answer;
    if (self) this.#deps.onOwnRole({ roomId, seq, role: self.role });
    this.#takeEarly();
    post.setJoined(true);
    marker.open();
    threads.handleJoined(signal);
    threadReads.handleJoined(signal);
    if (!isRecovered || answer.seq !== position) this.#deps.onMemberChanged(null);
    // The room is joined, whatever becomes of its history.
    if (willLoad) await history.loadNewest(signal);
    else history.dropAhead();
  }
}
