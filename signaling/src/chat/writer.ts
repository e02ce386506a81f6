import { AppError } from '@boltorezka/protocol';
import type { Database } from '../platform/db.ts';
import { type InsertOutcome, insertGroup } from './group-insert.ts';
import { type NewMessage, retryKey, type Written } from './new-message.ts';

interface Waiting {
  entry: NewMessage;
  resolve: (written: Written) => void;
  reject: (error: unknown) => void;
}

const maxUnsettled = 10_000;

export interface MessageWriterOptions {
  db: Database;
  /** One transaction takes so many at most. */
  maxGroup?: number;
  /** So many may wait; more are refused with a retryable error. */
  maxWaiting?: number;
  onGroupWritten?: (size: number) => void;
}

/**
 * Writes messages in groups: what one tick gathered, and what came while the last group was being written, goes into one
 * transaction. A promise resolves after the commit.
 */
export class MessageWriter {
  readonly #options: Required<Omit<MessageWriterOptions, 'onGroupWritten'>>;
  readonly #onGroupWritten: (size: number) => void;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;
  /**
   * Named messages whose group failed while the database was out of reach: they may have been committed, but nobody was
   * told of them. Their retry counts as the first.
   */
  readonly #unsettled = new Set<string>();

  constructor({ db, maxGroup = 500, maxWaiting = 20_000, onGroupWritten = () => {} }: MessageWriterOptions) {
    this.#options = { db, maxGroup, maxWaiting };
    this.#onGroupWritten = onGroupWritten;
  }

  /** @throws AppError what the room's rules say, or `Unavailable`. */
  write(entry: NewMessage): Promise<Written> {
    if (this.#closed) throw new AppError('Unavailable', 'The server is stopping; send it again in a moment.');
    if (this.#waiting.length >= this.#options.maxWaiting) {
      throw new AppError(
        'Unavailable',
        'Too many messages are waiting to be written; send it again in a moment.',
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<Written>();
    this.#waiting.push({ entry, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** Writes what is waiting, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // One turn later, so that all that this tick brings is one group.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      await this.#writeGroup(this.#waiting.splice(0, this.#options.maxGroup));
    }
    this.#running = undefined;
  }

  async #writeGroup(group: Waiting[]): Promise<void> {
    try {
      const outcomes = await insertGroup(
        this.#options.db,
        group.map(({ entry }) => entry),
      );
      this.#onGroupWritten(group.length);
      for (const [index, waiting] of group.entries()) this.#settle(waiting, outcomes[index]);
    } catch (error) {
      // A message that cannot be written fails alone. A database that is away fails them all, and asking again for
      // each would only make them wait longer.
      if (error instanceof AppError) this.#remember(group);
      if (group.length === 1 || error instanceof AppError) {
        for (const { reject } of group) reject(error);
        return;
      }
      for (const waiting of group) await this.#writeGroup([waiting]);
    }
  }

  #remember(group: Waiting[]): void {
    for (const { entry } of group) {
      const key = retryKey(entry);
      if (key !== undefined) this.#unsettled.add(key);
    }
    // The oldest are the least likely to be sent again.
    for (const key of this.#unsettled) {
      if (this.#unsettled.size <= maxUnsettled) break;
      this.#unsettled.delete(key);
    }
  }

  #settle({ entry, resolve, reject }: Waiting, outcome: InsertOutcome | undefined): void {
    if (outcome === undefined) return reject(new Error('a message has no outcome'));
    if ('error' in outcome) return reject(outcome.error);
    const key = retryKey(entry);
    const wasUnsettled = key !== undefined && this.#unsettled.delete(key);
    resolve(wasUnsettled ? { ...outcome, isRetry: false } : outcome);
  }
}
