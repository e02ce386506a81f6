import type { LogPosition } from '../platform/bus.ts';

/** Past so many events after one that is missing, that one is not on its way any more. */
const maxAhead = 1_000;

/** How far the sockets of this process have been told a room's log, without a gap. */
export class FollowedLog {
  #position: LogPosition | undefined;
  /** Events past a gap: two processes may publish in another order than they wrote. */
  #ahead = new Set<number>();
  #isToldAnything = false;

  /** Undefined until somebody has seen the log. */
  get position(): LogPosition | undefined {
    return this.#position;
  }

  /** A socket has a snapshot of there; what came before it is not missing. The first ones decide. */
  handleSnapshot({ seq, epoch }: LogPosition): void {
    const isEarlier = this.#position !== undefined && seq < this.#position.seq;
    if (this.#position !== undefined && (this.#isToldAnything || !isEarlier)) return;
    this.#position = { seq, epoch };
    this.#advance();
  }

  /** An event has gone to the sockets. */
  handleEvent({ seq, epoch }: LogPosition): void {
    this.#isToldAnything = true;
    if (this.#position !== undefined && this.#position.epoch !== epoch) {
      // Another log: what was said of the former one means nothing here.
      this.#position = { seq, epoch };
      this.#ahead.clear();
      return;
    }
    if (seq <= (this.#position?.seq ?? -1)) return;
    this.#ahead.add(seq);
    this.#advance();
    if (this.#ahead.size > maxAhead) this.#ahead.delete(Math.min(...this.#ahead));
  }

  /** The sockets know from here on where the log stands. */
  moveTo({ seq, epoch }: LogPosition): void {
    this.#position = { seq, epoch };
    for (const ahead of this.#ahead) if (ahead <= seq) this.#ahead.delete(ahead);
    this.#advance();
  }

  #advance(): void {
    const position = this.#position;
    if (!position) return;
    while (this.#ahead.delete(position.seq + 1)) position.seq += 1;
  }
}
