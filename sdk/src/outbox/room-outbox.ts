import { AppError, type ChatMessage } from '@boltorezka/protocol';
import { fromOutbox } from '../timeline/message-view.ts';
import type { RetryHow, TimelineMessage } from '../types/message.ts';
import type { ChangeEntry, MessageEntry, OutboxEntry } from '../types/outbox.ts';
import type { Connection } from '../types.ts';
import { wantedAnew } from './age.ts';
import { byOrder, isChange, isMadeUpForBy, type Sent, sameOr, sendEntry } from './entries.ts';
import { createLane, type Lane, type LanePause } from './lane.ts';

export interface RoomOutboxDeps {
  slug: string;
  request: Connection['request'];
  random: () => number;
  userName: () => string;
  /** The server has it, or it was dropped: it is kept no longer. */
  onGone: (key: string) => void;
  /** Its writer does not want it any more, or not with its files. */
  onDiscarded: (entry: OutboxEntry) => void;
  /** What is kept of it is another now. */
  onSave: (entry: OutboxEntry) => void;
  /** What is kept of it says nothing of how it is. */
  isAhead: (key: string) => boolean;
  /** What is to be sent, or what is shown of it, has changed. */
  onChange: () => void;
}

/** A change that waits or has failed. Never altered: another object takes its place. */
export interface PendingChange {
  entry: ChangeEntry;
  status: 'waiting' | 'sending' | 'failed';
  /** Why it failed. */
  error: AppError | null;
}

/** What the room itself does about what waits for it. */
export interface RoomListener {
  /** Shows other pending messages, or changes of messages, than before. */
  onPending(): void;
  onAcked(message: ChatMessage): void;
  /** The server has made the change, and its log shows it at this position, where it says so. */
  onChangeMade(entry: ChangeEntry, revision: number | undefined): void;
  /** The server does not find us in the room. */
  onNotJoined(): void;
}

/** What waits to be sent to one room, in the order it was written. */
export interface RoomOutbox {
  add(entry: OutboxEntry): void;
  retry(key: string, how?: RetryHow): void;
  discard(key: string): void;
  /** What is kept, as another page of the browser may have changed it. */
  reload(entries: readonly OutboxEntry[]): void;
  /** The log shows these: they have been sent. */
  handleArrived(keys: ReadonlySet<string>): void;
  /** The room cannot be entered: nothing will be sent there. */
  refuseAll(error: AppError): void;
  open(): void;
  pause(): void;
  /** What the server asked patience for may go sooner. */
  hurry(): void;
  clear(): void;
  hasUnsent(): boolean;
  /** In the order they were written. */
  entries(): readonly OutboxEntry[];
  pending(): readonly TimelineMessage[];
  changes(): readonly PendingChange[];
  /** What has failed about this message is tried again. */
  retryChanges(messageId: string): void;
  /** What has failed or waits about this message is forgotten. */
  discardChanges(messageId: string): void;
  setListener(listener: RoomListener | null): void;
}

interface Item {
  entry: OutboxEntry;
}

const isAbout =
  (messageId: string) =>
  ({ entry }: Item): boolean =>
    entry.change?.messageId === messageId;

export const createRoomOutbox = (deps: RoomOutboxDeps): RoomOutbox => new KeptRoomOutbox(deps);

class KeptRoomOutbox implements RoomOutbox {
  readonly #deps: RoomOutboxDeps;
  readonly #lane: Lane<Item>;
  #items: Item[] = [];
  #pending: readonly TimelineMessage[] = [];
  #changes: readonly PendingChange[] = [];
  /** What was shown last of each entry, so that it stays the same object. */
  readonly #shown = new WeakMap<MessageEntry, TimelineMessage>();
  readonly #shownChanges = new WeakMap<ChangeEntry, PendingChange>();
  #listener: RoomListener | null = null;

