import type { EventPayload, ServerEvent, User } from '@boltorezka/protocol';
import type { Http } from '../http.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { createPatientReading, type PatientReading } from '../patient-reading.ts';
import type { Blocked } from '../people.ts';
import { toOpenRoom } from '../room/open-room.ts';
import { isMemberChange, type MemberNews } from '../room/people-events.ts';
import { administers } from '../room/policy.ts';
import { createRoomCore, type RoomCore } from '../room/room.ts';
import type { OpenMembers, OpenRoom } from '../types/room.ts';
import type { CreateRoomInput, RoomEntry, Rooms } from '../types/rooms.ts';
import type { Connection, Log } from '../types.ts';
import { createLobby, type Lobby } from './lobby.ts';
import { createMembers } from './members.ts';
import { createRoomList, type RoomList } from './room-list.ts';
import { createWaiting, type Waiting } from './waiting.ts';

export interface RoomsDeps {
  connection: Connection;
  http: Http;
  outbox: Outbox;
  getSelf: () => User | null;
  blocked: Pick<Blocked, 'has'>;
  random: () => number;
  log: Log;
  maxLoadedMessages: number;
  marksRead: boolean;
  /** The server has answered to a mark of this person's. */
  onRead: (state: EventPayload<'chat.readChanged'>) => void;
}

export interface RoomsService extends Rooms {
  /** Somebody signed in; the rooms are theirs now. */
  handleSignedIn(userId: string): void;
  handleSignedOut(): void;
  /** All that named this person has been seen. @returns the rooms that showed something of it. */
  handleAllRead(): string[];
  /** So much of a room names this person and is unread; null: it is to be asked. */
  handleCounted(roomId: string, count: number | null): void;
  close(): void;
}

type MemberListener = (news: MemberNews | null) => void;

interface Opened {
  core: RoomCore;
  handles: number;
  memberListeners: Set<MemberListener>;
  leaveTimer: ReturnType<typeof setTimeout> | undefined;
}

/** The list of rooms, and those of them that are open. */
export const createRooms = (deps: RoomsDeps): RoomsService => new RoomDirectory(deps);

class RoomDirectory implements RoomsService {
  readonly #deps: RoomsDeps;
  readonly #list: RoomList;
  readonly #lobby: Lobby;
  readonly #waiting: Waiting;
  /** Asks again who sits where, and with that what waits for moderators. */
  readonly #resync: PatientReading;
  readonly #opened = new Map<string, Opened>();
  readonly #leaving = new Map<string, Promise<void>>();
  readonly #stopListening: (() => void)[];
  #userId: string | null = null;
  /** The socket stands, and somebody is signed in. */
  #isOnline = false;

  readonly state: Rooms['state'];
  readonly waiting: Rooms['waiting'];
  readonly serverReportCount: Rooms['serverReportCount'];
  readonly inVoice: Rooms['inVoice'];

