import type { EventPayload, NotifyLevel, ServerEvent } from '@boltorezka/protocol';
import { asAppError } from '../failures.ts';
import type { Http } from '../http.ts';
import { createRecordStore, createStore, readOnly } from '../store.ts';
import type { CreateRoomInput, ModerationWaiting, RoomEntry, RoomsState } from '../types/rooms.ts';
import type { Store } from '../types/store.ts';
import { applyListEvent, applyMention, changeRoom, putRoom, withRead } from './list.ts';
import { toRoomEntry } from './room-entry.ts';

type WaitingByRoom = Readonly<Record<string, ModerationWaiting>>;

/** The rooms that this person may enter, followed as they change. */
export interface RoomList {
  state: Store<RoomsState>;
  waiting: Store<WaitingByRoom>;
  /** Never rejects: look at `state.error`. */
  refresh(): Promise<void>;
  create(input: CreateRoomInput): Promise<RoomEntry>;
  openDirect(userId: string): Promise<RoomEntry>;
  setNotify(slug: string, level: NotifyLevel): Promise<void>;
  handleEvent(event: ServerEvent): void;
  handleRead(state: EventPayload<'chat.readChanged'>): void;
  handleMember(slug: string, event: EventPayload<'room.memberChanged'>): void;
  /** All that named this person has been seen. */
  handleAllRead(): void;
  /** The list was read, or is being read, for this person. */
  hasAsked(): boolean;
  /** The server tells anew what waits for moderators, and nothing of where nothing does any more. */
  forgetWaiting(): void;
  reset(): void;
}

const empty: RoomsState = { status: 'loading', rooms: [], error: null };
const nothingWaits: WaitingByRoom = Object.create(null);

export const createRoomList = (http: Http): RoomList => new FollowedList(http);

class FollowedList implements RoomList {
  readonly #http: Http;
  readonly #state = createRecordStore<RoomsState>(empty);
  readonly #waiting = createStore<WaitingByRoom>(nothingWaits);
  /** What came while the list was being read: the list may be of before. */
  #since: ServerEvent[] = [];
  #reading = 0;
  #hasAsked = false;

  readonly state = readOnly(this.#state);
  readonly waiting = readOnly(this.#waiting);

  constructor(http: Http) {
    this.#http = http;
  }

  async refresh(): Promise<void> {
    this.#hasAsked = true;
    this.#reading += 1;
    const reading = this.#reading;
    this.#since = [];
    // An answer counts unless somebody else signed in or a later reading began.
    const isCurrent = () => this.#reading === reading;
    try {
      const { rooms } = await this.#http.call('rooms.list', {});
      if (!isCurrent()) return;
      const read = this.#since.reduce(applyListEvent, rooms.map(toRoomEntry) as readonly RoomEntry[]);
      this.#state.set({ status: 'ready', rooms: this.#stable(read), error: null });
    } catch (error) {
      if (!isCurrent()) return;
      this.#state.patch({ status: 'failed', error: asAppError(error, 'The rooms are unknown.') });
    }
  }

  async create(body: CreateRoomInput): Promise<RoomEntry> {
    return this.#take(await this.#http.call('rooms.create', { body }));
  }

  async openDirect(userId: string): Promise<RoomEntry> {
    return this.#take(await this.#http.call('rooms.openDirect', { body: { user_id: userId } }));
  }

  async setNotify(slug: string, level: NotifyLevel): Promise<void> {
    const known = this.#state.get().rooms.find((room) => room.slug === slug);
    const show = (notify: NotifyLevel) => {
      if (known) this.#change(known.id, (room) => ({ ...room, notify }));
    };
    show(level);
    try {
      await this.#http.call('rooms.setNotify', { params: { slug }, body: { level } });
    } catch (error) {
      if (known) show(known.notify);
      throw error;
    }
  }

  handleEvent(event: ServerEvent): void {
    if (event.type === 'moderation.waiting') {
      const { roomSlug, joinRequestCount, reportCount } = event.payload;
      const waiting = { [roomSlug]: { joinRequestCount, reportCount } };
      this.#waiting.set(Object.assign(Object.create(null), this.#waiting.get(), waiting));
      return;
    }
    const { rooms } = this.#state.get();
    const next = applyMention(applyListEvent(rooms, event), event);
    if (
      event.type.startsWith('room.') ||
      event.type === 'lobby.activity' ||
      event.type === 'user.renamed' ||
      event.type === 'chat.readChanged'
    ) {
      this.#since.push(event);
    }
    this.#state.patch({ rooms: next });
    // What only the two of it, or its members, may know is not in what is announced.
    if (event.type === 'room.created' && (event.payload.kind === 'direct' || !event.payload.isPublic)) {
      void this.#readOne(event.payload.roomSlug);
    }
  }

  handleRead(state: EventPayload<'chat.readChanged'>): void {
    this.#change(state.roomId, (room) => withRead(room, state));
  }

  handleMember(slug: string, { role }: EventPayload<'room.memberChanged'>): void {
    const known = this.#state.get().rooms.find((room) => room.slug === slug);
    if (known) this.#change(known.id, (room) => ({ ...room, myRole: role }));
  }

  handleAllRead(): void {
    for (const { id } of this.#state.get().rooms) this.#change(id, (room) => ({ ...room, mentionCount: 0 }));
  }

  hasAsked(): boolean {
    return this.#hasAsked;
  }

  forgetWaiting(): void {
    this.#waiting.set(nothingWaits);
  }

  reset(): void {
    this.#reading += 1;
    this.#since = [];
    this.#hasAsked = false;
    this.#state.set(empty);
    this.#waiting.set(nothingWaits);
  }

  #change(id: string, change: (room: RoomEntry) => RoomEntry): void {
    this.#state.patch({ rooms: changeRoom(this.#state.get().rooms, id, change) });
  }

  #take({ room }: { room: Parameters<typeof toRoomEntry>[0] }): RoomEntry {
    const entry = toRoomEntry(room);
    this.#state.patch({ rooms: putRoom(this.#state.get().rooms, entry) });
    return entry;
  }

  async #readOne(slug: string): Promise<void> {
    const reading = this.#reading;
    const isListed = () => this.#state.get().rooms.some((room) => room.slug === slug);
    const answer = await this.#http.call('rooms.get', { params: { slug } }).catch(() => null);
    // A server of an earlier build does not know the question; a list read meanwhile knows more, and the room may be lost.
    if (answer && this.#reading === reading && isListed()) this.#take(answer);
  }

  /** What has not changed stays the same object. */
  #stable(rooms: readonly RoomEntry[]): readonly RoomEntry[] {
    const known = new Map(this.#state.get().rooms.map((room) => [room.id, room]));
    return rooms.map((room) => {
      const former = known.get(room.id);
      if (!former) return room;
      const [kept] = changeRoom([former], room.id, () => room);
      return kept ?? room;
    });
  }
}
