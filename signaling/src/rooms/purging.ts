import type { Database } from '../platform/db.ts';
import type { Logger } from '../platform/log.ts';
import { purgeRoom, selectAbandonedRooms } from './deletion-repository.ts';

export interface RoomPurgingDeps {
  db: Database;
  log: Logger;
  /** What failed, or was left by a process that is gone, is taken up again so soon. */
  intervalMs?: number;
}

/**
 * Deletes what was written in deleted rooms, beside what is asked of the server. Two processes that empty the same room do
 * each other no harm.
 */
export class RoomPurging {
  readonly #deps: RoomPurgingDeps;
  readonly #stopping = new AbortController();
  #turn: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: RoomPurgingDeps) {
    this.#deps = deps;
  }

  open(): void {
    const { intervalMs = 60_000 } = this.#deps;
    void this.purge();
    this.#timer = setInterval(() => void this.purge(), intervalMs).unref();
  }

  /** Resolves when the statement that is under way has ended; what is left is taken up at the next start. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#turn;
  }

  /** Resolves when the rooms that waited are gone, or could not be. Never rejects. */
  purge(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#purgeWaiting());
    return this.#turn;
  }

  async #purgeWaiting(): Promise<void> {
    const { db, log } = this.#deps;
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    const waiting = await selectAbandonedRooms(db).catch((error: unknown) => {
      log.warn({ err: error }, 'which deleted rooms are to be emptied is not known yet');
      return [];
    });
    for (const roomId of waiting) {
      await purgeRoom(db, roomId, signal).catch((error: unknown) =>
        log.warn({ err: error, roomId }, 'a deleted room is not empty yet; it is tried again'),
      );
    }
  }
}
