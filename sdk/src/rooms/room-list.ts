import type { EventPayload, MemberRole, NotifyLevel, ServerEvent } from '@boltorezka/protocol';
import { asAppError } from '../failures.ts';
import type { Http } from '../http.ts';
import { createPatientReading, type PatientReading } from '../patient-reading.ts';
import type { Blocked } from '../people.ts';
import { createRecordStore, readOnly } from '../store.ts';
import type { CreateRoomInput, RoomEntry, RoomsState } from '../types/rooms.ts';
import type { Store } from '../types/store.ts';
import { applyListEvent, applyMention, changeRoom, putRoom, withRead } from './list.ts';
import { createLostRooms, type LostRooms } from './lost-rooms.ts';
import { createMeanwhile } from './meanwhile.ts';
import { createRecentIds } from './recent-ids.ts';
import { toRoomEntry } from './room-entry.ts';

/** The rooms that this person may enter, followed as they change. */
export interface RoomList {
  state: Store<RoomsState>;
  /** Never rejects: look at `state.error`. What failed in passing is tried again. */
  refresh(): Promise<void>;
  /** What was told of rooms may be missing: reads them within so long. */
  refreshSoon(spreadMs: number): void;
  create(input: CreateRoomInput): Promise<RoomEntry>;
  openDirect(userId: string): Promise<RoomEntry>;
  setNotify(slug: string, level: NotifyLevel): Promise<void>;
  setClosed(slug: string, isClosed: boolean): Promise<void>;
  handleEvent(event: ServerEvent): void;
  handleRead(state: EventPayload<'chat.readChanged'>): void;
  /** What this person is in a room, as it stood at this position of its log. */
  handleRole(role: OwnRole): void;
  /** All that named this person has been seen. */
  handleAllRead(): string[];
  /** So much of a room names this person and is unread; null: it is to be asked. */
  handleCounted(roomId: string, count: number | null): void;
  /** The list was read, or is being read, for this person. */
  hasAsked(): boolean;
  reset(): void;
  close(): void;
}

export interface OwnRole {
  roomId: string;
  seq: number;
  role: MemberRole | null;
}

const empty: RoomsState = { status: 'loading', rooms: [], error: null };

/** What changes the list, beside all that is told of rooms. */
const otherListTypes: ReadonlySet<ServerEvent['type']> = new Set([
  'lobby.activity',
  'user.renamed',
  'chat.readChanged',
  'direct.closedChanged',
]);

/** A room that nobody told of may be one that everybody was to be told of. */
const unknownRoomSpreadMs = 2_000;

export interface RoomListDeps {
  http: Http;
  blocked: Pick<Blocked, 'has'>;
  random: () => number;
}

export const createRoomList = (deps: RoomListDeps): RoomList => new FollowedList(deps);

class FollowedList implements RoomList {
  readonly #http: Http;
  readonly #state = createRecordStore<RoomsState>(empty);
  readonly #meanwhile = createMeanwhile();
  #reading = 0;
  #hasAsked = false;
  /** How often this person was named in each room: a list that was under way meanwhile may have counted it, or not. */
  readonly #timesNamed = new Map<string, number>();
  /** Rooms that were heard of and were not in the list. It is read for each of them once: some are not for this person. */
  readonly #strangeIds = new Set<string>();
  readonly #lost: LostRooms;
  /** Up to where it is known what this person is in each room: it is told in more than one way. */
  readonly #roleSeqs = new Map<string, number>();
  readonly #isBlocked: (userId: string) => boolean;
  #named = createRecentIds();
  readonly #patience: PatientReading;

  readonly state = readOnly(this.#state);

  constructor({ http, random, blocked }: RoomListDeps) {
    this.#http = http;
    this.#isBlocked = (userId) => blocked.has(userId);
    this.#patience = createPatientReading({ attempt: () => this.#read(), random });
    this.#lost = createLostRooms({ readOne: (slug) => this.#readOne(slug), random });
  }

  refresh(): Promise<void> {
    return this.#patience.read();
  }

  refreshSoon(spreadMs: number): void {
    this.#strangeIds.clear();
    this.#patience.soon(spreadMs);
  }

  async #read(): Promise<unknown> {
    this.#hasAsked = true;
    this.#reading += 1;
    const reading = this.#reading;
    // Another log may begin where this one was not heard.
    this.#roleSeqs.clear();
    const named = new Map(this.#timesNamed);
    // An answer counts unless somebody else signed in or a later reading began.
    const isCurrent = () => this.#reading === reading;
    try {
      const { answer, since } = await this.#meanwhile.during(this.#http.call('rooms.list', {}));
      if (!isCurrent()) return null;
      const read = this.#withSince(answer.rooms.map(toRoomEntry), since);
      this.#state.set({ status: 'ready', rooms: this.#stable(read), error: null });
      for (const { slug } of read) if (this.#isNamedSince(slug, named)) void this.#readOne(slug);
      return null;
    } catch (error) {
      if (!isCurrent()) return null;
      this.#state.patch({ status: 'failed', error: asAppError(error, 'The rooms are unknown.') });
      return error;
    }
  }

  async create(body: CreateRoomInput): Promise<RoomEntry> {
    return this.#take(await this.#http.call('rooms.create', { body }));
  }

  async openDirect(userId: string): Promise<RoomEntry> {
    return this.#take(await this.#http.call('rooms.openDirect', { body: { user_id: userId } }));
  }

  async setNotify(slug: string, level: NotifyLevel): Promise<void> {
    await this.#showAtOnce(slug, { notify: level }, () =>
      this.#http.call('rooms.setNotify', { params: { slug }, body: { level } }),
    );
  }

  async setClosed(slug: string, isClosed: boolean): Promise<void> {
    await this.#showAtOnce(slug, { isClosed }, () =>
      this.#http.call('rooms.setClosed', { params: { slug }, body: { closed: isClosed } }),
    );
  }

