/** Ends with the promise, or when it has taken too long for who waits; whatever becomes of it. */
export const within = async (timeoutMs: number, promise: Promise<unknown>): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([promise.catch(() => undefined), tooLong]);
  clearTimeout(timer);
};
