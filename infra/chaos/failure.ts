import type { Call } from './call.ts';

/** One way for a call to be hurt. */
export interface Failure<Stage = Call> {
  name: string;
  /** What is done, and from when to when the figure counts. */
  summary: string;
  /** The worst that it may cost anybody, milliseconds. */
  limitMs: number;
  /** How long all is well before it; left out, long enough for the sound to be steady. */
  restMs?: number;
  /** Does it once, waits until the call has recovered, and tells what it cost each listener, milliseconds. */
  inflict(call: Stage): Promise<number[]>;
}
