import type { Duplex } from 'node:stream';
import { closeCodes } from '@boltorezka/protocol';
import type { WebSocket } from 'ws';
import { frameText, type JoinFrames } from './frame-encoder.ts';

export interface Identity {
  userId: string;
  userName: string;
  sessionId: string;
}

export interface ConnectionOptions {
  id: string;
  identity: Identity;
  ws: WebSocket;
  /** The socket under `ws`: what one tick gathered is written to it in one go. */
  raw: Duplex;
  maxBufferedBytes: number;
  joinFrames: JoinFrames;
  onFramesWritten: (count: number) => void;
  /** Once, as soon as the socket is done for: closed by us, by its peer, or lost. */
  onEnded: (code: number) => void;
}

/** What an event is of: a room, as everybody in it is told; or this socket's own seat. */
export type EventScope = 'room' | 'seat';

/** The longest that a timer of Node can wait. */
const maxTimerMs = 2 ** 31 - 1;

/** So many events may wait behind an answer; a client that missed more starts over from a snapshot. */
const maxHeldEvents = 2_000;

/** Whether a session has ended is asked again so soon, where nobody could tell. */
const endUnknownRetryMs = 2_000;

/** RFC 6455 section 7.4.1: what a socket that was lost is said to have closed with. */
const abnormalClosure = 1006;

/** One authenticated socket. It has ended for us with the first close that anybody sends; the peer may lag behind. */
export class Connection {
  readonly id: string;
  readonly identity: Identity;
  /** Rooms this socket has joined, in that order; the last one is where `chat.send` writes. */
  readonly rooms = new Map<string, { slug: string }>();
  readonly #options: ConnectionOptions;
  #outbox: Buffer[] = [];
  #held: { framed: Buffer; scope: EventScope }[] = [];
  readonly #holds: Record<EventScope, number> = { room: 0, seat: 0 };
  #flushScheduled = false;
  #ended = false;
  #isAlive = true;
  #heardAtMs = performance.now();
  #expiry: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    this.id = options.id;
    this.identity = options.identity;
    this.#options = options;
    options.ws.once('close', (code) => this.#end(code));
  }

  /** False from the first close on: nothing is read from it, written to it, or done for it any more. */
  get isOpen(): boolean {
    return !this.#ended;
  }

  /** Sends an encoded frame. */
  send(frame: Buffer): void {
    this.sendFramed(frameText(frame));
  }

  /** As `send`, for a frame that was framed already. */
  sendFramed(framed: Buffer): void {
    if (this.#ended) return;
    this.#outbox.push(framed);
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    setImmediate(() => this.#flush());
  }

  /** Sends an encoded event of the socket's own seat, unless those are being held. */
  sendSeatEvent(frame: Buffer): void {
    this.#sendOrHold(frameText(frame), 'seat');
  }

  /** Sends an event of a room, framed already, unless those are being held. */
  sendRoomEvent(framed: Buffer): void {
    this.#sendOrHold(framed, 'room');
  }

  #sendOrHold(framed: Buffer, scope: EventScope): void {
    if (this.#holds[scope] === 0) return this.sendFramed(framed);
    if (this.#ended) return;
    this.#held.push({ framed, scope });
    if (this.#held.length > maxHeldEvents) this.close(closeCodes.slowConsumer, 'too much happened meanwhile');
  }

  /**
   * Holds events of these scopes back until the returned function is called, so that an answer with a snapshot is written before any
   * event that follows from it.
   */
  holdEvents(scopes: readonly EventScope[]): () => void {
    for (const scope of scopes) this.#holds[scope] += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      for (const scope of scopes) this.#holds[scope] -= 1;
      const held = this.#held;
      this.#held = [];
      for (const event of held) this.#sendOrHold(event.framed, event.scope);
    };
  }

  /**
   * Closes the socket when its session ends: who was signed out elsewhere does not stay by a socket.
   * @param findEnd asked then: a session that is used goes on. As long as it rejects, nobody knows, and the socket stays.
   */
  closeAt(moment: Date, findEnd: () => Promise<Date | undefined>): void {
    this.#askAfter(moment.getTime() - Date.now(), findEnd);
  }

  #askAfter(delayMs: number, findEnd: () => Promise<Date | undefined>): void {
    const waitMs = Math.min(Math.max(0, delayMs), maxTimerMs);
    // Not unref'd: of those Node keeps what a delay of its own needs until it is over, a week for each socket there was.
    this.#expiry = setTimeout(() => void this.#closeUnlessLater(findEnd), waitMs);
  }

  async #closeUnlessLater(findEnd: () => Promise<Date | undefined>): Promise<void> {
    const end = await findEnd().catch(() => 'unknown' as const);
    if (this.#ended) return;
    if (end === 'unknown') return this.#askAfter(endUnknownRetryMs, findEnd);
    if (end && end.getTime() > Date.now()) return this.closeAt(end, findEnd);
    this.close(closeCodes.sessionEnded, 'the session has ended');
  }

  /** RFC 6455 section 5.5.2: a peer that has not answered the last ping is gone. */
  pingOrTerminate(): void {
    if (!this.#isAlive) return this.terminate();
    this.#isAlive = false;
    this.ping();
  }

  /** The peer answers by itself, where it can. */
  ping(): void {
    if (this.#options.ws.readyState === this.#options.ws.OPEN) this.#options.ws.ping();
  }

  /** Whatever comes from the peer shows that it is there. */
  handleHeard(): void {
    this.#isAlive = true;
    this.#heardAtMs = performance.now();
  }

  /** How long nothing has come from the peer. */
  get silentForMs(): number {
    return performance.now() - this.#heardAtMs;
  }

  /** Writes what is queued, then closes; a peer that does not answer the close is cut after a moment by `ws`. */
  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#flush();
    this.#end(code);
    this.#options.ws.close(code, reason);
  }

  terminate(): void {
    this.#end(abnormalClosure);
    this.#options.ws.terminate();
  }

  #end(code: number): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#expiry);
    this.#outbox = [];
    this.#held = [];
    this.#options.onEnded(code);
  }

  #flush(): void {
    this.#flushScheduled = false;
    const frames = this.#outbox;
    const { ws, raw, maxBufferedBytes, joinFrames } = this.#options;
    if (frames.length === 0 || ws.readyState !== ws.OPEN) return;
    this.#outbox = [];
    if (raw.writableLength > maxBufferedBytes) {
      // The reader is too slow. What is queued is dropped with the socket; the client comes back and catches up.
      this.#end(closeCodes.slowConsumer);
      ws.close(closeCodes.slowConsumer, 'reading too slowly');
      setImmediate(() => ws.terminate());
      return;
    }
    raw.write(joinFrames(frames));
    this.#options.onFramesWritten(frames.length);
  }
}
