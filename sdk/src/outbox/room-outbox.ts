import type { AppError, ChatMessage } from '@boltorezka/protocol';
import { fromOutbox } from '../timeline/message-view.ts';
import type { TimelineMessage } from '../types/message.ts';
import type { OutboxEntry } from '../types/outbox.ts';
import type { Connection } from '../types.ts';
import { createLane, type Lane } from './lane.ts';

export interface RoomOutboxDeps {
  slug: string;
  request: Connection['request'];
  random: () => number;
  userName: () => string;
  /** The server has it, or it was dropped: it is kept no longer. */
  onGone: (key: string) => void;
  /** What is kept of it is another now. */
  onSave: (entry: OutboxEntry) => void;
  /** What is kept of it says nothing of how it is. */
  isAhead: (key: string) => boolean;
  /** What is to be sent, or what is shown of it, has changed. */
  onChange: () => void;
}

/** What the room itself does about what waits for it. */
export interface RoomListener {
  /** Shows other pending messages than before. */
  onPending(): void;
  onAcked(message: ChatMessage): void;
  /** The server does not find us in the room. */
  onNotJoined(): void;
}

/** What waits to be sent to one room, in the order it was written. */
export interface RoomOutbox {
  add(entry: OutboxEntry): void;
  retry(key: string): void;
  discard(key: string): void;
  /** What is kept, as another page of the browser may have changed it. */
  reload(entries: readonly OutboxEntry[]): void;
  /** The log shows these: they have been sent. */
  handleArrived(keys: ReadonlySet<string>): void;
  /** The room cannot be entered: nothing will be sent there. */
  refuseAll(error: AppError): void;
  open(): void;
  pause(): void;
  clear(): void;
  hasUnsent(): boolean;
  pending(): readonly TimelineMessage[];
  setListener(listener: RoomListener | null): void;
}

interface Item {
  entry: OutboxEntry;
}

interface Shown {
  item: Item;
  entry: OutboxEntry;
  status: TimelineMessage['status'];
  retryAt: number | null;
  as: TimelineMessage;
}

const byOrder = (one: Item, other: Item): number => one.entry.order - other.entry.order;

const toRequest = (entry: OutboxEntry) => {
  const { key, roomSlug, text, replyTo, mentions, mentionsEveryone, attachments, threadRootId } = entry;
  return {
    roomSlug,
    clientMessageId: key,
    text,
    ...(replyTo !== undefined && { replyTo }),
    ...(mentions && mentions.length > 0 && { mentions: mentions.map(({ userId }) => userId) }),
    ...(mentionsEveryone && { mentionsEveryone }),
    ...(attachments && attachments.length > 0 && { attachmentIds: attachments.map(({ id }) => id) }),
    ...(threadRootId !== undefined && { threadRootId }),
  };
};

export const createRoomOutbox = (deps: RoomOutboxDeps): RoomOutbox => new KeptRoomOutbox(deps);

class KeptRoomOutbox implements RoomOutbox {
  readonly #deps: RoomOutboxDeps;
  readonly #lane: Lane<Item>;
  #items: Item[] = [];
  #shown: Shown[] = [];
  #pending: readonly TimelineMessage[] = [];
  #listener: RoomListener | null = null;

