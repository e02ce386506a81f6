import type { ChatMessage, RoomJoined, ServerEvent, User } from '@boltorezka/protocol';
import { backoffDelayMs, sleep } from './backoff.ts';
import { asAppError, isRetryable } from './failures.ts';
import type { Http } from './http.ts';
import { createUuid } from './ids.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { permissionsOf } from './room/policy.ts';
import { initialRoomState } from './room/initial-state.ts';
import { applyPeopleEvent, isEventOfRoom } from './room-events.ts';
import { createRoomHistory, type RoomHistory } from './room-history.ts';
import { createRecordStore, readOnly } from './store.ts';
import { fromOutbox } from './timeline/message-view.ts';
import {
  addPending,
  applyMessages,
  applyNewestPage,
  applyOlder,
  applyPageAhead,
  applySnapshot,
  emptyTimeline,
  messagesOf,
  removePending,
  setPendingError,
  type Timeline,
} from './timeline.ts';
import type { Connection, Log, RoomState, Store } from './types.ts';

export interface RoomDeps {
  slug: string;
  connection: Pick<Connection, 'request'>;
  /** Whether there is a socket, and somebody signed in at it. */
  isOnline: () => boolean;
  http: Http;
  getSelf: () => User | null;
  random: () => number;
  log: Log;
  /** An earlier leaving of the same room, which must have been heard before it is joined anew. */
  afterLeft?: Promise<unknown> | undefined;
}

/** One room that somebody looks at or sits in, shared by all who opened it. */
export interface RoomCore {
  state: Store<RoomState>;
  send(text: string): void;
  retry(key: string): void;
  discard(key: string): void;
  loadOlder(): Promise<void>;
  handleEvent(event: ServerEvent): void;
  handleOnline(): void;
  handleOffline(): void;
  /** Asks to be let in once more, where the server would not. */
  rejoin(): void;
  /** Another person signed in: nothing of what the former one saw may stay. */
  reset(): void;
  /** Ends when no request of this room's is under way. */
  close(): Promise<void>;
}

/** Something that was written here has not reached the server, or was refused by it. */
export const hasUnsent = ({ messages }: RoomState): boolean =>
  messages.some(({ status }) => status !== 'sent');

export const createRoomCore = (deps: RoomDeps): RoomCore => new Room(deps);

class Room implements RoomCore {
  readonly #deps: RoomDeps;
  readonly #state;
  readonly #outbox: Outbox;
  readonly #history: RoomHistory;
  #timeline: Timeline = emptyTimeline;
  /** Events that came while the snapshot they build on was still on its way. */
  #early: ServerEvent[] | null = null;
  /** Ends with the socket that it belongs to; a new one begins with each join. */
  #stay = new AbortController();
  #joining: Promise<void> = Promise.resolve();

  readonly state: Store<RoomState>;

