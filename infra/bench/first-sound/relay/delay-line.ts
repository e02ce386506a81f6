/** Time as a delay line sees it; a test turns it by hand. */
export interface Clock {
  nowMs(): number;
  /** @returns what calls it off. */
  after(delayMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

export interface DelayLineOptions<T> {
  delayMs: number;
  clock: Clock;
  deliver: (item: T) => void;
}

/** One direction of a path: whatever enters leaves after the delay, in the order in which it came. */
export interface DelayLine<T> {
  push(item: T): void;
  /** Nothing that enters from now on leaves earlier than this. */
  holdFor(holdMs: number): void;
  /** What is still inside is lost. */
  close(): void;
}

/** Timers of Node fire by whole milliseconds: what is due within the half of one leaves now. */
const toleranceMs = 0.5;

export const createDelayLine = <T>({ delayMs, clock, deliver }: DelayLineOptions<T>): DelayLine<T> => {
  const queue: { item: T; dueMs: number }[] = [];
  let earliestMs = 0;
  let callOff: (() => void) | undefined;
  let closed = false;
  const run = () => {
    callOff = undefined;
    for (let first = queue[0]; first && !closed; first = queue[0]) {
      const waitMs = first.dueMs - clock.nowMs();
      if (waitMs > toleranceMs) {
        callOff = clock.after(Math.max(1, Math.round(waitMs)), run);
        return;
      }
      queue.shift();
      deliver(first.item);
    }
  };
  return {
    push: (item) => {
      if (closed) return;
      const dueMs = Math.max(clock.nowMs() + delayMs, earliestMs);
      earliestMs = dueMs;
      queue.push({ item, dueMs });
      if (!callOff) run();
    },
    holdFor: (holdMs) => {
      earliestMs = Math.max(earliestMs, clock.nowMs() + holdMs);
    },
    close: () => {
      closed = true;
      callOff?.();
      queue.length = 0;
    },
  };
};
