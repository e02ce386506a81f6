import { type EventPayload, type InboxEntry, type ServerEvent, toCamelCase } from '@boltorezka/protocol';
import { type AskingAnew, createAskingAnew } from './asking-anew.ts';
import { asAppError } from './failures.ts';
import type { CallResult, Http } from './http.ts';
import { isEventOfInbox } from './inbox-entries.ts';
import { HeldInbox } from './inbox-held.ts';
import { createPatientReading, type PatientReading } from './patient-reading.ts';
import type { Blocked } from './people.ts';
import { createRecordStore, readOnly } from './store.ts';
import { toTimelineMessage } from './timeline/message-view.ts';
import type { Inbox, InboxItem, InboxState } from './types/inbox.ts';
import type { Connection } from './types.ts';

export interface InboxDeps {
  connection: Pick<Connection, 'onEvent' | 'state'>;
  http: Http;
  getSelfId: () => string | null;
  random: () => number;
  blocked: Blocked;
  /** All that it holds has been seen: the list of rooms shows it as well. @returns the rooms that it showed otherwise. */
  onAllRead: () => string[];
  /** How much of a room is unread, where what was told of that was in doubt; null: it is to be asked. */
  onCounted: (roomId: string, count: number | null) => void;
}

export interface InboxService extends Inbox {
  /** What the server has answered to a mark: where it was kept before, nothing is told of it. */
  handleRead(state: EventPayload<'chat.readChanged'>): void;
  handleSignedIn(userId: string): void;
  handleSignedOut(): void;
  close(): void;
}

const empty: InboxState = {
  status: 'loading',
  entries: [],
  unreadCount: 0,
  hasOlder: false,
  loadingOlder: false,
  error: null,
};
/** Many may be told of one message at once. */
const doubtSpreadMs = 2_000;
const failedText = 'The inbox could not be loaded.';

/** As many as the server gives without being asked for more, and at most. */
const [pageSize, maxPageSize] = [50, 100];
/** Whoever has gone further back than this finds the rest of it behind the button again. */
const maxKeptOpen = 300;

type RestPage = CallResult<'inbox.list'>;
type RestEntry = RestPage['entries'][number];

export const createInbox = (deps: InboxDeps): InboxService => new FollowedInbox(deps);

class FollowedInbox implements InboxService {
  readonly #deps: InboxDeps;
  readonly #state = createRecordStore<InboxState>(empty);
  readonly #listeners = new Set<(item: InboxItem) => void>();
  readonly #stopListening: (() => void)[];
  #userId: string | null = null;
  #cursor: string | null = null;
  /** An answer counts unless somebody else signed in, or a later reading began. */
  #reading = 0;
  /** What came since the first page was asked for. */
  #since: ServerEvent[] = [];
  readonly #held: HeldInbox;
  /** Rooms of which too much or too little may be taken for unread. */
  readonly #doubted = new Set<string>();

  readonly #patience: PatientReading;
  readonly #askingAnew: AskingAnew;

