import type { Logger } from '../platform/log.ts';
import type { Marker } from './marker.ts';
import type { LogGenerationRepository } from './repository.ts';

export interface LogGenerationDeps {
  repository: LogGenerationRepository;
  marker: Marker;
  log: Logger;
  intervalMs?: number;
}

/** A database put back from a moment that is no older than this is not told from the one that it replaces. */
const defaultIntervalMs = 10_000;

/**
 * Notices that the database was put back from a backup. A counter in it grows all the time, and the data directory remembers
 * how far it was: where the database is behind, positions that clients know belong to a log that is gone, and will be taken
 * again by other events. Every room's log gets another name then, and everybody begins with a snapshot.
 */
export class LogGeneration {
  readonly #deps: LogGenerationDeps;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: LogGenerationDeps) {
    this.#deps = deps;
  }

  /** Before anybody is let in. */
  async open(): Promise<void> {
    const { repository, marker, log, intervalMs = defaultIntervalMs } = this.#deps;
    const [current, seen, isRestored] = [
      await repository.current(),
      await marker.read(),
      await marker.saysRestored(),
    ];
    if (isRestored || current < seen) {
      await repository.renewEpochs(Math.max(current, seen));
      await marker.forgetRestored();
      log.warn(
        { current, seen },
        'the database is older than this server knew it: the logs of rooms begin anew',
      );
    }
    await this.#advance();
    this.#timer = setInterval(() => {
      this.#advance().catch((error: unknown) =>
        log.warn({ err: error }, 'that the database goes on is not noted'),
      );
    }, intervalMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #advance(): Promise<void> {
    const { repository, marker } = this.#deps;
    await marker.write(await repository.advance());
  }
}
