import { AppError, type ChatMessage, type RestMessage, toCamelCase } from '@boltorezka/protocol';
import { backoffDelayMs, createRetryPause } from '../backoff.ts';
import { asAppError, describeFailure, isRetryable } from '../failures.ts';
import type { CallResult, Http } from '../http.ts';
import { revisionOf } from '../timeline/facts.ts';
import { applyNewerPage, applyNewestPage, applyOlderPage, applyPageAround } from '../timeline/pages.ts';
import { applyPageAhead, type Timeline } from '../timeline/timeline.ts';
import type { Page } from '../timeline/window.ts';
import type { RoomState } from '../types/room.ts';
import type { Log } from '../types.ts';
import type { Keeper } from './keeper.ts';

export interface HistoryDeps {
  slug: string;
  http: Http;
  random: () => number;
  log: Log;
  keeper: Keeper;
  onChange: (fields: Partial<Pick<RoomState, 'loadingOlder' | 'loadingNewer' | 'historyError'>>) => void;
}

/** What was said in a room before we came, page by page, in both directions. */
export interface History {
  /** Asks for the newest page while the room is still to be joined. Where that fails, the joining will tell why. */
  readAhead(): void;
  /** The page that was read ahead is taken in, or not needed. */
  dropAhead(): void;
  /** The page that must follow a snapshot which did not recover; it is tried until the signal fires. */
  loadNewest(signal: AbortSignal): Promise<void>;
  /** The page before what is shown; where the newest is still missing, that one, at once. */
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  /** Rejects where the page cannot be loaded. */
  loadAround(messageId: string): Promise<void>;
  /** The same of a position of the log. */
  loadAt(seq: number): Promise<void>;
  /** The same of a time. @returns the first message of then or later, else the last one; null where there is none at all. */
  loadAtTime(at: Date): Promise<string | null>;
}

interface PageQuery {
  before?: string;
  after?: string;
  around?: string;
  around_seq?: number;
  around_time?: string;
}

const pageSize = 50;
const failedText = 'The messages could not be loaded.';

export const toMessage = (message: RestMessage): ChatMessage => toCamelCase<ChatMessage>(message);

export const toPage = ({ messages, next_cursor, newer_cursor }: CallResult<'chat.history'>): Page => ({
  messages: messages.map(toMessage),
  olderCursor: next_cursor,
  newerCursor: newer_cursor ?? null,
});

/** Whether a page, whenever it was read, holds all that had happened when the room was joined. */
const reaches = ({ messages }: Page, { log }: Timeline, joinedSeq: number): boolean => {
  const [first] = messages;
  if (!first) return joinedSeq === 0;
  return first.epoch === log.epoch && Math.max(...messages.map(revisionOf)) >= joinedSeq;
};

export const createHistory = (deps: HistoryDeps): History => new PagedHistory(deps);

class PagedHistory implements History {
  readonly #deps: HistoryDeps;
  readonly #pause = createRetryPause();
  #ahead: { reading: Promise<Page | null>; end: () => void } | null = null;
  /** One loading of the newest page at a time: a later one ends the one before. */
  #newest = new AbortController();

  constructor(deps: HistoryDeps) {
    this.#deps = deps;
  }

  readAhead(): void {
    const end = this.#deps.keeper.beginPage();
    const reading: Promise<Page | null> = this.#read({}).then(
      (page) => {
        if (this.#ahead?.reading === reading) this.#takeAhead(page);
        return page;
      },
      () => null,
    );
    this.#ahead = { reading, end };
  }

  dropAhead(): void {
    this.#ahead?.end();
    this.#ahead = null;
  }

  async loadNewest(given: AbortSignal): Promise<void> {
    const { log, random, onChange, keeper } = this.#deps;
    this.#newest.abort();
    this.#newest = new AbortController();
    const signal = AbortSignal.any([given, this.#newest.signal]);
    const joinedSeq = keeper.get().log.position ?? 0;
    for (let failures = 1; !signal.aborted; failures += 1) {
      onChange({ loadingOlder: true });
      try {
        await this.#readNewest(joinedSeq, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        log({ level: 'warn', message: 'The history could not be loaded', fields: describeFailure(error) });
        onChange({ historyError: asAppError(error, failedText), loadingOlder: false });
        // What will not mend by itself is tried again when somebody asks for it.
        await this.#pause.wait(isRetryable(error) ? backoffDelayMs(failures, random) : null, signal);
      }
    }
  }

  async loadOlder(): Promise<void> {
    const { keeper } = this.#deps;
    const { past, live, isNewestMissing } = keeper.get();
    if (!past && isNewestMissing) {
      this.#pause.skip();
      return;
    }
    const { olderCursor: before, messages } = past ?? live;
    if (before === null) return;
    keeper.lookAt(messages[0]?.seq ?? null);
    const isStill = (timeline: Timeline) => (timeline.past ?? timeline.live).olderCursor === before;
    await this.#loadMore({ query: { before }, loading: 'loadingOlder', isStill, apply: applyOlderPage });
  }

  async loadNewer(): Promise<void> {
    const { keeper } = this.#deps;
    const { newerCursor: after = null, messages } = keeper.get().past ?? {};
    if (after === null) return;
    keeper.lookAt(messages?.at(-1)?.seq ?? null);
    const isStill = (timeline: Timeline) => timeline.past?.newerCursor === after;
    await this.#loadMore({ query: { after }, loading: 'loadingNewer', isStill, apply: applyNewerPage });
  }

  async loadAround(around: string): Promise<void> {
    await this.#loadPlace({ around }, ({ messages }) => {
      const found = messages.find(({ id }) => id === around);
      if (!found) throw new AppError('NotFound', 'This message is not in the room any more.');
      return found.seq;
    });
  }

