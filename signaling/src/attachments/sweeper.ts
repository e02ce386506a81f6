import { limits } from '@boltorezka/protocol';
import pLimit from 'p-limit';
import type { Logger } from '../platform/log.ts';
import { removeAbandoned } from './incoming.ts';
import { attachmentIdOf, type FileStorage, keysOf } from './storage.ts';
import type { SweepRepository } from './sweep-repository.ts';

export interface SweeperDeps {
  repository: SweepRepository;
  storage: FileStorage;
  /** Of unfinished uploads. */
  incomingFolder: string;
  log: Logger;
  everyMs?: number;
}

const hourMs = 60 * 60_000;

/** The comparison of storage and rows reads both whole. */
const comparedEveryMs = 24 * hourMs;
/** The file of an upload is stored a moment before its row is written. */
const youngMs = hourMs;
/** A database that was set up wrongly knows no file: its operator has a day to see it. */
const unknownForMs = 24 * hourMs;
const batch = 20;
const removalsAtOnce = 4;

/** Deletes files that belong to nobody any more. Several processes may do so side by side. */
export class AttachmentSweeper {
  readonly #deps: SweeperDeps;
  readonly #removals = pLimit(removalsAtOnce);
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #closing = new AbortController();

  constructor(deps: SweeperDeps) {
    this.#deps = deps;
  }

  /** Sweeps from time to time, until it is closed. */
  open(): void {
    if (this.#closing.signal.aborted) return;
    const { everyMs = 60_000 } = this.#deps;
    // Processes that started together do not sweep together.
    this.#timer = setTimeout(
      () => {
        this.#running = this.sweep().then(() => this.open());
      },
      everyMs * (0.5 + Math.random()),
    );
    this.#timer.unref();
  }

  /** One round. It never rejects: what failed is tried again in the next one. */
  async sweep(): Promise<void> {
    const { repository, incomingFolder, log } = this.#deps;
    try {
      await removeAbandoned(incomingFolder);
      await this.#repeat(() => repository.expireUnsent(limits.unsentAttachmentMs, batch));
      await this.#repeat(() => this.#removeDue());
      if (!this.#closing.signal.aborted && (await repository.claimComparison(comparedEveryMs)))
        await this.compare();
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      log.warn({ err: error }, 'files that nobody needs are not swept yet');
    }
  }

  /** Looks for files that no row knows: a process ended between storing one and writing its row. */
  async compare(): Promise<void> {
    const { repository, storage, log } = this.#deps;
    let found = 0;
    for await (const files of storage.list(this.#closing.signal)) {
      if (this.#closing.signal.aborted) return;
      const ids = files
        .filter(({ modifiedAt }) => Date.now() - modifiedAt.getTime() > youngMs)
        .flatMap(({ key }) => attachmentIdOf(key) ?? []);
      if (ids.length > 0) found += await repository.markUnknown(ids, unknownForMs);
    }
    if (found > 0) log.info({ found }, 'files that nothing knows of; they are deleted in a day');
  }

  /** Ends the round that is running; resolves when it has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #repeat(step: () => Promise<number>): Promise<void> {
    while (!this.#closing.signal.aborted && (await step()) === batch);
  }

  /** One batch. What could not be deleted is due again later. @returns how many were taken. */
  async #removeDue(): Promise<number> {
    const { repository } = this.#deps;
    const due = await repository.claimDue(batch);
    const done = await Promise.all(
      due.map(async ({ id, isKnown }) => (isKnown || (await this.#remove(id)) ? [id] : [])),
    );
    await repository.forget(done.flat());
    return due.length;
  }

  async #remove(id: string): Promise<boolean> {
    const { storage, log } = this.#deps;
    const { signal } = this.#closing;
    const keys = keysOf(id);
    try {
      await this.#removals(async () => {
        await storage.delete(keys.file, signal);
        await storage.delete(keys.thumbnail, signal);
      });
      return true;
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'a file could not be deleted; it is tried again');
      return false;
    }
  }
}
