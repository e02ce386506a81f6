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
  open(): void;
  pause(): void;
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
  #isAsking = false;
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

  open(): void {
    this.#isOpen = true;
    this.#failures = 0;
    this.#mark();
  }

  pause(): void {
    this.#isOpen = false;
  }

  reset(): void {
    this.pause();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#failures = 0;
    this.#wantedSeq = 0;
    this.#knownSeq = 0;
  }

  #mark(): void {
    const seq = this.#wantedSeq;
    if (!this.#isOpen || this.#isAsking || this.#timer !== undefined || seq <= this.#knownSeq) return;
    this.#isAsking = true;
    this.#wait(intervalMs);
    this.#deps.mark(seq).then(
      (state) => {
        this.#isAsking = false;
        this.#failures = 0;
        this.handleRead(Math.max(seq, state.seq));
        this.#deps.onMarked(state);
        this.#mark();
      },
      (error: unknown) => {
        this.#isAsking = false;
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
