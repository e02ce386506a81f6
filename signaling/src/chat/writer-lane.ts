export interface WriterLaneOptions<T> {
  /** Writes a group, and does not fail. */
  write: (group: T[]) => Promise<void>;
  /** One transaction takes so many at most. */
  maxGroup: number;
}

/** One group after another: while one is being written, the next one gathers. */
export class WriterLane<T> {
  readonly #options: WriterLaneOptions<T>;
  #waiting: T[] = [];
  #running: Promise<void> | undefined;

  constructor(options: WriterLaneOptions<T>) {
    this.#options = options;
  }

  add(waiting: T): void {
    this.#waiting.push(waiting);
    this.#running ??= this.#run();
  }

  /** Takes out what fits and has not been begun, in order. */
  take(fits: (waiting: T) => boolean): T[] {
    const { taken = [], left = [] } = Object.groupBy(this.#waiting, (each) =>
      fits(each) ? 'taken' : 'left',
    );
    this.#waiting = left;
    return taken;
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // One turn later, so that all that this tick brings is one group.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      await this.#options.write(this.#waiting.splice(0, this.#options.maxGroup));
    }
    this.#running = undefined;
  }
}
