import type { Store } from './store.ts';

/** What people look like. */
export interface Pictures {
  /**
   * Which picture somebody has; null: none, or it is not known yet. Whoever subscribes has it asked for, together with what
   * others ask for at the same moment, and is told when it is another.
   */
  of(userId: string): Store<string | null>;
  /** Fetches a picture, which never changes. Rejects with an `AppError`. */
  load(pictureId: string, signal?: AbortSignal): Promise<Blob>;
  /** My own is the middle of this. Rejects with an `AppError`; `UnsupportedMediaType`: it is no picture that can be shown. */
  set(file: Blob): Promise<void>;
  /** I have none any more. Rejects with an `AppError`. */
  remove(): Promise<void>;
}
