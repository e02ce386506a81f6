import type { Member } from '@boltorezka/protocol';
import { backoffDelayMs, createRetryPause, type RetryPause } from '../backoff.ts';
import { asAppError, isRetryable } from '../failures.ts';
import type { Http } from '../http.ts';
import { createRecordStore, type RecordStore, readOnly } from '../store.ts';
import { applyThreadPage, applyThreadRoot } from '../timeline/pages.ts';
import type { ThreadState } from '../types/room.ts';
import type { Store } from '../types/store.ts';
import { toMessage, toPage } from './history.ts';
import type { Keeper } from './keeper.ts';

export interface ThreadsDeps {
  slug: string;
  http: Http;
  random: () => number;
  keeper: Keeper;
  /** Who writes in the thread. */
  typingIn: (rootId: string) => readonly Member[];
  /** Up to where the thread was read, where it holds something unread. */
  unreadSince: (rootId: string) => number | null;
}

/** The threads of a room that somebody looks at. */
export interface Threads {
  /** Counted: each opening is closed once. */
  open(rootId: string): Store<ThreadState>;
  close(rootId: string): void;
  loadOlder(rootId: string): Promise<void>;
  /** The room is joined: what is missing is loaded, until the signal fires. */
  handleJoined(signal: AbortSignal): void;
  /** Shows what the timeline holds now. */
  refresh(): void;
  hasOpen(): boolean;
}

interface OpenedThread {
  handles: number;
  state: RecordStore<ThreadState>;
  pause: RetryPause;
  isLoading: boolean;
}

const pageSize = 50;
const failedText = 'The thread could not be loaded.';

const initialState = (rootId: string): ThreadState => ({
  rootId,
  root: null,
  status: 'loading',
  error: null,
  typing: [],
  unreadLineSeq: null,
  messages: [],
  hasOlder: false,
  loadingOlder: false,
  historyError: null,
});

export const createThreads = (deps: ThreadsDeps): Threads => new OpenThreads(deps);

class OpenThreads implements Threads {
  readonly #deps: ThreadsDeps;
  readonly #opened = new Map<string, OpenedThread>();
  /** Null while the room is not joined. */
  #signal: AbortSignal | null = null;

  constructor(deps: ThreadsDeps) {
    this.#deps = deps;
  }

  open(rootId: string): Store<ThreadState> {
    const known = this.#opened.get(rootId);
    const thread = known ?? {
      handles: 0,
      state: createRecordStore(initialState(rootId)),
      pause: createRetryPause(),
      isLoading: false,
    };
    this.#opened.set(rootId, thread);
    thread.handles += 1;
    if (!known) {
      thread.state.patch({ unreadLineSeq: this.#deps.unreadSince(rootId) });
      this.#deps.keeper.openThread(rootId);
      this.#show(rootId, thread);
      this.#load(rootId, thread);
    }
    return readOnly(thread.state);
  }

  close(rootId: string): void {
    const thread = this.#opened.get(rootId);
    if (!thread) return;
    thread.handles -= 1;
    if (thread.handles > 0) return;
    this.#opened.delete(rootId);
    thread.pause.skip();
    this.#deps.keeper.closeThread(rootId);
  }

  async loadOlder(rootId: string): Promise<void> {
    const thread = this.#opened.get(rootId);
    if (!thread || thread.state.get().loadingOlder) return;
    const before = this.#deps.keeper.get().threads.get(rootId)?.window?.olderCursor;
    if (before === undefined) {
      thread.pause.skip();
      this.#load(rootId, thread);
    } else if (before !== null) await this.#loadOlder(rootId, thread, before);
  }

  handleJoined(signal: AbortSignal): void {
    this.#signal = signal;
    for (const [rootId, thread] of this.#opened) {
      // The timeline may be another one than that which the thread was opened in.
      this.#deps.keeper.openThread(rootId);
      this.#load(rootId, thread);
    }
  }

  refresh(): void {
    for (const [rootId, thread] of this.#opened) this.#show(rootId, thread);
  }

  hasOpen(): boolean {
    return this.#opened.size > 0;
  }

  #show(rootId: string, { state }: OpenedThread): void {
    const { keeper, typingIn } = this.#deps;
    const view = keeper.get().threads.get(rootId);
    state.patch({
      root: view?.root ? keeper.view(view.root) : null,
      messages: keeper.threadMessages(rootId),
      hasOlder: (view?.window?.olderCursor ?? null) !== null,
      typing: typingIn(rootId),
    });
  }

  #isMissing(rootId: string, thread: OpenedThread): boolean {
    const { keeper } = this.#deps;
    return this.#opened.get(rootId) === thread && !keeper.get().threads.get(rootId)?.window;
  }

  #load(rootId: string, thread: OpenedThread): void {
    const signal = this.#signal;
    if (!signal || signal.aborted || thread.isLoading) return;
    if (!this.#isMissing(rootId, thread)) return;
    thread.isLoading = true;
    void this.#loadNewest(rootId, thread, signal).finally(() => {
      thread.isLoading = false;
      // Another joining may have begun meanwhile, which found this under way.
      if (this.#signal !== signal) this.#load(rootId, thread);
    });
  }

