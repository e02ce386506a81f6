/** When one of several speakers sends within a period. */
export interface Moment {
  index: number;
  /** From the start of the period. */
  afterMs: number;
}

/**
 * A moment for each of so many speakers, the first first. They are drawn one by one, since people do not talk in step: a
 * timer's beat would send them in bunches, and the delay would be that of the bunches.
 */
export const drawMoments = (count: number, periodMs: number, random = Math.random): Moment[] =>
  Array.from({ length: count }, (_, index) => ({ index, afterMs: periodMs * random() })).sort(
    (one, other) => one.afterMs - other.afterMs,
  );
