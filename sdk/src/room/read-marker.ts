import { backoffDelayMs } from '../backoff.ts';
import { asAppError, isRetryable } from '../failures.ts';

export interface ReadMarkerDeps<State extends { seq: number }> {
  random: () => number;
  mark: (seq: number) => Promise<State>;
  onMarked: (state: State) => void;
}

/**
 * Says up to where somebody has read a room, or a thread: once a second at most, the last word always, and never back. What
 * cannot be said now is said ever less often, and not before the server wants to hear it.
 */
export interface ReadMarker {
  markRead(seq: number): void;
  /** As the server has it, whichever device said it. */
  handleRead(seq: number): void;
  /** Up to where it was read, whether that is said yet or not; 0 where nothing is known. */
  seenSeq(): number;
  open(): void;
  pause(): void;
  /** Says what it would have said later: nobody will be here then. */
  flush(): void;
  reset(): void;
}

const intervalMs = 1_000;

export const createReadMarker = <State extends { seq: number }>(deps: ReadMarkerDeps<State>): ReadMarker =>
  new ThrottledMarker(deps);

class ThrottledMarker<State extends { seq: number }> implements ReadMarker {
  readonly #deps: ReadMarkerDeps<State>;
  #wantedSeq = 0;
  #knownSeq = 0;
  #isOpen = false;
  /** What is being said. */
  #askedSeq: number | null = null;
  /** Another one after each reset: what is answered to the marks of before is nothing to those after it. */
  #life: object = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(deps: ReadMarkerDeps<State>) {
    this.#deps = deps;
  }

  markRead(seq: number): void {
    if (seq <= this.#wantedSeq) return;
    this.#wantedSeq = seq;
    this.#mark();
  }

  handleRead(seq: number): void {
    this.#knownSeq = Math.max(this.#knownSeq, seq);
  }

  seenSeq(): number {
    return Math.max(this.#wantedSeq, this.#knownSeq);
  }

  open(): void {
    this.#isOpen = true;
    this.#failures = 0;
    this.#mark();
  }

  pause(): void {
    this.#isOpen = false;
  }

  flush(): void {
    const seq = this.#wantedSeq;
    const { mark, onMarked } = this.#deps;
    if (!this.#isOpen || seq <= Math.max(this.#knownSeq, this.#askedSeq ?? 0)) return;
    this.#askedSeq = seq;
    // There is nobody left to try again for.
    mark(seq).then(onMarked, () => undefined);
  }

  reset(): void {
    this.pause();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#failures = 0;
    this.#life = {};
    this.#askedSeq = null;
    this.#wantedSeq = 0;
    this.#knownSeq = 0;
  }

  #mark(): void {
    const seq = this.#wantedSeq;
    const isAsking = this.#askedSeq !== null;
    if (!this.#isOpen || isAsking || this.#timer !== undefined || seq <= this.#knownSeq) return;
    const life = this.#life;
    this.#askedSeq = seq;
    this.#wait(intervalMs);
    this.#deps.mark(seq).then(
      (state) => {
        this.#deps.onMarked(state);
        if (this.#life !== life) return;
        this.#askedSeq = null;
        this.#failures = 0;
        this.handleRead(Math.max(seq, state.seq));
        this.#mark();
      },
      (error: unknown) => {
        if (this.#life !== life) return;
        this.#askedSeq = null;
        // What the server will not hear is not said again; a later position is.
        if (isRetryable(error)) this.#handleFailure(error);
        else this.handleRead(seq);
        this.#mark();
      },
    );
  }

  #handleFailure(error: unknown): void {
    const { retryAfterMs = 0 } = asAppError(error, 'The read position could not be kept.');
    this.#failures += 1;
    this.#wait(Math.max(intervalMs, retryAfterMs, backoffDelayMs(this.#failures, this.#deps.random)));
  }

  /** In the place of what is waited for. */
  #wait(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#mark();
    }, delayMs);
  }
}
