import {
  AppError,
  type ChatMessage,
  type RoomJoined,
  type ServerEvent,
  type User,
} from '@boltorezka/protocol';
import { backoffDelayMs, sleep } from './backoff.ts';
import type { Http } from './http.ts';
import { createUuid } from './ids.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { applyPeopleEvent, isEventOfRoom } from './room-events.ts';
import { createStore, readOnly } from './store.ts';
import {
  addPending,
  applyMessages,
  applyNewestPage,
  applyOlder,
  applySnapshot,
  emptyTimeline,
  messagesOf,
  removePending,
  setPendingError,
  type Timeline,
  toChatMessage,
} from './timeline.ts';
import type { Connection, Log, RoomState, Store } from './types.ts';

export interface RoomDeps {
  slug: string;
  connection: Pick<Connection, 'request' | 'state'>;
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
  /** Another person signed in: nothing of what the former one saw may stay. */
  reset(): void;
  /** Ends when no request of this room's is under way. */
  close(): Promise<void>;
}

const pageSize = 50;

const initialState = (slug: string): RoomState => ({
  slug,
  id: null,
  title: slug,
  status: 'joining',
  error: null,
  members: [],
  participants: [],
  speakingUserIds: [],
  messages: [],
  hasOlder: false,
  loadingOlder: false,
});

export const createRoomCore = (deps: RoomDeps): RoomCore => new Room(deps);

class Room implements RoomCore {
  readonly #deps: RoomDeps;
  readonly #state;
  readonly #outbox: Outbox;
  #timeline: Timeline = emptyTimeline;
  #olderCursor: string | null = null;
  /** Events that came while the snapshot they build on was still on its way. */
  #early: ServerEvent[] | null = null;
  /** Ends with the socket that it belongs to; a new one begins with each join. */
  #stay = new AbortController();
  #joining: Promise<void> = Promise.resolve();

  readonly state: Store<RoomState>;

  constructor(deps: RoomDeps) {
    this.#deps = deps;
    this.#state = createStore(initialState(deps.slug));
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
    if (deps.connection.state.get().status === 'online') this.handleOnline();
  }

  send(text: string): void {
    const self = this.#deps.getSelf();
    if (!self || text.trim() === '') return;
    const key = createUuid();
    this.#setTimeline(
      addPending(this.#timeline, {
        key,
        id: null,
        userId: self.id,
        userName: self.name,
        text,
        createdAt: new Date().toISOString(),
        seq: null,
        status: 'sending',
        error: null,
      }),
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
    const before = this.#olderCursor;
    if (before === null || this.#state.get().loadingOlder) return;
    const { slug, http, log } = this.#deps;
    this.#state.patch({ loadingOlder: true });
    try {
      const query = { before, limit: pageSize };
      const page = await http.call('chat.history', { params: { slug }, query });
      // The history may have started over meanwhile: then this page continues nothing.
      if (this.#olderCursor !== before) return;
      this.#olderCursor = page.next_cursor;
      this.#setTimeline(applyOlder(this.#timeline, page.messages.map(toChatMessage), this.#selfId()));
    } catch (error) {
      log({ level: 'warn', message: 'Older messages could not be loaded', fields: describe(error) });
    } finally {
      this.#state.patch({ loadingOlder: false });
    }
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

  handleEvent(event: ServerEvent): void {
    if (this.#early) this.#early.push(event);
    else this.#handleOwnEvent(event);
  }

  reset(): void {
    this.handleOffline();
    this.#outbox.keepOnly(new Set());
    this.#timeline = emptyTimeline;
    this.#olderCursor = null;
    this.#state.set(initialState(this.#deps.slug));
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
    this.#state.patch({ messages: messagesOf(timeline), hasOlder: this.#olderCursor !== null });
  }

  #apply(messages: ChatMessage[]): void {
    const next = applyMessages(this.#timeline, messages, this.#selfId());
    if (next !== this.#timeline) this.#setTimeline(next);
  }

  #handleOwnEvent(event: ServerEvent): void {
    const { slug, id } = this.#state.get();
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
        if (!recovered) await this.#loadNewest(joined.seq, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#early = null;
        if (!isRetryable(error)) {
          this.#state.patch({ status: 'failed', error: toAppError(error) });
          return;
        }
        await sleep(backoffDelayMs(failures, this.#deps.random), signal);
      }
    }
  }

  #handleJoined(joined: RoomJoined): void {
    if (joined.epoch !== this.#timeline.epoch) this.#olderCursor = null;
    this.#setTimeline(applySnapshot(this.#timeline, joined, this.#selfId()));
    this.#state.patch({
      id: joined.roomId,
      title: joined.roomTitle,
      status: 'joined',
      error: null,
      members: joined.members,
      participants: joined.voice,
    });
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.#handleOwnEvent(event);
    this.#outbox.open();
  }

  /** The room is joined, whatever becomes of its history: this is tried for as long as the socket stands. */
  async #loadNewest(snapshotSeq: number, signal: AbortSignal): Promise<void> {
    const { slug, http, random, log } = this.#deps;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        const page = await http.call('chat.history', { params: { slug }, query: { limit: pageSize } });
        if (signal.aborted) return;
        const messages = page.messages.map(toChatMessage);
        const result = applyNewestPage(this.#timeline, { messages, snapshotSeq }, this.#selfId());
        if (result.startedOver) this.#olderCursor = page.next_cursor;
        this.#setTimeline(result.timeline);
        return;
      } catch (error) {
        log({ level: 'warn', message: 'The history could not be loaded', fields: describe(error) });
        if (!isRetryable(error)) return;
        await sleep(backoffDelayMs(failures, random), signal);
      }
    }
  }
}

const describe = (error: unknown): object => ({ code: error instanceof AppError ? error.code : 'unknown' });

const isRetryable = (error: unknown): boolean =>
  error instanceof AppError && (error.retryable || error.code === 'ServerError');

const toAppError = (error: unknown): AppError =>
  error instanceof AppError ? error : new AppError('ServerError', 'The room could not be entered.');
