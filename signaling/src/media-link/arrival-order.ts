interface Arrival {
  isAnswer: boolean;
  run: () => void;
}

/**
 * Acts on answers and events in the order in which they came, also where many come at once. An event after an answer waits
 * for the next turn of the event loop: whoever asked has acted on the answer by then.
 */
export class ArrivalOrder {
  readonly #waiting: Arrival[] = [];
  #isScheduled = false;

  /** @param run hands the answer to whoever asked; at once, where no event came before it that is still waiting. */
  answer(run: () => void): void {
    if (this.#waiting.length === 0) run();
    else this.#waiting.push({ isAnswer: true, run });
  }

  event(run: () => void): void {
    this.#waiting.push({ isAnswer: false, run });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#drain();
    });
  }

  #drain(): void {
    let wasAnswer = false;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      if (wasAnswer && !next.isAnswer) return this.#schedule();
      this.#waiting.shift();
      wasAnswer = next.isAnswer;
      next.run();
    }
  }
}
