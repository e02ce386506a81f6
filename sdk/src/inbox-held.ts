import type { EventPayload, ServerEvent } from '@boltorezka/protocol';
import { isGone, markReadUpTo, mergeEntries, withName } from './inbox-entries.ts';
import type { InboxItem, InboxState } from './types/inbox.ts';

type Shown = Pick<InboxState, 'entries' | 'unreadCount'>;
type Read = EventPayload<'chat.readChanged'>;

export interface InboxPage extends Shown {
  /** Nothing older stands at the server. */
  isWhole: boolean;
}

export interface HeldInboxDeps {
  getSelfId: () => string | null;
  toItem: (payload: EventPayload<'inbox.added'>) => InboxItem;
}

/** Whether what is held is what the server has, as far as the event tells. */
export type IsCertain = boolean;

const nothing: InboxPage = { entries: [], unreadCount: 0, isWhole: true };

/**
 * What is known of an inbox. Events come in another order than what they tell of happened in, and none of them says all:
 * what cannot be told from them is to be read anew.
 */
export class HeldInbox {
  readonly #deps: HeldInboxDeps;
  #held = nothing;
  /** How much of a room is unread, by the last that was told of it, loaded or not. */
  readonly #told = new Map<string, number>();
  /** Up to where rooms, and threads, were read. */
  readonly #places = new Map<string, number>();
  /** Rooms that were lost: what the inbox holds of them may be readable again. */
  readonly #lost = new Set<string>();

  constructor(deps: HeldInboxDeps) {
    this.#deps = deps;
  }

  get shown(): Shown {
    const { entries, unreadCount } = this.#held;
    return { entries, unreadCount };
  }

  /** How much of a room is unread; null where not all of the inbox is loaded. */
  countOf(roomId: string): number | null {
    return this.#hiddenCount() === 0 ? this.#loadedOf(roomId) : null;
  }

  /** Another log may begin where this one was not heard. */
  forgetTold(): void {
    this.#told.clear();
    this.#places.clear();
  }

  reset(): void {
    this.#held = nothing;
    this.#lost.clear();
    this.forgetTold();
  }

  /** The newest page, and what was told while it was on its way: each event is of before it or after it. */
  take(page: InboxPage, since: readonly ServerEvent[]): IsCertain {
    this.#held = page;
    const [named, read] = [new Set<string>(), new Set<string>()];
    let isCertain = true;
    for (const event of since) {
      if (event.type === 'chat.readChanged') {
        read.add(event.payload.roomId);
        this.#markRead(event.payload);
        continue;
      }
      if (event.type === 'inbox.added') {
        const { message, isRead, roomId } = event.payload;
        // The page may hold it already; what was told of the room before did not count it.
        if (!isRead && !named.has(message.id) && this.holds(message.id)) this.#tellMore(roomId);
        named.add(message.id);
      }
      isCertain = this.apply(event) && isCertain;
    }
    // A mark may have reached what is not loaded, too: whether the page counts that is not told.
    const isAsTold = (roomId: string) => this.#hiddenCount() === 0 && this.#isPossible(roomId);
    return isCertain && [...read].every(isAsTold);
  }

  /** Older ones, and what was told while they were on their way. */
  takeOlder(older: readonly InboxItem[], isWhole: boolean, since: readonly ServerEvent[]): IsCertain {
    this.#held = { ...this.#held, entries: mergeEntries(this.#held.entries, older), isWhole };
    return since.map((event) => this.apply(event)).every(Boolean);
  }

  markAllRead(): void {
    const entries = this.#held.entries.map((item) => (item.isRead ? item : { ...item, isRead: true }));
    this.#held = { ...this.#held, entries, unreadCount: 0 };
  }

  holds(messageId: string): boolean {
    return this.#held.entries.some(({ message }) => message.id === messageId);
  }

  apply(event: ServerEvent): IsCertain {
    switch (event.type) {
      case 'chat.readChanged':
        return this.#applyRead(event.payload);
      case 'chat.threadReadChanged': {
        const { roomId, threadRootId, seq } = event.payload;
        return this.#markUpTo({ roomId, threadRootId, seq, isAll: false }).isCertain;
      }
      case 'inbox.added':
        return this.#add(event.payload);
      case 'chat.messageChanged':
        this.#change(event.payload);
        return true;
      case 'user.renamed':
        this.#held = { ...this.#held, entries: withName(this.#held.entries, event.payload) };
        return true;
      case 'room.removed':
        return this.#lose(event.payload.roomId);
      case 'room.created':
        return !this.#lost.delete(event.payload.roomId);
      default:
        return true;
    }
  }