  constructor(deps: RoomOutboxDeps) {
    this.#deps = deps;
    this.#lane = createLane<Item, ChatMessage>({
      send: ({ entry }) => deps.request('chat.send', toRequest(entry)),
      random: deps.random,
      onDone: (item, message) => this.#handleSent(item, message),
      onRefused: (item, error) => this.#refuse(item, error),
      onNotJoined: () => this.#listener?.onNotJoined(),
      onChange: () => this.#tell(),
    });
  }

  add(entry: OutboxEntry): void {
    const item = { entry };
    this.#items.push(item);
    this.#lane.add(item);
    this.#tell();
  }

  retry(key: string): void {
    const item = this.#find(key);
    if (!item?.entry.refusal) return;
    item.entry = { ...item.entry, refusal: null };
    this.#deps.onSave(item.entry);
    this.#lane.add(item);
    this.#tell();
  }

  discard(key: string): void {
    const item = this.#find(key);
    if (item) this.#drop((other) => other === item);
  }

  reload(entries: readonly OutboxEntry[]): void {
    const { isAhead } = this.#deps;
    const kept = new Map(entries.filter(({ key }) => !isAhead(key)).map((entry) => [entry.key, entry]));
    // What could never be kept is here alone, and is not gone for that.
    this.#items = this.#items.filter(({ entry: { key } }) => kept.has(key) || isAhead(key));
    for (const entry of kept.values()) {
      const known = this.#find(entry.key);
      if (known) known.entry = entry;
      else this.#items.push({ entry });
    }
    this.#items.sort(byOrder);
    this.#lane.arrange(this.#items.filter(({ entry }) => !entry.refusal));
    this.#tell();
  }

  handleArrived(keys: ReadonlySet<string>): void {
    this.#drop(({ entry }) => keys.has(entry.key));
  }

  refuseAll(error: AppError): void {
    const unsent = this.#items.filter(({ entry }) => entry.refusal === null);
    this.#lane.arrange([]);
    for (const item of unsent) this.#refuse(item, error);
  }

  open(): void {
    this.#lane.open();
    this.#tell();
  }

  pause(): void {
    this.#lane.pause();
    this.#tell();
  }

  clear(): void {
    this.#lane.pause();
    this.#lane.arrange([]);
    this.#items = [];
    this.#tell();
  }

  hasUnsent(): boolean {
    return this.#items.some(({ entry }) => entry.refusal === null);
  }

  pending(): readonly TimelineMessage[] {
    return this.#pending;
  }

  setListener(listener: RoomListener | null): void {
    this.#listener = listener;
  }

  #find(key: string): Item | undefined {
    return this.#items.find(({ entry }) => entry.key === key);
  }

  #drop(matches: (item: Item) => boolean): void {
    const dropped = this.#items.filter(matches);
    if (dropped.length === 0) return;
    this.#items = this.#items.filter((item) => !matches(item));
    this.#lane.remove((item) => dropped.includes(item));
    for (const { entry } of dropped) this.#deps.onGone(entry.key);
    this.#tell();
  }

  #handleSent(item: Item, message: ChatMessage): void {
    this.#items = this.#items.filter((other) => other !== item);
    this.#deps.onGone(item.entry.key);
    // In one change for those who look: no moment without the message.
    this.#refresh();
    this.#listener?.onAcked(message);
    this.#tell();
  }

  #refuse(item: Item, { code, message }: AppError): void {
    item.entry = { ...item.entry, refusal: { code, message } };
    this.#deps.onSave(item.entry);
    this.#tell();
  }

  #tell(): void {
    this.#refresh();
    this.#listener?.onPending();
    this.#deps.onChange();
  }

  #refresh(): void {
    this.#shown = this.#items.map((item) => this.#show(item));
    const next = this.#shown.map(({ as }) => as);
    const isSame =
      next.length === this.#pending.length && next.every((one, index) => one === this.#pending[index]);
    if (!isSame) this.#pending = next;
  }

  #show(item: Item): Shown {
    const { entry } = item;
    const waits = this.#lane.waitsFor();
    const status = entry.refusal ? 'failed' : this.#lane.isMoving() ? 'sending' : 'waiting';
    const retryAt = status === 'waiting' ? (waits?.retryAt ?? null) : null;
    const known = this.#shown.find((shown) => shown.item === item);
    const isSame = known?.entry === entry && known.status === status && known.retryAt === retryAt;
    if (known && isSame) return known;
    const base = fromOutbox(entry, this.#deps.userName());
    const error = status === 'waiting' ? (waits?.error ?? null) : base.error;
    return { item, entry, status, retryAt, as: { ...base, status, retryAt, error } };
  }
}