  constructor(deps: RoomDeps) {
    this.#deps = deps;
    this.#state = createRecordStore(initialRoomState(deps.slug));
    this.state = readOnly(this.#state);
    this.#outbox = createOutbox({
      slug: deps.slug,
      request: (type, payload) => deps.connection.request(type, payload),
      random: deps.random,
      onSent: (key, message) => {
        this.#setTimeline(removePending(this.#timeline, key));
        this.#apply([message]);
      },
      onFailed: (key, error) => this.#setTimeline(setPendingError(this.#timeline, key, error)),
    });
    this.#history = createRoomHistory({
      ...deps,
      onAhead: (messages) => this.#applyAhead(messages),
      onNewest: (messages, snapshotSeq) => this.#applyNewest(messages, snapshotSeq),
      onOlder: (messages) => this.#setTimeline(applyOlder(this.#timeline, messages, this.#selfId())),
      onChange: (fields) => this.#state.patch(fields),
    });
    if (deps.getSelf()) this.#history.readAhead();
    if (deps.isOnline()) this.handleOnline();
  }

  send(text: string): void {
    const self = this.#deps.getSelf();
    if (!self || text.trim() === '') return;
    const key = createUuid();
    this.#setTimeline(
      addPending(
        this.#timeline,
        fromOutbox(
          {
            key,
            userId: self.id,
            roomSlug: '',
            order: 0,
            createdAt: new Date().toISOString(),
            text,
            refusal: null,
          },
          self.name,
        ),
      ),
    );
    this.#outbox.add(key, text);
  }

  retry(key: string): void {
    const message = this.#timeline.pending.find(
      (pending) => pending.key === key && pending.status === 'failed',
    );
    if (!message) return;
    this.#setTimeline(setPendingError(this.#timeline, key, null));
    this.#outbox.add(key, message.text);
  }

  discard(key: string): void {
    this.#setTimeline(removePending(this.#timeline, key));
  }

  async loadOlder(): Promise<void> {
    if (!this.#state.get().loadingOlder) await this.#history.loadOlder();
  }

  handleOnline(): void {
    this.handleOffline();
    this.#stay = new AbortController();
    this.#joining = this.#join(this.#stay.signal).catch(() => undefined);
  }

  handleOffline(): void {
    this.#stay.abort();
    this.#outbox.pause();
    this.#early = null;
    this.#state.patch({ speakingUserIds: [] });
  }

  rejoin(): void {
    if (this.#state.get().status !== 'failed') return;
    this.#state.patch({ status: 'joining', error: null, removed: null });
    if (this.#deps.isOnline()) this.handleOnline();
  }

  handleEvent(event: ServerEvent): void {
    if (this.#early) this.#early.push(event);
    else this.#handleOwnEvent(event);
  }

  reset(): void {
    this.handleOffline();
    this.#outbox.keepOnly(new Set());
    this.#timeline = emptyTimeline;
    this.#history.forget();
    this.#state.set(initialRoomState(this.#deps.slug));
  }

  async close(): Promise<void> {
    this.reset();
    await this.#joining;
  }

  #selfId(): string | null {
    return this.#deps.getSelf()?.id ?? null;
  }

  #setTimeline(timeline: Timeline): void {
    this.#timeline = timeline;
    // What the log shows has been sent, however we came to know it.
    this.#outbox.keepOnly(new Set(timeline.pending.map(({ key }) => key)));
    this.#state.patch({ messages: messagesOf(timeline) });
  }

  #apply(messages: ChatMessage[]): void {
    const next = applyMessages(this.#timeline, messages, this.#selfId());
    if (next !== this.#timeline) this.#setTimeline(next);
  }

  #applyAhead(messages: ChatMessage[]): boolean {
    const next = applyPageAhead(this.#timeline, messages, this.#selfId());
    if (next === this.#timeline) return false;
    this.#setTimeline(next);
    return true;
  }

  #applyNewest(messages: ChatMessage[], snapshotSeq: number): boolean {
    const result = applyNewestPage(this.#timeline, { messages, snapshotSeq }, this.#selfId());
    this.#setTimeline(result.timeline);
    return result.startedOver;
  }

  #think(): void {
    const { details, self } = this.#state.get();
    this.#state.patch({ may: permissionsOf({ details, self, isAdministrator: false, nowMs: Date.now() }) });
  }

  #handleOwnEvent(event: ServerEvent): void {
    const { slug, id } = this.#state.get();
    if (event.type === 'room.changed' && event.payload.room.roomId === id) {
      this.#state.patch({ details: event.payload.room, title: event.payload.room.roomTitle });
      return this.#think();
    }
    if (event.type === 'room.memberChanged' && event.payload.roomId === id && event.payload.userId === this.#selfId()) {
      const { role, textMutedUntil, voiceMutedUntil } = event.payload;
      this.#state.patch({ self: { role, ...(textMutedUntil !== undefined && { textMutedUntil }), ...(voiceMutedUntil !== undefined && { voiceMutedUntil }) } });
      return this.#think();
    }
    if (event.type === 'room.removed' && event.payload.roomSlug === slug) {
      this.#state.patch({ status: 'failed', removed: { reason: event.payload.reason, note: event.payload.note ?? null } });
      return;
    }
    if (!isEventOfRoom(event, { slug, id })) return;
    if (event.type === 'chat.message') this.#apply([event.payload]);
    else this.#state.patch(applyPeopleEvent(this.#state.get(), event));
  }

  async #join(signal: AbortSignal): Promise<void> {
    await this.#deps.afterLeft;
    for (let failures = 1; !signal.aborted; failures += 1) {
      this.#early = [];
      try {
        const { epoch, position } = this.#timeline;
        const known = epoch !== null && position !== null ? { epoch, afterSeq: position } : {};
        const payload = { roomSlug: this.#deps.slug, keepOthers: true, ...known };
        const joined = await this.#deps.connection.request('room.join', payload);
        if (signal.aborted) return;
        // Without a position of ours there was nothing to recover, whatever the answer calls it.
        const recovered = joined.recovered && 'afterSeq' in known;
        this.#handleJoined({ ...joined, recovered });
        // The room is joined, whatever becomes of its history.
        if (recovered) this.#history.skipNewest();
        else await this.#history.loadNewest(joined, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#early = null;
        if (!isRetryable(error)) {
          this.#state.patch({ status: 'failed', error: asAppError(error, 'The room could not be entered.') });
          return;
        }
        await sleep(backoffDelayMs(failures, this.#deps.random), signal);
      }
    }
  }

  #handleJoined(joined: RoomJoined): void {
    // Before anything is shown: an empty room must not seem quiet while its history is on its way.
    if (!joined.recovered) this.#state.patch({ loadingOlder: true });
    const { epoch } = this.#timeline;
    if (epoch !== null && epoch !== joined.epoch) this.#history.forget();
    this.#setTimeline(applySnapshot(this.#timeline, joined, this.#selfId()));
    this.#state.patch({
      id: joined.roomId,
      title: joined.roomTitle,
      status: 'joined',
      error: null,
      removed: null,
      details: joined.room ?? null,
      self: joined.self ?? null,
      members: joined.members,
      participants: joined.voice,
      speakingUserIds: joined.speakingUserIds ?? [],
    });
    this.#think();
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.#handleOwnEvent(event);
    this.#outbox.open();
  }
}
