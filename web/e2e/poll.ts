const intervalMs = 100;

interface Wait<T> {
  read: () => Promise<T>;
  fits: (value: T) => boolean;
  /** What is waited for, in words that end "… did not happen". */
  what: string;
  timeoutMs?: number;
}

/** Reads until the value fits; without vitest, so that people may also be watched from outside of a test. */
export const pollUntil = async <T>({ read, fits, what, timeoutMs = 15_000 }: Wait<T>): Promise<T> => {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > until) throw new Error(`${what} did not happen; it is ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
};
