import type { AppError, RequestResult } from '@boltorezka/protocol';
import { backoffDelayMs, sleep } from '../backoff.ts';
import { asAppError, isRetryable } from '../failures.ts';
import type { Connection } from '../types.ts';

export type JoinAnswer = RequestResult<'room.join'>;

export interface EntranceDeps {
  slug: string;
  request: Connection['request'];
  random: () => number;
  /** An earlier leaving of the same room, which must have been heard before it is joined anew. */
  afterLeft: Promise<unknown> | undefined;
  /** Up to where the room's log is known; null where it is not. */
  known: () => { epoch: string; afterSeq: number } | null;
  /** The question is on its way: what comes from here on may follow its answer. */
  onAsked: () => void;
  /** `isRecovered`: the answer continues what was known. */
  onJoined: (answer: JoinAnswer, isRecovered: boolean, signal: AbortSignal) => Promise<void>;
  onFailed: (error: AppError) => void;
  /** It was not answered, and will be asked again. */
  onUnanswered: () => void;
  /** How many are in the room, and are told the same at the same time. */
  countPeople: () => number;
}

/** Enters a room, and enters it again when the socket is another or something was lost. */
export interface Entrance {
  enter(): void;
  /** The same once more, on the same socket, in a moment of its own; nothing where that is under way. */
  enterAgain(): void;
  leave(): void;
  /** Ends when no request is under way. */
  settled(): Promise<void>;
}

/** A room of a thousand comes back over two seconds, one of ten at once. */
const [spreadPerPersonMs, maxSpreadMs] = [2, 2_000];

export const createEntrance = (deps: EntranceDeps): Entrance => new RoomEntrance(deps);

class RoomEntrance implements Entrance {
  readonly #deps: EntranceDeps;
  /** Ends with the socket that it belongs to; a new one begins with each. */
  #stay = new AbortController();
  #isAsking = false;
  #joining: Promise<void> = Promise.resolve();

  constructor(deps: EntranceDeps) {
    this.#deps = deps;
  }

  enter(): void {
    this.#stay.abort();
    this.#stay = new AbortController();
    this.#start(0);
  }

  enterAgain(): void {
    if (this.#isAsking || this.#stay.signal.aborted) return;
    const { random, countPeople } = this.#deps;
    this.#start(random() * Math.min(maxSpreadMs, countPeople() * spreadPerPersonMs));
  }

  leave(): void {
    this.#stay.abort();
    this.#isAsking = false;
  }

  settled(): Promise<void> {
    return this.#joining;
  }

  #start(delayMs: number): void {
    this.#isAsking = true;
    this.#joining = this.#join(this.#stay.signal, delayMs).catch(() => undefined);
  }

  async #join(signal: AbortSignal, delayMs: number): Promise<void> {
    const { afterLeft, random, onFailed, onUnanswered } = this.#deps;
    await afterLeft;
    if (delayMs > 0) await sleep(delayMs, signal);
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        await this.#ask(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isRetryable(error)) {
          this.#isAsking = false;
          onFailed(asAppError(error, 'The room could not be entered.'));
          return;
        }
        onUnanswered();
        await sleep(backoffDelayMs(failures, random), signal);
      }
    }
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { slug, known: findKnown, onAsked, onJoined, request } = this.#deps;
    const known = findKnown();
    onAsked();
    const answer = await request('room.join', { roomSlug: slug, keepOthers: true, ...known });
    if (signal.aborted) return;
    this.#isAsking = false;
    // Without a position of ours there was nothing to recover, whatever the answer calls it.
    const isRecovered = answer.recovered && known !== null && known.epoch === answer.epoch;
    await onJoined(answer, isRecovered, signal);
  }
}