  handleEvent(event: ServerEvent): void {
    // Told twice of one message, it is counted once.
    if (event.type === 'inbox.added' && !this.#named.add(event.payload.message.id)) return;
    if (event.type === 'room.selfChanged' && !this.#noteRole(event.payload)) return;
    const { rooms, status } = this.#state.get();
    const next = applyMention(applyListEvent(rooms, event, this.#isBlocked), event);
    if (event.type.startsWith('room.') || otherListTypes.has(event.type)) this.#meanwhile.note(event);
    this.#noteMention(event);
    this.#noteStranger(event);
    this.#state.patch({ rooms: next });
    if (event.type === 'room.removed') this.#noteLost(event.payload, status === 'ready' ? rooms : null);
    if (event.type === 'room.created') this.#lost.handleCreated(event.payload);
  }

  handleRead(state: EventPayload<'chat.readChanged'>): void {
    this.#meanwhile.note({ type: 'chat.readChanged', payload: state });
    this.#change(state.roomId, (room) => withRead(room, state));
  }

  handleRole(own: OwnRole): void {
    if (this.#noteRole(own)) this.#change(own.roomId, (room) => ({ ...room, myRole: own.role }));
  }

  handleAllRead(): string[] {
    const named = this.#state.get().rooms.filter(({ mentionCount }) => mentionCount > 0);
    for (const { id } of named) this.#change(id, (room) => ({ ...room, mentionCount: 0 }));
    return named.map(({ id }) => id);
  }

  handleCounted(roomId: string, count: number | null): void {
    if (count !== null) return this.#change(roomId, (room) => ({ ...room, mentionCount: count }));
    const known = this.#state.get().rooms.find(({ id }) => id === roomId);
    if (known) void this.#readOne(known.slug);
  }

  hasAsked(): boolean {
    return this.#hasAsked;
  }

  close(): void {
    this.#patience.stop();
    this.#lost.forget();
  }

  reset(): void {
    this.#patience.stop();
    this.#named = createRecentIds();
    this.#timesNamed.clear();
    this.#strangeIds.clear();
    this.#lost.forget();
    this.#roleSeqs.clear();
    this.#reading += 1;
    this.#hasAsked = false;
    this.#state.set(empty);
  }

  /** @returns false where something newer is known. */
  #noteRole({ roomId, seq }: Pick<OwnRole, 'roomId' | 'seq'>): boolean {
    if (seq < (this.#roleSeqs.get(roomId) ?? 0)) return false;
    this.#roleSeqs.set(roomId, seq);
    return true;
  }

  /** @param rooms as they were; null where the list is not known yet. Of a room that is not in it, nothing is this person's. */
  #noteLost(removal: EventPayload<'room.removed'>, rooms: readonly RoomEntry[] | null): void {
    const known = rooms?.find(({ id }) => id === removal.roomId);
    if (known || !rooms) this.#lost.note(removal, known);
  }

  /** What the server refuses is taken back. */
  async #showAtOnce(slug: string, fields: Partial<RoomEntry>, ask: () => Promise<unknown>): Promise<void> {
    const known = this.#state.get().rooms.find((room) => room.slug === slug);
    const names = Object.keys(fields) as (keyof RoomEntry)[];
    if (known) this.#change(known.id, (room) => ({ ...room, ...fields }));
    try {
      await ask();
    } catch (error) {
      const former = known && Object.fromEntries(names.map((name) => [name, known[name]]));
      if (known) this.#change(known.id, (room) => ({ ...room, ...former }));
      throw error;
    }
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
    const named = new Map(this.#timesNamed);
    const isListed = () => this.#state.get().rooms.some((room) => room.slug === slug);
    const answered = this.#http.call('rooms.get', { params: { slug } }).catch(() => null);
    const { answer, since } = await this.#meanwhile.during(answered);
    // A server of an earlier build does not know the question; a list read meanwhile knows more, and the room may be lost.
    if (!answer || this.#reading !== reading || !isListed()) return;
    const asked = [toRoomEntry(answer.room)];
    // One that was lost meanwhile, and is there again, has been asked for once more.
    if (since.some((event) => applyListEvent(asked, event, this.#isBlocked).length === 0)) return;
    const [room] = this.#withSince(asked, since);
    if (room) this.#state.patch({ rooms: putRoom(this.#state.get().rooms, room) });
    if (this.#isNamedSince(slug, named)) await this.#readOne(slug);
  }

  #withSince(rooms: readonly RoomEntry[], since: readonly ServerEvent[]): readonly RoomEntry[] {
    return since.reduce((list, event) => applyListEvent(list, event, this.#isBlocked), rooms);
  }

  #noteMention(event: ServerEvent): void {
    if (event.type !== 'inbox.added' || event.payload.isRead) return;
    const { roomSlug } = event.payload;
    this.#timesNamed.set(roomSlug, (this.#timesNamed.get(roomSlug) ?? 0) + 1);
  }

  #isNamedSince(slug: string, before: ReadonlyMap<string, number>): boolean {
    return this.#timesNamed.get(slug) !== before.get(slug);
  }

  #noteStranger(event: ServerEvent): void {
    const { status, rooms } = this.#state.get();
    if (event.type !== 'lobby.activity' || status !== 'ready') return;
    const { roomId } = event.payload;
    if (this.#strangeIds.has(roomId) || rooms.some(({ id }) => id === roomId)) return;
    this.#strangeIds.add(roomId);
    this.#patience.soon(unknownRoomSpreadMs);
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
