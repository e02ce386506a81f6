/** A value that changes over time: immutable snapshots, the same reference as long as nothing changed. */
export interface Store<T> {
  get(): T;
  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
}
