import type { ChatMessage, EventPayload, RoomJoined } from '@boltorezka/protocol';
import { type SeenMessage, toSeen } from './journal.ts';

/** What the log tells of a message apart from it, as of a position. */
interface Aside<T> {
  seq: number;
  value: T;
}

/** One room as a client knows it: by position and revision, never by arrival. */
export class RoomView {
  #epoch: string | undefined;
  /** Everything up to here has been seen; undefined while that cannot be said. */
  #position: number | undefined;
  readonly #ahead = new Set<number>();
  readonly #messages = new Map<string, ChatMessage>();
  /** By message, and emoji. */
  readonly #reactions = new Map<string, Map<string, Aside<number>>>();
  readonly #replyCounts = new Map<string, Aside<number>>();
  #gapSinceMs: number | undefined;

  /** What to say in `room.join`. */
  get known(): { afterSeq: number; epoch: string } | undefined {
    return this.#position === undefined || this.#epoch === undefined
      ? undefined
      : { afterSeq: this.#position, epoch: this.#epoch };
  }

  get position(): number {
    return this.#position ?? 0;
  }

  /** Since when an event is missing between others; undefined where none is. */
  get gapSinceMs(): number | undefined {
    return this.#gapSinceMs;
  }

  hasSeen(messageId: string): boolean {
    return this.#messages.has(messageId);
  }

  list(): SeenMessage[] {
    return [...this.#messages.values()]
      .sort((one, other) => one.seq - other.seq)
      .map((message) => toSeen({ ...message, ...this.#asidesOf(message.id) }));
  }

  /** An event of the room's log, of whatever kind. */
  handleEvent({ seq, epoch }: { seq: number; epoch: string }): void {
    if (epoch !== this.#epoch || seq <= this.position) return;
    this.#ahead.add(seq);
    this.#advance();
  }

  /** A message as an event or an acknowledgement tells it: without its reactions. */
  apply(message: ChatMessage): void {
    const known = this.#messages.get(message.id);
    if (known && (known.revision ?? known.seq) >= (message.revision ?? message.seq)) return;
    this.#messages.set(message.id, message);
  }

  applyReaction({ messageId, emoji, count, seq }: EventPayload<'chat.reactionChanged'>): void {
    const known = this.#reactions.get(messageId) ?? new Map<string, Aside<number>>();
    this.#reactions.set(messageId, known);
    if ((known.get(emoji)?.seq ?? 0) < seq) known.set(emoji, { seq, value: count });
  }

  /** How a thread stands with an event of its room. */
  applyThread(rootId: string, replyCount: number, seq: number): void {
    if ((this.#replyCounts.get(rootId)?.seq ?? 0) < seq)
      this.#replyCounts.set(rootId, { seq, value: replyCount });
  }

  /** The answer to `room.join`; where it does not recover, everything is read. */
  async handleJoined(joined: RoomJoined, readAll: () => Promise<ChatMessage[]>): Promise<void> {
    if (this.#epoch !== joined.epoch) this.#forget();
    this.#epoch = joined.epoch;
    const missed = joined.recovered ? joined.missed : await readAll();
    for (const message of missed) this.#applyWhole(message);
    this.#position = Math.max(this.position, joined.seq);
    this.#advance();
  }

  /** A message as an answer tells it: with all that there is about it. */
  #applyWhole(message: ChatMessage): void {
    this.apply(message);
    const seq = message.revision ?? message.seq;
    const counts = new Map((message.reactions ?? []).map(({ emoji, count }) => [emoji, count]));
    const known = this.#reactions.get(message.id) ?? new Map<string, Aside<number>>();
    this.#reactions.set(message.id, known);
    for (const emoji of new Set([...known.keys(), ...counts.keys()]))
      if ((known.get(emoji)?.seq ?? 0) <= seq) known.set(emoji, { seq, value: counts.get(emoji) ?? 0 });
    this.applyThread(message.id, message.thread?.replyCount ?? 0, seq);
  }

  #asidesOf(messageId: string): Pick<ChatMessage, 'reactions' | 'thread'> {
    const reactions = [...(this.#reactions.get(messageId) ?? [])]
      .filter(([, { value }]) => value > 0)
      .map(([emoji, { value }]) => ({ emoji, count: value, isMine: false }));
    return { reactions, thread: { replyCount: this.#replyCounts.get(messageId)?.value ?? 0 } };
  }

  #forget(): void {
    this.#position = undefined;
    this.#ahead.clear();
    this.#messages.clear();
    this.#reactions.clear();
    this.#replyCounts.clear();
  }

  #advance(): void {
    if (this.#position === undefined) return;
    const before = this.#position;
    for (const seq of this.#ahead) if (seq <= before) this.#ahead.delete(seq);
    while (this.#ahead.delete(this.#position + 1)) this.#position += 1;
    if (this.#ahead.size === 0) this.#gapSinceMs = undefined;
    else if (this.#position !== before) this.#gapSinceMs = performance.now();
    else this.#gapSinceMs ??= performance.now();
  }
}
