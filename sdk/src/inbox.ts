import { type InboxEntry, type ServerEvent, toCamelCase } from '@boltorezka/protocol';
import { type AskingAnew, createAskingAnew } from './asking-anew.ts';
import { asAppError } from './failures.ts';
import type { CallResult, Http } from './http.ts';
import {
  isEventOfInbox,
  isGone,
  markReadUpTo,
  mergeEntries,
  readPlaceOf,
  withName,
} from './inbox-entries.ts';
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
  /** All that it holds has been seen: the list of rooms shows it as well. */
  onAllRead: () => void;
}

export interface InboxService extends Inbox {
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
const failedText = 'The inbox could not be loaded.';

type RestEntry = CallResult<'inbox.list'>['entries'][number];

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
  /** What came while the first page was on its way. */
  #since: ServerEvent[] = [];

  readonly #patience: PatientReading;
  readonly #askingAnew: AskingAnew;

  readonly state = readOnly(this.#state);

  constructor(deps: InboxDeps) {
    this.#deps = deps;
    this.#patience = createPatientReading({ attempt: () => this.#read(), random: deps.random });
    this.#askingAnew = createAskingAnew({
      connection: deps.connection,
      isSignedIn: () => this.#userId !== null,
      onOnline: () => void this.refresh(),
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
      const page = await this.#deps.http.call('inbox.list', { query: {} });
      if (this.#reading !== reading) return null;
      this.#cursor = page.next_cursor;
      const entries = page.entries.map((entry) => this.#fromRest(entry));
      this.#state.set({
        ...empty,
        status: 'ready',
        entries,
        unreadCount: page.unread_count,
        hasOlder: page.next_cursor !== null,
      });
      const known = new Set(entries.map(({ message }) => message.id));
      for (const event of this.#since) {
        if (event.type !== 'inbox.added' || !known.has(event.payload.message.id)) this.#apply(event);
      }
      return null;
    } catch (error) {
      if (this.#reading !== reading) return null;
      const { status } = this.#state.get();
      this.#state.patch({
        status: status === 'ready' ? status : 'failed',
        error: asAppError(error, failedText),
      });
      return error;
    }
  }

  async loadOlder(): Promise<void> {
    const cursor = this.#cursor;
    const reading = this.#reading;
    if (cursor === null || this.#state.get().loadingOlder) return;
    this.#state.patch({ loadingOlder: true });
    try {
      const page = await this.#deps.http.call('inbox.list', { query: { cursor } });
      if (this.#reading !== reading) return;
      this.#cursor = page.next_cursor;
      const older = page.entries.map((entry) => this.#fromRest(entry));
      const entries = mergeEntries(this.#state.get().entries, older);
      this.#state.patch({ entries, hasOlder: page.next_cursor !== null, error: null });
    } catch (error) {
      if (this.#reading === reading) this.#state.patch({ error: asAppError(error, failedText) });
    } finally {
      if (this.#reading === reading) this.#state.patch({ loadingOlder: false });
    }
  }

  async markAllRead(): Promise<void> {
    const entries = this.#state.get().entries.map((item) => (item.isRead ? item : { ...item, isRead: true }));
    this.#state.patch({ entries, unreadCount: 0 });
    this.#deps.onAllRead();
    try {
      await this.#deps.http.call('inbox.markAllRead', {});
    } catch (error) {
      await this.refresh();
      throw error;
    }
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
    return (
      this.#state.get().entries.some(({ message }) => message.id === messageId) || this.#since.some(isOf)
    );
  }

  #apply(event: ServerEvent): void {
    const { entries, unreadCount } = this.#state.get();
    const place = readPlaceOf(event);
    if (place) {
      const read = markReadUpTo(entries, place);
      this.#state.patch({ entries: read.entries, unreadCount: Math.max(0, unreadCount - read.count) });
      // What is read of entries that are not loaded, only the server can count.
      const isUncertain = this.#cursor !== null && unreadCount - read.count > 0;
      if (isUncertain && read.count > 0) void this.refresh();
    } else if (event.type === 'user.renamed')
      this.#state.patch({ entries: withName(entries, event.payload) });
    else if (event.type === 'inbox.added') {
      if (entries.some(({ message }) => message.id === event.payload.message.id)) return;
      this.#state.patch({
        entries: mergeEntries(entries, [this.#toItem(event.payload)]),
        unreadCount: unreadCount + (event.payload.isRead ? 0 : 1),
      });
    } else if (event.type === 'chat.messageChanged') {
      const gone = entries.filter((item) => isGone(item, event.payload.message, this.#userId));
      if (gone.length === 0) return;
      const unread = gone.filter(({ isRead }) => !isRead).length;
      this.#state.patch({
        entries: entries.filter((item) => !gone.includes(item)),
        unreadCount: Math.max(0, unreadCount - unread),
      });
    }
  }

  #toItem({ message, ...entry }: InboxEntry): InboxItem {
    return { ...entry, message: toTimelineMessage(message, this.#deps.getSelfId()) };
  }

  #fromRest(entry: RestEntry): InboxItem {
    return this.#toItem(toCamelCase<InboxEntry>(entry));
  }
}