  async loadAt(seq: number): Promise<void> {
    await this.#loadPlace({ around_seq: seq }, () => seq);
  }

  async loadAtTime(at: Date): Promise<string | null> {
    let found: ChatMessage | undefined;
    await this.#loadPlace({ around_time: at.toISOString() }, ({ messages }) => {
      found = messages.find(({ createdAt }) => Date.parse(createdAt) >= at.getTime()) ?? messages.at(-1);
      return found?.seq ?? null;
    });
    return found?.id ?? null;
  }

  /** @param placeIn null where the page has nothing to be looked at. */
  async #loadPlace(query: PageQuery, placeIn: (page: Page) => number | null): Promise<void> {
    const { keeper, onChange } = this.#deps;
    const generation = keeper.generation();
    await this.#withPage(query, (page) => {
      const seq = placeIn(page);
      if (seq === null) return;
      const { epoch } = keeper.get().log;
      const isOfLog = page.messages.every((message) => message.epoch === epoch);
      if (keeper.generation() !== generation || !isOfLog) throw new AppError('Unavailable', failedText);
      keeper.lookAt(seq);
      keeper.set(applyPageAround(keeper.get(), page));
      onChange({ historyError: null, loadingOlder: false, loadingNewer: false });
    });
  }

  async #loadMore({
    query,
    loading,
    isStill,
    apply,
  }: {
    query: PageQuery;
    loading: 'loadingOlder' | 'loadingNewer';
    isStill: (timeline: Timeline) => boolean;
    apply: (timeline: Timeline, page: Page) => Timeline;
  }): Promise<void> {
    const { log, onChange, keeper } = this.#deps;
    const generation = keeper.generation();
    // What is shown may be something else by then, which this page does not continue.
    const isCurrent = () => keeper.generation() === generation && isStill(keeper.get());
    onChange({ [loading]: true });
    try {
      await this.#withPage(query, (page) => {
        if (!isCurrent()) return;
        keeper.noteArrived(page.messages);
        keeper.set(apply(keeper.get(), page));
        onChange({ historyError: null });
      });
    } catch (error) {
      log({ level: 'warn', message: 'More messages could not be loaded', fields: describeFailure(error) });
      if (isCurrent()) onChange({ historyError: asAppError(error, failedText) });
    } finally {
      // Where the history started over, the newest page is on its way, and says when it is in.
      if (keeper.generation() === generation) onChange({ [loading]: false });
    }
  }

  async #readNewest(joinedSeq: number, signal: AbortSignal): Promise<void> {
    const { keeper, onChange } = this.#deps;
    const take = (page: Page) => {
      if (signal.aborted) return;
      keeper.noteArrived(page.messages);
      keeper.set(applyNewestPage(keeper.get(), page));
      onChange({ historyError: null, loadingOlder: false });
    };
    const ahead = (await this.#ahead?.reading) ?? null;
    const isEnough = ahead !== null && reaches(ahead, keeper.get(), joinedSeq);
    if (isEnough) take(ahead);
    this.dropAhead();
    if (!isEnough && !signal.aborted) await this.#withPage({}, take);
  }

  /** What happens while the page is on its way is remembered until it has been taken in. */
  async #withPage(query: PageQuery, take: (page: Page) => void): Promise<void> {
    const end = this.#deps.keeper.beginPage();
    try {
      take(await this.#read(query));
    } finally {
      end();
    }
  }

  async #read(query: PageQuery): Promise<Page> {
    const { http, slug } = this.#deps;
    const asked = { ...query, without_threads: true, limit: pageSize };
    return toPage(await http.call('chat.history', { params: { slug }, query: asked }));
  }

  #takeAhead(page: Page): void {
    const { keeper } = this.#deps;
    const next = applyPageAhead(keeper.get(), page);
    if (next === keeper.get()) return;
    keeper.noteArrived(page.messages);
    keeper.set(next);
    this.dropAhead();
  }
}
