import type { ServerEvent, User } from '@boltorezka/protocol';
import { asAppError } from './failures.ts';
import type { Http } from './http.ts';
import { createLobby, type Lobby } from './lobby.ts';
import { createRoomCore, hasUnsent, type RoomCore } from './room.ts';
import { fromCreated, toRoomEntry, withDetails } from './rooms/room-entry.ts';
import { createRecordStore, createStore, readOnly } from './store.ts';
import type { Connection, CreateRoomInput, Log, OpenRoom, RoomEntry, Rooms, RoomsState } from './types.ts';

export interface RoomsDeps {
  connection: Connection;
  http: Http;
  getSelf: () => User | null;
  random: () => number;
  log: Log;
}

export interface RoomsService extends Pick<Rooms, 'setNotify' | 'openDirect' | 'openMembers' | 'waiting' | 'state' | 'inVoice' | 'refresh' | 'create' | 'open'> {
  /** Somebody signed in; the rooms are theirs now. */
  handleSignedIn(userId: string): void;
  handleSignedOut(): void;
  close(): void;
}

interface Opened {
  core: RoomCore;
  handles: number;
  leaveTimer: ReturnType<typeof setTimeout> | undefined;
  /** Ends the wait for what was written there to be sent. */
  stopWaiting: () => void;
}

const empty: RoomsState = { status: 'loading', rooms: [], error: null };

/** The list of rooms, and those of them that are open. */
export const createRooms = (deps: RoomsDeps): RoomsService => new RoomDirectory(deps);

/** Rooms by arrival, each once. */
export const mergeRooms = (rooms: readonly RoomEntry[], more: readonly RoomEntry[]): RoomEntry[] => {
  const known = new Set(rooms.map(({ id }) => id));
  return [...rooms, ...more.filter(({ id }) => !known.has(id))];
};

class RoomDirectory implements RoomsService {
  readonly #deps: RoomsDeps;
  readonly #state = createRecordStore<RoomsState>(empty);
  readonly #lobby: Lobby;
  readonly #opened = new Map<string, Opened>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #stopListening: (() => void)[];
  #userId: string | null = null;
  /** The socket stands, and somebody is signed in. */
  #isOnline = false;
  /** Rooms that were announced while the list was being read: the list may not have them yet. */
  #announced: RoomEntry[] = [];
  #reading = 0;
  /** The list was read, or is being read, for this person. */
  #hasAsked = false;

