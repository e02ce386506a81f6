/** What is waiting for its turn, and how much goes at a time. */
export class Turns {
  readonly #atOnce: number;
  readonly #waiting: (() => Promise<void>)[] = [];
  #underWay = 0;

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  /** Begins at once where there is room for it, else in the order in which things came. */
  add(run: () => Promise<void>): void {
    this.#waiting.push(run);
    this.#fill();
  }

  #fill(): void {
    while (this.#underWay < this.#atOnce) {
      const run = this.#waiting.shift();
      if (!run) return;
      this.#underWay += 1;
      void this.#finish(run());
    }
  }

  async #finish(running: Promise<void>): Promise<void> {
    await running.catch(() => undefined);
    this.#underWay -= 1;
    this.#fill();
  }
}
