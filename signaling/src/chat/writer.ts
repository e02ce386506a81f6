import { AppError } from '@boltorezka/protocol';
import type { Database } from '../platform/db.ts';
import { type InsertOutcome, insertGroup, type WhenLocked } from './group-insert.ts';
import { HeldRooms } from './held-rooms.ts';
import { type NamedMessage, type NewMessage, type Written, withRetryKey } from './new-message.ts';
import { RecentKeys } from './recent-keys.ts';
import { WriterLane } from './writer-lane.ts';

interface Waiting {
  entry: NamedMessage;
  resolve: (written: Written) => void;
  reject: (error: unknown) => void;
}

const maxRemembered = 10_000;
/** Connections that may wait for rooms which something else has locked. */
const maxHeldAtOnce = 4;

export interface MessageWriterOptions {
  db: Database;
  /** One transaction takes so many at most. */
  maxGroup?: number;
  /** So many may wait; more are refused with a retryable error. */
  maxWaiting?: number;
  /** Groups that are written at the same time, each of other rooms: one is prepared while another is made durable. */
  lanes?: number;
  onGroupWritten?: (size: number) => void;
}

/**
 * Writes messages in groups: what one tick gathered, and what came while the last group was being written, goes into one
 * transaction. A room's messages keep their order. A promise resolves after the commit.
 */
export class MessageWriter {
  readonly #db: Database;
  readonly #maxWaiting: number;
  readonly #onGroupWritten: (size: number) => void;
  readonly #lanes: WriterLane<Waiting>[];
  readonly #held: HeldRooms<Waiting>;
  #waitingCount = 0;
  #closed = false;
  /**
   * Named messages whose group failed while the database was out of reach: they may have been committed, but nobody was
   * told of them. Their retry counts as the first.
   */
  readonly #unsettled = new RecentKeys(maxRemembered);
  /** Those of which everybody was told: sent again while the database is away, they are not told again. */
  readonly #told = new RecentKeys(maxRemembered);

  constructor(options: MessageWriterOptions) {
    const { db, maxGroup = 500, maxWaiting = 20_000, lanes = 2, onGroupWritten = () => {} } = options;
    this.#db = db;
    this.#maxWaiting = maxWaiting;
    this.#onGroupWritten = onGroupWritten;
    this.#held = new HeldRooms({
      ...{ maxGroup, maxAtOnce: maxHeldAtOnce },
      write: (group) => this.#writeGroup(group, 'wait'),
    });
    this.#lanes = Array.from(
      { length: lanes },
      () => new WriterLane({ maxGroup, write: (group) => this.#writeGroup(group, 'leave') }),
    );
  }

  /** @throws AppError what the room's rules say, or `Unavailable`. */
  write(entry: NewMessage): Promise<Written> {
    if (this.#closed) throw new AppError('Unavailable', 'The server is stopping; send it again in a moment.');
    if (this.#waitingCount >= this.#maxWaiting) {
      throw new AppError(
        'Unavailable',
        'Too many messages are waiting to be written; send it again in a moment.',
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<Written>();
    this.#waitingCount += 1;
    const waiting = { entry: withRetryKey(entry), resolve, reject };
    if (this.#held.holds(entry.roomId)) this.#held.add(waiting);
    else this.#laneOf(entry.roomId).add(waiting);
    return promise;
  }

  /** Writes what is waiting, and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lanes.map((lane) => lane.settled()));
    await this.#held.settled();
  }

  /** Ids of rooms are random: their first digits spread them evenly. */
  #laneOf(roomId: string): WriterLane<Waiting> {
    const lane = this.#lanes[Number.parseInt(roomId.slice(0, 8), 16) % this.#lanes.length];
    if (!lane) throw new TypeError('a room has an id of hexadecimal digits');
    return lane;
  }

  async #writeGroup(group: Waiting[], whenLocked: WhenLocked): Promise<void> {
    try {
      const outcomes = await insertGroup(
        this.#db,
        group.map(({ entry }) => entry),
        whenLocked,
      );
      this.#hold(group.filter((_, index) => outcomes[index] === 'busy'));
      for (const [index, waiting] of group.entries()) {
        const outcome = outcomes[index];
        if (outcome !== 'busy') this.#settle(waiting, outcome);
      }
      const written = outcomes.filter((outcome) => outcome !== 'busy').length;
      if (written > 0) this.#onGroupWritten(written);
    } catch (error) {
      // A message that cannot be written fails alone. A database that is away fails them all, and asking again for
      // each would only make them wait longer.
      if (error instanceof AppError) this.#remember(group);
      if (group.length === 1 || error instanceof AppError) {
        for (const waiting of group) this.#end(waiting).reject(error);
        return;
      }
      for (const waiting of group) {
        if (whenLocked === 'leave' && this.#held.holds(waiting.entry.roomId)) this.#held.add(waiting);
        else await this.#writeGroup([waiting], whenLocked);
      }
    }
  }

  /** Their rooms are waited for; what came for these meanwhile goes after them, and does not overtake. */
  #hold(busy: Waiting[]): void {
    const roomIds = new Set(busy.map(({ entry }) => entry.roomId));
    const later = this.#lanes.flatMap((lane) => lane.take(({ entry }) => roomIds.has(entry.roomId)));
    for (const waiting of [...busy, ...later]) this.#held.add(waiting);
  }

  #remember(group: Waiting[]): void {
    for (const { entry } of group) {
      const { retryKey } = entry;
      if (retryKey !== undefined && !this.#told.has(retryKey)) this.#unsettled.add(retryKey);
    }
  }

  #end(waiting: Waiting): Waiting {
    this.#waitingCount -= 1;
    return waiting;
  }

  #settle(waiting: Waiting, outcome: Exclude<InsertOutcome, 'busy'> | undefined): void {
    const { entry, resolve, reject } = this.#end(waiting);
    if (outcome === undefined) return reject(new Error('a message has no outcome'));
    if ('error' in outcome) return reject(outcome.error);
    const wasUnsettled = entry.retryKey !== undefined && this.#unsettled.delete(entry.retryKey);
    if (entry.retryKey !== undefined) this.#told.add(entry.retryKey);
    resolve(wasUnsettled ? { ...outcome, isRetry: false } : outcome);
  }
}