  readonly waiting = createStore<Record<string, { joinRequestCount: number; reportCount: number }>>({});
  readonly state = readOnly(this.#state);
  readonly inVoice: RoomsService['inVoice'];

  constructor(deps: RoomsDeps) {
    this.#deps = deps;
    this.#lobby = createLobby(deps);
    this.inVoice = this.#lobby.inVoice;
    this.#stopListening = [
      deps.connection.onEvent((event) => this.#handleEvent(event)),
      deps.connection.state.subscribe(() => this.#handleConnection()),
    ];
  }

  async refresh(): Promise<void> {
    const user = this.#userId;
    this.#hasAsked = true;
    this.#reading += 1;
    const reading = this.#reading;
    this.#announced = [];
    // An answer counts unless somebody else signed in or a later reading began.
    const isCurrent = () => this.#userId === user && this.#reading === reading;
    try {
      const { rooms } = await this.#deps.http.call('rooms.list', {});
      if (isCurrent()) {
        this.#state.set({
          status: 'ready',
          rooms: mergeRooms(rooms.map(toRoomEntry), this.#announced),
          error: null,
        });
      }
    } catch (error) {
      if (!isCurrent()) return;
      this.#state.patch({ status: 'failed', error: asAppError(error, 'The rooms are unknown.') });
    }
  }

  async create(body: CreateRoomInput): Promise<RoomEntry> {
    const { room } = await this.#deps.http.call('rooms.create', { body });
    const entry = toRoomEntry(room);
    this.#add(entry);
    return entry;
  }

  async setNotify(slug: string, level: RoomEntry['notify']): Promise<void> {
    await this.#deps.http.call('rooms.setNotify', { params: { slug }, body: { level } });
    this.#state.patch({ rooms: this.#state.get().rooms.map((r) => (r.slug === slug ? { ...r, notify: level } : r)) });
  }
  async openDirect(userId: string): Promise<RoomEntry> {
    const { room } = await this.#deps.http.call('rooms.openDirect', { body: { user_id: userId } });
    const entry = toRoomEntry(room);
    this.#add(entry);
    return entry;
  }
  openMembers(slug: string): never {
    const state = createRecordStore<{ status: string; members: unknown[]; hasMore: boolean; error: unknown }>({ status: 'loading', members: [], hasMore: false, error: null });
    const refresh = async () => {
      try {
        const { members } = await this.#deps.http.call('members.list', { params: { slug }, query: {} });
        const order = ['owner', 'moderator', 'member', 'guest'];
        state.set({ status: 'ready', hasMore: false, error: null, members: members.map((m) => ({ userId: m.user_id, userName: m.user_name, role: m.role, joinedAt: m.joined_at, textMutedUntil: m.text_muted_until, voiceMutedUntil: m.voice_muted_until })).sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role)) });
      } catch (error) { state.patch({ status: 'failed', error }); }
    };
    void refresh();
    const stop = this.#deps.connection.onEvent((event) => { if (event.type === 'room.memberChanged') void refresh(); });
    return { state, refresh, loadMore: refresh, close: stop } as never;
  }

  open(slug: string): OpenRoom {
    const opened = this.#retain(slug);
    let isOpen = true;
    const { core } = opened;
    const room = {
      state: core.state,
      send: (text: string) => core.send(text),
      retry: (key: string) => core.retry(key),
      discard: (key: string) => core.discard(key),
      loadOlder: () => core.loadOlder(),
      jumpTo: async () => undefined,
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#release(slug, opened);
      },
    };
    return room as unknown as OpenRoom;
  }

  handleSignedIn(userId: string): void {
    if (this.#userId === userId) return;
    this.#forget();
    // The list is read when the socket stands: read before, it could miss what is created in between.
    this.#userId = userId;
    this.#handleConnection();
  }

  handleSignedOut(): void {
    if (this.#userId === null) return;
    this.#forget();
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
    for (const { core, leaveTimer, stopWaiting } of this.#opened.values()) {
      clearTimeout(leaveTimer);
      stopWaiting();
      void core.close().catch(() => undefined);
    }
    this.#opened.clear();
    this.#forget();
  }

  #forget(): void {
    this.#userId = null;
    this.#isOnline = false;
    this.#announced = [];
    this.#hasAsked = false;
    this.#state.set(empty);
    this.#lobby.reset();
    for (const { core } of this.#opened.values()) core.reset();
  }

  #add(room: RoomEntry): void {
    this.#announced = mergeRooms(this.#announced, [room]);
    const { rooms } = this.#state.get();
    const next = mergeRooms(rooms, [room]);
    if (next.length !== rooms.length) this.#state.patch({ rooms: next });
  }

  #retain(slug: string): Opened {
    const known = this.#opened.get(slug);
    const opened = known ?? {
      core: createRoomCore({
        ...this.#deps,
        slug,
        isOnline: () => this.#isOnline,
        afterLeft: this.#leaving.get(slug),
      }),
      handles: 0,
      leaveTimer: undefined,
      stopWaiting: () => undefined,
    };
    this.#opened.set(slug, opened);
    clearTimeout(opened.leaveTimer);
    opened.stopWaiting();
    opened.handles += 1;
    known?.core.rejoin();
    return opened;
  }

  #release(slug: string, opened: Opened): void {
    opened.handles -= 1;
    if (opened.handles > 0) return;
    // A page that closes and opens a room in one breath, as React does when it mounts twice, does not leave it.
    opened.leaveTimer = setTimeout(() => this.#leaveWhenSent(slug, opened), 0);
  }

  /** What was written is not thrown away with the room it was written in. */
  #leaveWhenSent(slug: string, opened: Opened): void {
    const { core } = opened;
    opened.stopWaiting();
    if (this.#opened.get(slug) !== opened) return;
    if (hasUnsent(core.state.get())) {
      opened.stopWaiting = core.state.subscribe(() => {
        if (!hasUnsent(core.state.get())) this.#leaveWhenSent(slug, opened);
      });
      return;
    }
    this.#opened.delete(slug);
    const left = this.#leave(slug, core).finally(() => {
      if (this.#leaving.get(slug) === left) this.#leaving.delete(slug);
    });
    this.#leaving.set(slug, left);
  }

  async #leave(slug: string, core: RoomCore): Promise<void> {
    await core.close();
    // Where the socket is gone, the server has seen us go.
    await this.#deps.connection.request('room.leave', { roomSlug: slug }).catch(() => undefined);
  }

  #handleEvent(event: ServerEvent): void {
    if (event.type === 'room.created') { this.#add({ ...fromCreated(event.payload), directWith: (event.payload as never as { directWith?: RoomEntry['directWith'] }).directWith ?? null }); }
    const each = (fits: (r: RoomEntry) => boolean, to: (r: RoomEntry) => RoomEntry) => this.#state.patch({ rooms: this.#state.get().rooms.map((r) => (fits(r) ? to(r) : r)) });
    if (event.type === 'room.updated') { const p = event.payload; each((r) => r.id === p.roomId, (r) => withDetails(r, p)); }
    if (event.type === 'lobby.activity') { const p = event.payload; each((r) => r.id === p.roomId, (r) => ({ ...r, unreadCount: r.unreadCount + p.messageCount - r.messageCount, messageCount: p.messageCount, lastMessageAt: p.lastMessageAt })); }
    if (event.type === 'room.removed') { const p = event.payload; this.#state.patch({ rooms: this.#state.get().rooms.filter((r) => r.id !== p.roomId || (r.isPublic && p.reason !== 'banned' && p.reason !== 'deleted' && p.reason !== 'closed')) }); }
    if (event.type === 'moderation.waiting') { const p = event.payload; this.waiting.set({ ...this.waiting.get(), [p.roomSlug]: { joinRequestCount: p.joinRequestCount, reportCount: p.reportCount } }); }
    this.#lobby.handleEvent(event);
    for (const { core } of this.#opened.values()) core.handleEvent(event);
  }

  #handleConnection(): void {
    // The socket may stand before it is known who is signed in.
    if (this.#userId === null) return;
    const { status } = this.#deps.connection.state.get();
    // Without a socket there is still the list to be seen.
    if (status === 'reconnecting' && !this.#hasAsked) void this.refresh();
    const isOnline = status === 'online';
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    for (const { core } of this.#opened.values()) {
      if (isOnline) core.handleOnline();
      else core.handleOffline();
    }
    if (!isOnline) return this.#lobby.handleOffline();
    this.#lobby.handleOnline();
    // Rooms may have been created while nobody told us.
    void this.refresh();
  }
}