  async #loadNewest(rootId: string, thread: OpenedThread, signal: AbortSignal): Promise<void> {
    const { random } = this.#deps;
    for (let failures = 1; !signal.aborted && this.#isMissing(rootId, thread); failures += 1) {
      thread.state.patch({ loadingOlder: true });
      try {
        await this.#read(rootId, thread, signal);
        thread.state.patch({ status: 'ready', error: null, historyError: null });
      } catch (error) {
        const reason = asAppError(error, failedText);
        const isNew = thread.state.get().status !== 'ready';
        if (!signal.aborted)
          thread.state.patch(isNew ? { status: 'failed', error: reason } : { historyError: reason });
        thread.state.patch({ loadingOlder: false });
        await thread.pause.wait(isRetryable(error) ? backoffDelayMs(failures, random) : null, signal);
      }
    }
    thread.state.patch({ loadingOlder: false });
  }

  async #read(rootId: string, thread: OpenedThread, signal: AbortSignal): Promise<void> {
    const { keeper, http, slug } = this.#deps;
    const end = keeper.beginPage();
    const generation = keeper.generation();
    try {
      const [{ message }, page] = await Promise.all([
        http.call('chat.message', { params: { message_id: rootId } }),
        http.call('chat.history', {
          params: { slug },
          query: { thread_root_id: rootId, limit: pageSize },
        }),
      ]);
      // The history may have started over meanwhile: then the room's joining has this thread read anew.
      const isCurrent = keeper.generation() === generation && this.#isMissing(rootId, thread);
      if (signal.aborted || !isCurrent) return;
      const { messages, ...cursors } = toPage(page);
      keeper.noteArrived(messages);
      keeper.set(applyThreadRoot(keeper.get(), toMessage(message)));
      keeper.set(applyThreadPage(keeper.get(), rootId, { messages, ...cursors }));
    } finally {
      end();
    }
  }

  async #loadOlder(rootId: string, thread: OpenedThread, before: string): Promise<void> {
    const { keeper, http, slug } = this.#deps;
    const end = keeper.beginPage();
    const generation = keeper.generation();
    thread.state.patch({ loadingOlder: true });
    try {
      const query = { thread_root_id: rootId, before, limit: pageSize };
      const page = toPage(await http.call('chat.history', { params: { slug }, query }));
      const { olderCursor } = keeper.get().threads.get(rootId)?.window ?? {};
      if (keeper.generation() !== generation || olderCursor !== before) return;
      keeper.set(applyThreadPage(keeper.get(), rootId, page));
      thread.state.patch({ historyError: null });
    } catch (error) {
      thread.state.patch({ historyError: asAppError(error, failedText) });
    } finally {
      end();
      thread.state.patch({ loadingOlder: false });
    }
  }
}