  /**
   * How much of the room is unread was counted before this was told, and perhaps before something that was told earlier; of
   * what names this person no more, somebody who is not in the room hears by the count alone.
   */
  #applyRead(read: Read): IsCertain {
    const before = this.#told.get(read.roomId);
    const { count, isCertain } = this.#markRead(read);
    const isRest = before === undefined || before - count !== read.unreadMentionCount;
    const isPossible = this.#isPossible(read.roomId) && !(isRest && this.#hiddenCount() > 0);
    const { roomId, unreadMentionCount, seq } = read;
    if (unreadMentionCount === 0) this.#markUpTo({ roomId, threadRootId: null, seq, isAll: true });
    return isCertain && isPossible;
  }

  #markRead({ roomId, seq, unreadMentionCount }: Read): { count: number; isCertain: IsCertain } {
    this.#told.set(roomId, unreadMentionCount);
    return this.#markUpTo({ roomId, threadRootId: null, seq, isAll: false });
  }

  #markUpTo(place: Parameters<typeof markReadUpTo>[1]): { count: number; isCertain: IsCertain } {
    const { entries, unreadCount } = this.#held;
    const key = place.threadRootId ?? place.roomId;
    this.#places.set(key, Math.max(place.seq, this.#places.get(key) ?? 0));
    const { entries: marked, count } = markReadUpTo(entries, place);
    // Whom a change names has not read it with the message; whether this was marked before or after it is not told.
    const isCertain = !marked.some((item, at) => item !== entries[at] && item.message.editedAt !== null);
    this.#held = { ...this.#held, entries: marked, unreadCount: Math.max(0, unreadCount - count) };
    return { count, isCertain };
  }

  #add(payload: EventPayload<'inbox.added'>): IsCertain {
    const { entries, unreadCount, isWhole } = this.#held;
    if (this.holds(payload.message.id)) return true;
    const oldest = entries.at(-1);
    // Told again, it may be one that is not loaded, and is counted.
    if (!isWhole && oldest && Date.parse(payload.createdAt) < Date.parse(oldest.createdAt)) return false;
    const item = this.#deps.toItem(payload);
    const added = payload.isRead ? 0 : 1;
    this.#held = {
      ...this.#held,
      entries: mergeEntries(entries, [item]),
      unreadCount: unreadCount + added,
    };
    if (payload.isRead) return true;
    this.#tellMore(payload.roomId);
    const { threadRootId, seq } = payload.message;
    // It may have been read since it was looked up.
    return seq > (this.#places.get(threadRootId ?? payload.roomId) ?? 0);
  }

  #change({ message }: EventPayload<'chat.messageChanged'>): void {
    const { entries, unreadCount } = this.#held;
    const gone = entries.filter((item) => isGone(item, message, this.#deps.getSelfId()));
    if (gone.length === 0) return;
    const unread = gone.filter(({ isRead }) => !isRead).length;
    this.#held = {
      ...this.#held,
      entries: entries.filter((item) => !gone.includes(item)),
      unreadCount: Math.max(0, unreadCount - unread),
    };
    this.#tellMore(message.roomId, -unread);
  }

  #lose(roomId: string): IsCertain {
    this.#lost.add(roomId);
    return this.#held.isWhole && !this.#held.entries.some((item) => item.roomId === roomId);
  }

  #tellMore(roomId: string, added = 1): void {
    const told = this.#told.get(roomId);
    if (told !== undefined) this.#told.set(roomId, told + added);
  }

  #isPossible(roomId: string): boolean {
    const [loaded, told] = [this.#loadedOf(roomId), this.#told.get(roomId) ?? 0];
    return this.#hiddenCount() > 0 ? loaded <= told : loaded === told;
  }

  #loadedOf(roomId: string): number {
    return this.#held.entries.filter((item) => item.roomId === roomId && !item.isRead).length;
  }

  /** Unread, and not loaded. */
  #hiddenCount(): number {
    return this.#held.unreadCount - this.#held.entries.filter(({ isRead }) => !isRead).length;
  }
}