  constructor(deps: RoomsDeps) {
    this.#deps = deps;
    this.#list = createRoomList(deps);
    this.state = this.#list.state;
    this.#waiting = createWaiting(() => administers(deps.getSelf()));
    this.waiting = this.#waiting.state;
    this.serverReportCount = this.#waiting.serverReportCount;
    this.#lobby = createLobby(deps);
    this.inVoice = this.#lobby.inVoice;
    this.#resync = createPatientReading({ attempt: async () => this.#watchLobby(), random: deps.random });
    this.#stopListening = [
      deps.connection.onEvent((event) => this.#handleEvent(event)),
      deps.connection.state.subscribe(() => this.#handleConnection()),
      this.#list.state.subscribe(() => this.#tellRead()),
      this.#list.state.subscribe(() => this.#waiting.handleRooms(this.#list.state.get().rooms)),
    ];
  }

  refresh(): Promise<void> {
    return this.#list.refresh();
  }

  create(input: CreateRoomInput): Promise<RoomEntry> {
    return this.#list.create(input);
  }

  openDirect(userId: string): Promise<RoomEntry> {
    return this.#list.openDirect(userId);
  }

  setNotify(...given: Parameters<Rooms['setNotify']>): Promise<void> {
    return this.#list.setNotify(...given);
  }

  setClosed(...given: Parameters<Rooms['setClosed']>): Promise<void> {
    return this.#list.setClosed(...given);
  }

  open(slug: string): OpenRoom {
    const opened = this.#retain(slug);
    return toOpenRoom(opened.core, {
      loadPins: async () => (await this.#deps.http.call('chat.pins', { params: { slug } })).messages,
      close: () => this.#release(slug, opened),
    });
  }

  openMembers(slug: string): OpenMembers {
    const opened = this.#retain(slug);
    let isOpen = true;
    return createMembers({
      slug,
      http: this.#deps.http,
      onMemberChanged: (listener) => {
        opened.memberListeners.add(listener);
        return () => opened.memberListeners.delete(listener);
      },
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        this.#release(slug, opened);
      },
    });
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

  handleAllRead(): string[] {
    return this.#list.handleAllRead();
  }

  handleCounted(roomId: string, count: number | null): void {
    this.#list.handleCounted(roomId, count);
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
    for (const { core, leaveTimer } of this.#opened.values()) {
      clearTimeout(leaveTimer);
      void core.close();
    }
    this.#opened.clear();
    this.#list.close();
    this.#resync.stop();
    this.#lobby.reset();
  }

  #forget(): void {
    this.#userId = null;
    this.#isOnline = false;
    this.#list.reset();
    this.#waiting.forget();
    this.#lobby.reset();
    for (const { core } of this.#opened.values()) core.reset();
  }

  #createOpened(slug: string): Opened {
    const memberListeners = new Set<MemberListener>();
    const core = createRoomCore({
      ...this.#deps,
      slug,
      isOnline: () => this.#isOnline,
      afterLeft: this.#leaving.get(slug),
      onRead: (state) => {
        this.#list.handleRead(state);
        this.#deps.onRead(state);
      },
      onOwnRole: (own) => this.#list.handleRole(own),
      onMemberChanged: (event) => {
        if (event && isMemberChange(event) && event.userId === this.#userId) this.#list.handleRole(event);
        for (const listener of [...memberListeners]) listener(event);
      },
    });
    return { core, handles: 0, memberListeners, leaveTimer: undefined };
  }

  #retain(slug: string): Opened {
    const known = this.#opened.get(slug);
    const opened = known ?? this.#createOpened(slug);
    this.#opened.set(slug, opened);
    clearTimeout(opened.leaveTimer);
    opened.handles += 1;
    if (known) known.core.rejoin();
    else this.#tellRead();
    return opened;
  }

  #release(slug: string, opened: Opened): void {
    opened.handles -= 1;
    if (opened.handles > 0) return;
    // A page that closes and opens a room in one breath, as React does when it mounts twice, does not leave it.
    opened.leaveTimer = setTimeout(() => this.#leaveIfUnused(slug, opened), 0);
  }

  #leaveIfUnused(slug: string, opened: Opened): void {
    if (this.#opened.get(slug) !== opened || opened.handles > 0) return;
    this.#opened.delete(slug);
    const left = this.#leave(slug, opened.core).finally(() => {
      if (this.#leaving.get(slug) === left) this.#leaving.delete(slug);
    });
    this.#leaving.set(slug, left);
  }

  async #leave(slug: string, core: RoomCore): Promise<void> {
    await core.close();
    // Where the socket is gone, the server has seen us go.
    await this.#deps.connection.request('room.leave', { roomSlug: slug }).catch(() => undefined);
  }

  #tellRead(): void {
    const { status, rooms } = this.#list.state.get();
    if (status !== 'ready' || this.#opened.size === 0) return;
    for (const { slug, readSeq, unreadCount } of rooms) {
      this.#opened.get(slug)?.core.handleRead(readSeq, unreadCount);
    }
  }

  #handleEvent(event: ServerEvent): void {
    if (event.type === 'server.resync') {
      this.#list.refreshSoon(event.payload.spreadMs);
      this.#resync.soon(event.payload.spreadMs);
    }
    this.#list.handleEvent(event);
    this.#waiting.handleEvent(event);
    this.#lobby.handleEvent(event);
    for (const { core } of this.#opened.values()) core.handleEvent(event);
    // Whoever was put out, and looks at the room still, is let in again as soon as they may be.
    if (event.type === 'room.created') this.#opened.get(event.payload.roomSlug)?.core.rejoin();
  }

  #watchLobby(): void {
    if (!this.#isOnline) return;
    this.#waiting.forget();
    this.#lobby.handleOnline();
  }

  #handleConnection(): void {
    // The socket may stand before it is known who is signed in.
    if (this.#userId === null) return;
    const { status } = this.#deps.connection.state.get();
    // Without a socket there is still the list to be seen.
    if (status === 'reconnecting' && !this.#list.hasAsked()) void this.refresh();
    const isOnline = status === 'online';
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    for (const { core } of this.#opened.values()) {
      if (isOnline) core.handleOnline();
      else core.handleOffline();
    }
    if (!isOnline) return this.#lobby.handleOffline();
    this.#watchLobby();
    // Rooms may have been created while nobody told us.
    void this.refresh();
  }
}
