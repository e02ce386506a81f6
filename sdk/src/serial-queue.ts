export type SerialQueue = <T>(task: () => Promise<T>) => Promise<T>;

/** Runs tasks one after another, in the order they came; one that fails does not stop the next. */
export const createSerialQueue = (): SerialQueue => {
  let tail: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = tail.then(task, task);
    tail = run.catch(() => undefined);
    return run;
  };
};
