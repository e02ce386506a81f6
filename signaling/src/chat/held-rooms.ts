export interface HeldRoomsOptions<T> {
  /** Writes what waits for one room, and does not fail. */
  write: (entries: T[]) => Promise<void>;
  /** One transaction takes so many at most. */
  maxGroup: number;
  /** So many rooms are waited for at once; each takes a connection for as long. */
  maxAtOnce: number;
}

/**
 * Rooms that somebody else has locked, each with what is to be written to it, in order: they are waited for beside the
 * others, which they do not hold up.
 */
export class HeldRooms<T extends { entry: { roomId: string } }> {
  readonly #options: HeldRoomsOptions<T>;
  /** In the order in which they were found locked. */
  readonly #rooms = new Map<string, T[]>();
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: HeldRoomsOptions<T>) {
    this.#options = options;
  }

  /** Whether something waits for the room, or is being written to it: what comes later goes the same way, after it. */
  holds(roomId: string): boolean {
    return this.#rooms.has(roomId);
  }

  add(waiting: T): void {
    const { roomId } = waiting.entry;
    const entries = this.#rooms.get(roomId);
    if (entries) entries.push(waiting);
    else this.#rooms.set(roomId, [waiting]);
    this.#startNext();
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  #startNext(): void {
    for (const [roomId, entries] of this.#rooms) {
      if (this.#running.size >= this.#options.maxAtOnce) return;
      if (!this.#running.has(roomId)) this.#running.set(roomId, this.#run(roomId, entries));
    }
  }

  async #run(roomId: string, entries: T[]): Promise<void> {
    while (entries.length > 0) await this.#options.write(entries.splice(0, this.#options.maxGroup));
    this.#rooms.delete(roomId);
    this.#running.delete(roomId);
    this.#startNext();
  }
}
