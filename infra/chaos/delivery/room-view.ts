import type { ChatMessage, RoomJoined } from '@boltorezka/protocol';
import { type SeenMessage, toSeen } from './journal.ts';

/** One room as a client knows it: by position and revision, never by arrival. */
export class RoomView {
  #epoch: string | undefined;
  /** Everything up to here has been seen; undefined while that cannot be said. */
  #position: number | undefined;
  readonly #ahead = new Set<number>();
  readonly #messages = new Map<string, ChatMessage>();
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
    return [...this.#messages.values()].sort((one, other) => one.seq - other.seq).map(toSeen);
  }

  /** An event of the room's log, of whatever kind. */
  handleEvent({ seq, epoch }: { seq: number; epoch: string }): void {
    if (epoch !== this.#epoch || seq <= this.position) return;
    this.#ahead.add(seq);
    this.#advance();
  }

  apply(message: ChatMessage): void {
    const known = this.#messages.get(message.id);
    if (known && (known.revision ?? known.seq) >= (message.revision ?? message.seq)) return;
    this.#messages.set(message.id, message);
  }

  /** The answer to `room.join`; where it does not recover, everything is read. */
  async handleJoined(joined: RoomJoined, readAll: () => Promise<ChatMessage[]>): Promise<void> {
    if (this.#epoch !== joined.epoch) this.#forget();
    this.#epoch = joined.epoch;
    const missed = joined.recovered ? joined.missed : await readAll();
    for (const message of missed) this.apply(message);
    this.#position = Math.max(this.position, joined.seq);
    this.#advance();
  }

  #forget(): void {
    this.#position = undefined;
    this.#ahead.clear();
    this.#messages.clear();
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