  constructor(deps: RoomOutboxDeps) {
    this.#deps = deps;
    this.#lane = createLane<Item, Sent>({
      send: ({ entry }) => sendEntry(deps.request, entry),
      random: deps.random,
      mayOvertake: (later, patient) => isChange(later.entry) && !isChange(patient.entry),
      onDone: (item, sent) => this.#handleSent(item, sent),
      onRefused: (item, error) => this.#refuse(item, error),
      onNotJoined: () => this.#listener?.onNotJoined(),
      onChange: () => this.#tell(),
    });
  }

  add(entry: OutboxEntry): void {
    const item = { entry };
    this.#drop((other) => isMadeUpForBy(other.entry, entry));
    this.#items.push(item);
    this.#lane.add(item);
    this.#tell();
  }

  retry(key: string, { withoutAttachments = false }: RetryHow = {}): void {
    const item = this.#find(key);
    if (!item?.entry.refusal) return;
    if (withoutAttachments && !isChange(item.entry)) {
      // Of several that it had, not all need to be gone.
      this.#deps.onDiscarded(item.entry);
      const { attachments: _gone, ...rest } = item.entry;
      item.entry = rest;
    }
    this.#retry(item);
  }

  discard(key: string): void {
    const item = this.#find(key);
    if (!item) return;
    this.#drop((other) => other === item);
    this.#deps.onDiscarded(item.entry);
  }

  retryChanges(messageId: string): void {
    for (const item of this.#items.filter(isAbout(messageId))) this.#retry(item);
  }

  discardChanges(messageId: string): void {
    this.#drop(isAbout(messageId));
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
    this.#items.sort((one, other) => byOrder(one.entry, other.entry));
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

  hurry(): void {
    this.#lane.hurry();
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

  entries(): readonly OutboxEntry[] {
    return this.#items.map(({ entry }) => entry);
  }

  pending(): readonly TimelineMessage[] {
    return this.#pending;
  }

  changes(): readonly PendingChange[] {
    return this.#changes;
  }

  setListener(listener: RoomListener | null): void {
    this.#listener = listener;
  }

  #find(key: string): Item | undefined {
    return this.#items.find(({ entry }) => entry.key === key);
  }

  #retry(item: Item): void {
    if (!item.entry.refusal) return;
    item.entry = wantedAnew(item.entry, Date.now());
    this.#deps.onSave(item.entry);
    this.#lane.add(item);
    this.#tell();
  }

  #drop(matches: (item: Item) => boolean): void {
    const dropped = this.#items.filter(matches);
    if (dropped.length === 0) return;
    this.#items = this.#items.filter((item) => !matches(item));
    this.#lane.remove((item) => dropped.includes(item));
    for (const { entry } of dropped) this.#deps.onGone(entry.key);
    this.#tell();
  }

  #handleSent(item: Item, sent: Sent): void {
    this.#items = this.#items.filter((other) => other !== item);
    this.#deps.onGone(item.entry.key);
    // In one change for those who look: no moment without what was written, or with what was before the change.
    this.#refresh();
    if ('message' in sent) this.#listener?.onAcked(sent.message);
    else if (isChange(item.entry)) this.#listener?.onChangeMade(item.entry, sent.revision);
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
    const held = this.#lane.held();
    const messages: TimelineMessage[] = [];
    const changes: PendingChange[] = [];
    for (const item of this.#items) {
      const { entry } = item;
      if (isChange(entry)) changes.push(this.#showChange(entry, held.get(item)));
      else messages.push(this.#show(entry, held.get(item)));
    }
    this.#pending = sameOr(this.#pending, messages);
    this.#changes = sameOr(this.#changes, changes);
  }

  #statusOf({ refusal }: OutboxEntry, pause: LanePause | undefined): PendingChange['status'] {
    if (refusal) return 'failed';
    return this.#lane.isOpen() && !pause ? 'sending' : 'waiting';
  }

  #show(entry: MessageEntry, pause: LanePause | undefined): TimelineMessage {
    const status = this.#statusOf(entry, pause);
    const waits = status === 'waiting' ? pause : undefined;
    const retryAt = waits?.retryAt ?? null;
    const known = this.#shown.get(entry);
    if (known?.status === status && known.retryAt === retryAt) return known;
    const base = fromOutbox(entry, this.#deps.userName());
    const as = { ...base, status, retryAt, error: waits?.error ?? base.error };
    this.#shown.set(entry, as);
    return as;
  }

  #showChange(entry: ChangeEntry, pause: LanePause | undefined): PendingChange {
    const status = this.#statusOf(entry, pause);
    const known = this.#shownChanges.get(entry);
    if (known?.status === status) return known;
    const { refusal } = entry;
    const error = refusal && new AppError(refusal.code, refusal.message);
    const as = { entry, status, error };
    this.#shownChanges.set(entry, as);
    return as;
  }
}
