import { type ChatMessage, limits, type RequestResult, type ThreadReadState } from '@boltorezka/protocol';
import { backoffDelayMs, sleep } from '../backoff.ts';
import { isRetryable } from '../failures.ts';
import type { CallResult, Http } from '../http.ts';
import type { LogEvent } from '../timeline/log.ts';
import { createReadMarker, type ReadMarker } from './read-marker.ts';

export interface ThreadReadsDeps {
  slug: string;
  http: Http;
  random: () => number;
  selfId: () => string | null;
  mark: (rootId: string, seq: number) => Promise<RequestResult<'chat.markThreadRead'>>;
  onChange: (unread: UnreadThreads) => void;
}

/** How many replies are unread, by the id of the thread's first message; a thread without any is absent. */
export type UnreadThreads = Readonly<Record<string, number>>;

/** Up to where this person has read the threads of a room, at any device. */
export interface ThreadReads {
  /** Up to where the thread was read, where it holds something unread; else null. */
  unreadSince(rootId: string): number | null;
  markRead(rootId: string, seq: number): void;
  /** Up to where the thread was read, whether that is said yet or not; 0 where nothing is known. */
  seenSeq(rootId: string): number;
  handleApplied(event: LogEvent): void;
  handleRead(state: ThreadReadState): void;
  /** The room is joined: what is unread is asked for, until the signal fires. */
  handleJoined(signal: AbortSignal): void;
  pause(): void;
  /** Says what it would have said later: nobody will be here then. */
  flush(): void;
  reset(): void;
  list(cursor: string | undefined): Promise<CallResult<'threads.list'>>;
}

interface Standing {
  readSeq: number;
  unreadCount: number;
  /** The server has said so; else it is made up of what came since. */
  isSaid: boolean;
}

export const createThreadReads = (deps: ThreadReadsDeps): ThreadReads => new FollowedThreadReads(deps);

class FollowedThreadReads implements ThreadReads {
  readonly #deps: ThreadReadsDeps;
  readonly #markers = new Map<string, ReadMarker>();
  #standings = new Map<string, Standing>();
  #isOpen = false;
  /** What changed while it was being asked for: the answer may be of before. */
  #changes = 0;

  constructor(deps: ThreadReadsDeps) {
    this.#deps = deps;
  }

  unreadSince(rootId: string): number | null {
    const known = this.#standings.get(rootId);
    return known && known.unreadCount > 0 ? known.readSeq : null;
  }

  markRead(rootId: string, seq: number): void {
    this.#marker(rootId).markRead(seq);
  }

  seenSeq(rootId: string): number {
    const known = this.#standings.get(rootId);
    return Math.max(this.#markers.get(rootId)?.seenSeq() ?? 0, known?.isSaid ? known.readSeq : 0);
  }

  handleApplied(event: LogEvent): void {
    if (event.type === 'chat.message') this.#handleWritten(event.payload);
    if (event.type !== 'chat.messageChanged' || event.payload.change !== 'deleted') return;
    const rootId = event.payload.message.threadRootId;
    const known = rootId === undefined ? undefined : this.#standings.get(rootId);
    if (!rootId || !known || event.payload.message.seq <= known.readSeq) return;
    if (event.payload.message.userId === this.#deps.selfId()) return;
    this.#set(rootId, { ...known, unreadCount: Math.max(0, known.unreadCount - 1) });
  }

  handleRead({ threadRootId, seq, unreadCount }: ThreadReadState): void {
    const known = this.#standings.get(threadRootId);
    this.#markers.get(threadRootId)?.handleRead(seq);
    if (known?.isSaid && seq < known.readSeq) return;
    this.#set(threadRootId, { readSeq: seq, unreadCount, isSaid: true });
  }

  handleJoined(signal: AbortSignal): void {
    this.#isOpen = true;
    for (const marker of this.#markers.values()) marker.open();
    void this.#load(signal).catch(() => undefined);
  }

  pause(): void {
    this.#isOpen = false;
    for (const marker of this.#markers.values()) marker.pause();
  }

  flush(): void {
    for (const marker of this.#markers.values()) marker.flush();
  }

  reset(): void {
    this.pause();
    for (const marker of this.#markers.values()) marker.reset();
    this.#markers.clear();
    this.#standings.clear();
    this.#show();
  }

  list(cursor: string | undefined): Promise<CallResult<'threads.list'>> {
    const { http, slug } = this.#deps;
    return http.call('threads.list', { params: { slug }, query: cursor === undefined ? {} : { cursor } });
  }

  #handleWritten({ threadRootId: rootId, userId, seq }: ChatMessage): void {
    // One's own may come late, and reads nothing then of what stands before it: how much it has read, the server says after it.
    if (rootId === undefined || userId === this.#deps.selfId()) return;
    const known = this.#standings.get(rootId) ?? { readSeq: seq - 1, unreadCount: 0, isSaid: false };
    if (seq <= known.readSeq) return;
    this.#set(rootId, { ...known, unreadCount: Math.min(known.unreadCount + 1, limits.maxUnreadReplies) });
  }

  #set(rootId: string, standing: Standing): void {
    this.#changes += 1;
    this.#standings.set(rootId, standing);
    this.#show();
  }

  #show(): void {
    const unread = [...this.#standings].filter(([, { unreadCount }]) => unreadCount > 0);
    this.#deps.onChange(Object.fromEntries(unread.map(([id, { unreadCount }]) => [id, unreadCount])));
  }

  #marker(rootId: string): ReadMarker {
    const known = this.#markers.get(rootId);
    if (known) return known;
    const { mark, random } = this.#deps;
    const marker = createReadMarker({
      random,
      mark: (seq) => mark(rootId, seq),
      onMarked: (state) => this.handleRead(state),
    });
    this.#markers.set(rootId, marker);
    if (this.#isOpen) marker.open();
    return marker;
  }

  async #load(signal: AbortSignal): Promise<void> {
    const { http, slug, random } = this.#deps;
    for (let failures = 1; !signal.aborted; failures += 1) {
      const changes = this.#changes;
      try {
        const { threads } = await http.call('threads.unread', { params: { slug } });
        if (signal.aborted) return;
        if (changes === this.#changes) {
          const standings = threads.map(({ thread_root_id, read_seq, unread_count }) => {
            return [thread_root_id, { readSeq: read_seq, unreadCount: unread_count, isSaid: true }] as const;
          });
          this.#standings = new Map(standings);
          this.#show();
          return;
        }
      } catch (error) {
        // A server of an earlier build knows no such marks.
        if (!isRetryable(error)) return;
      }
      await sleep(backoffDelayMs(failures, random), signal);
    }
  }
}
