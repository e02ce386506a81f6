interface Closable {
  close(): Promise<void> | void;
}

export interface Cleanup {
  /** Remembers it, and gives it back. */
  add<T extends Closable>(opened: T): T;
  /** Closes all, the last opened first; one that fails keeps none of the others open. */
  close(): Promise<void>;
}

/** What a benchmark opened, to be closed however it ends. */
export const createCleanup = (): Cleanup => {
  const opened: Closable[] = [];
  return {
    add: (each) => {
      opened.push(each);
      return each;
    },
    close: async () => {
      const errors: unknown[] = [];
      for (let each = opened.pop(); each; each = opened.pop()) {
        try {
          await each.close();
        } catch (error) {
          errors.push(error);
        }
      }
      if (errors.length > 0) throw new AggregateError(errors, 'not everything could be closed');
    },
  };
};
