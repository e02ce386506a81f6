import type { ChatMessage } from '@boltorezka/protocol';
import { backoffDelayMs, createRetryPause } from './backoff.ts';
import { asAppError, describeFailure, isRetryable } from './failures.ts';
import type { CallResult, Http } from './http.ts';
import { toChatMessage } from './timeline.ts';
import type { Log, RoomState } from './types.ts';

export interface RoomHistoryDeps {
  slug: string;
  http: Http;
  random: () => number;
  log: Log;
  /** Takes in the page that was read before the room was joined; false where it comes too late for that. */
  onAhead: (messages: ChatMessage[]) => boolean;
  /** Takes the newest page in; true where it does not continue what was there. */
  onNewest: (messages: ChatMessage[], snapshotSeq: number) => boolean;
  onOlder: (messages: ChatMessage[]) => void;
  onChange: (fields: Partial<Pick<RoomState, 'hasOlder' | 'loadingOlder' | 'historyError'>>) => void;
}

/** Where the log stood when the room was joined. */
export interface LogPosition {
  epoch: string;
  seq: number;
}

/** What was said in a room before we came. */
export interface RoomHistory {
  /** Asks for the newest page while the room is still to be joined. Where that fails, the joining will tell why. */
  readAhead(): void;
  /** The snapshot recovered: the page that was read ahead is taken in, or not needed. */
  skipNewest(): void;
  /** The page that must follow a snapshot which did not recover; it is tried until the signal fires. */
  loadNewest(snapshot: LogPosition, signal: AbortSignal): Promise<void>;
  /** The page before the oldest; where the newest is still missing, that one, at once. */
  loadOlder(): Promise<void>;
  /** Another log, or another person. */
  forget(): void;
}

type Page = CallResult<'chat.history'>;

const pageSize = 50;
const failed = 'The messages could not be loaded.';

/** Whether a page, whenever it was read, reaches up to the snapshot. */
const reaches = ({ messages }: Page, { epoch, seq }: LogPosition): boolean => {
  const last = messages.at(-1);
  return last ? last.epoch === epoch && last.seq >= seq : seq === 0;
};

export const createRoomHistory = (deps: RoomHistoryDeps): RoomHistory => new PagedHistory(deps);

class PagedHistory implements RoomHistory {
  readonly #deps: RoomHistoryDeps;
  readonly #pause = createRetryPause();
  #cursor: string | null = null;
  #isNewestMissing = false;
  #ahead: Promise<Page | null> = Promise.resolve(null);

  constructor(deps: RoomHistoryDeps) {
    this.#deps = deps;
  }

  readAhead(): void {
    const reading: Promise<Page | null> = this.#read({ limit: pageSize }).then(
      (page) => {
        if (this.#ahead === reading) this.#takeAhead(page);
        return page;
      },
      () => null,
    );
    this.#ahead = reading;
  }

  skipNewest(): void {
    this.#ahead = Promise.resolve(null);
  }

  async loadNewest(snapshot: LogPosition, signal: AbortSignal): Promise<void> {
    const { log, random, onChange } = this.#deps;
    this.#isNewestMissing = true;
    for (let failures = 1; !signal.aborted; failures += 1) {
      onChange({ loadingOlder: true });
      try {
        const page = await this.#readNewest(snapshot);
        if (!signal.aborted) this.#takeNewest(page, snapshot.seq);
        return;
      } catch (error) {
        if (signal.aborted) return;
        log({ level: 'warn', message: 'The history could not be loaded', fields: describeFailure(error) });
        onChange({ historyError: asAppError(error, failed), loadingOlder: false });
        // What will not mend by itself is tried again when somebody asks for it.
        await this.#pause.wait(isRetryable(error) ? backoffDelayMs(failures, random) : null, signal);
      }
    }
  }

  async loadOlder(): Promise<void> {
    if (this.#isNewestMissing) {
      this.#pause.skip();
      return;
    }
    const { log, onOlder, onChange } = this.#deps;
    const before = this.#cursor;
    if (before === null) return;
    onChange({ loadingOlder: true });
    try {
      const page = await this.#read({ before, limit: pageSize });
      // The history may have started over meanwhile: then this page continues nothing.
      if (this.#cursor !== before) return;
      this.#cursor = page.next_cursor;
      onOlder(page.messages.map(toChatMessage));
      onChange({ hasOlder: this.#cursor !== null, historyError: null });
    } catch (error) {
      log({ level: 'warn', message: 'Older messages could not be loaded', fields: describeFailure(error) });
      if (this.#cursor === before) onChange({ historyError: asAppError(error, failed) });
    } finally {
      if (!this.#isNewestMissing) onChange({ loadingOlder: false });
    }
  }

  forget(): void {
    this.#cursor = null;
    this.#isNewestMissing = false;
    this.skipNewest();
    this.#deps.onChange({ hasOlder: false });
  }

  async #readNewest(snapshot: LogPosition): Promise<Page> {
    const ahead = await this.#ahead;
    this.skipNewest();
    return ahead && reaches(ahead, snapshot) ? ahead : this.#read({ limit: pageSize });
  }

  #read(query: { before?: string; limit: number }): Promise<Page> {
    return this.#deps.http.call('chat.history', { params: { slug: this.#deps.slug }, query });
  }

  #takeAhead(page: Page): void {
    if (!this.#deps.onAhead(page.messages.map(toChatMessage))) return;
    this.#cursor = page.next_cursor;
    this.#deps.onChange({ hasOlder: this.#cursor !== null });
  }

  #takeNewest(page: Page, snapshotSeq: number): void {
    const { onNewest, onChange } = this.#deps;
    const startedOver = onNewest(page.messages.map(toChatMessage), snapshotSeq);
    if (startedOver) this.#cursor = page.next_cursor;
    this.#isNewestMissing = false;
    onChange({ hasOlder: this.#cursor !== null, historyError: null, loadingOlder: false });
  }
}