  readonly state = readOnly(this.#state);

  constructor(deps: InboxDeps) {
    this.#deps = deps;
    this.#held = new HeldInbox({ getSelfId: () => this.#userId, toItem: (payload) => this.#toItem(payload) });
    this.#patience = createPatientReading({ attempt: () => this.#read(), random: deps.random });
    this.#askingAnew = createAskingAnew({
      connection: deps.connection,
      isSignedIn: () => this.#userId !== null,
      onOnline: () => {
        this.#held.forgetTold();
        void this.refresh();
      },
      onResync: this.#patience.soon,
    });
    this.#stopListening = [
      deps.connection.onEvent((event) => this.#handleEvent(event)),
      this.#askingAnew.stop,
    ];
  }

  refresh(): Promise<void> {
    return this.#patience.read();
  }

  async #read(): Promise<unknown> {
    const reading = this.#begin();
    try {
      const page = await this.#readShown(reading);
      if (this.#reading !== reading) return null;
      this.#cursor = page.next_cursor;
      const entries = page.entries.map((entry) => this.#fromRest(entry));
      const isWhole = page.next_cursor === null;
      const isCertain = this.#held.take({ entries, unreadCount: page.unread_count, isWhole }, this.#since);
      this.#state.set({ ...empty, status: 'ready', ...this.#held.shown, hasOlder: !isWhole });
      if (isCertain) this.#tellCounts();
      else this.#doubtAll(this.#since);
      return null;
    } catch (error) {
      if (this.#reading !== reading) return null;
      const { status } = this.#state.get();
      this.#state.patch({
        status: status === 'ready' ? status : 'failed',
        error: asAppError(error, failedText),
        // Older ones that were on their way are of the reading before.
        loadingOlder: false,
      });
      return error;
    }
  }

  /**
   * As far back as it is shown, so that nothing goes from under the eyes of who reads there. Pages are of one moment as long
   * as all count the same, and nothing is told meanwhile; what comes after that is left to be asked for.
   */
  async #readShown(reading: number): Promise<RestPage> {
    const { http } = this.#deps;
    const wanted = Math.min(maxKeptOpen, this.#held.shown.entries.length);
    const limit = Math.min(maxPageSize, Math.max(pageSize, wanted));
    let read = await http.call('inbox.list', { query: { limit } });
    const isOneMoment = () => this.#reading === reading && this.#since.length === 0;
    while (read.next_cursor !== null && read.entries.length < wanted && isOneMoment()) {
      const rest = Math.min(maxPageSize, wanted - read.entries.length);
      const next = await http.call('inbox.list', { query: { cursor: read.next_cursor, limit: rest } });
      if (!isOneMoment() || next.unread_count !== read.unread_count) break;
      read = { ...next, entries: [...read.entries, ...next.entries] };
    }
    return read;
  }

  async loadOlder(): Promise<void> {
    const cursor = this.#cursor;
    const reading = this.#reading;
    if (cursor === null || this.#state.get().loadingOlder) return;
    this.#state.patch({ loadingOlder: true });
    const last = this.#since.at(-1);
    try {
      const page = await this.#deps.http.call('inbox.list', { query: { cursor } });
      // Read anew meanwhile, it may not reach as far back as this page begins.
      if (this.#reading !== reading || this.#cursor !== cursor) return;
      this.#cursor = page.next_cursor;
      const older = page.entries.map((entry) => this.#fromRest(entry));
      const since = last ? this.#since.slice(this.#since.indexOf(last) + 1) : this.#since;
      const isCertain = this.#held.takeOlder(older, page.next_cursor === null, since);
      this.#state.patch({ ...this.#held.shown, hasOlder: page.next_cursor !== null, error: null });
      if (!isCertain) this.#doubtAll(since);
    } catch (error) {
      if (this.#reading === reading) this.#state.patch({ error: asAppError(error, failedText) });
    } finally {
      if (this.#reading === reading) this.#state.patch({ loadingOlder: false });
    }
  }

  async markAllRead(): Promise<void> {
    const userId = this.#userId;
    this.#held.markAllRead();
    this.#state.patch(this.#held.shown);
    const changedIds = this.#deps.onAllRead();
    try {
      await this.#deps.http.call('inbox.markAllRead', {});
    } catch (error) {
      if (this.#userId !== userId) throw error;
      // The list of rooms has taken them for read as well, also what the inbox has not loaded.
      for (const roomId of changedIds) this.#doubted.add(roomId);
      await this.refresh();
      throw error;
    }
  }

  handleRead(payload: EventPayload<'chat.readChanged'>): void {
    this.#handleEvent({ type: 'chat.readChanged', payload });
  }

  onAdded(listener: (item: InboxItem) => void): () => void {
    const own = (item: InboxItem) => listener(item);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  handleSignedIn(userId: string): void {
    if (this.#userId === userId) return;
    this.handleSignedOut();
    this.#userId = userId;
    this.#askingAnew.restart();
  }

  handleSignedOut(): void {
    this.#userId = null;
    this.#askingAnew.restart();
    this.#cursor = null;
    this.#patience.stop();
    this.#begin();
    this.#held.reset();
    this.#doubted.clear();
    this.#state.set(empty);
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
    this.#patience.stop();
    this.#begin();
  }

  #begin(): number {
    this.#since = [];
    this.#reading += 1;
    return this.#reading;
  }

  #handleEvent(event: ServerEvent): void {
    if (this.#userId === null) return;
    // What whoever is blocked named me by is read with it.
    if (event.type === 'blocks.changed' && event.payload.isBlocked) return void this.refresh();
    if (!isEventOfInbox(event)) return;
    // It may be told twice; how many there are is told after it.
    const isKnown = event.type === 'inbox.added' && this.#isKnown(event.payload.message.id);
    this.#since.push(event);
    if (this.#since.length > 1_000) this.#since.shift();
    this.#apply(event);
    if (event.type !== 'inbox.added' || isKnown) return;
    if (this.#deps.blocked.has(event.payload.message.userId)) return;
    const item = this.#toItem(event.payload);
    for (const listener of [...this.#listeners]) listener(item);
  }

  #isKnown(messageId: string): boolean {
    const isOf = (event: ServerEvent) =>
      event.type === 'inbox.added' && event.payload.message.id === messageId;
    return this.#held.holds(messageId) || this.#since.some(isOf);
  }

  #apply(event: ServerEvent): void {
    const isCertain = this.#held.apply(event);
    this.#state.patch(this.#held.shown);
    if (!isCertain) this.#doubt(event);
  }

  #doubtAll(events: readonly ServerEvent[]): void {
    for (const event of events) this.#doubt(event);
  }

  /** What cannot be told from events is read anew. */
  #doubt({ payload }: ServerEvent): void {
    if ('roomId' in payload && payload.roomId !== undefined) this.#doubted.add(payload.roomId);
    this.#patience.soon(doubtSpreadMs);
  }

  /** The list of rooms follows the same events, and cannot know either. */
  #tellCounts(): void {
    for (const roomId of this.#doubted) this.#deps.onCounted(roomId, this.#held.countOf(roomId));
    this.#doubted.clear();
  }

  #toItem({ message, ...entry }: InboxEntry): InboxItem {
    return { ...entry, message: toTimelineMessage(message, this.#deps.getSelfId()) };
  }

  #fromRest(entry: RestEntry): InboxItem {
    return this.#toItem(toCamelCase<InboxEntry>(entry));
  }
}
