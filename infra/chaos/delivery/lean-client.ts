import type { ChatMessage, EventPayload, RestMessage, RoomJoined, ServerFrame } from '@boltorezka/protocol';
import { toCamelCase } from '@boltorezka/protocol';
import { type LeanSocket, openLeanSocket } from '../../bench/common/lean-socket.ts';
import { pause } from '../hearing.ts';
import type { ChatClient, Correspondent, Operation } from './client.ts';
import { createEar } from './ear.ts';
import { createJournal } from './journal.ts';
import { LeanOutbox } from './lean-outbox.ts';
import { PendingRequests } from './requests.ts';
import { RoomView } from './room-view.ts';

const requestTimeoutMs = 10_000;
const pingEveryMs = 1_000;
/** Nothing heard for so long: the socket is dead, whatever TCP thinks. */
const silentAfterMs = 4_000;
/** Events of two processes may change places for so long. */
const gapAfterMs = 500;

interface Room {
  slug: string;
  id: string | undefined;
  view: RoomView;
  outbox: LeanOutbox;
  isJoined: boolean;
  isJoining: boolean;
}

/** What an event of a room's log names its room by. */
const roomIdOf = (payload: Partial<EventPayload<'room.position'> & { room: { roomId: string } }>) =>
  payload.roomId ?? payload.room?.roomId;

/** A chat client that does what the sdk does, and nothing else: as many of them as a test needs fit on one core. */
export class LeanClient implements ChatClient {
  readonly journal;
  readonly resumesMs: number[] = [];
  readonly #person: Correspondent;
  readonly #rooms: Room[];
  readonly #requests = new PendingRequests(requestTimeoutMs);
  readonly #pinging: NodeJS.Timeout;
  #socket: LeanSocket | undefined;
  /** The server has greeted. */
  #isReady = false;
  #resumeToken: string | undefined;
  readonly #ear;
  #lostAtMs: number | undefined = performance.now();
  #heardAtMs = 0;
  #failures = 0;
  #isClosed = false;

  constructor(person: Correspondent, slugs: readonly string[]) {
    this.#person = person;
    this.journal = createJournal(person.name, person.account.user.id);
    this.#ear = createEar(this.journal);
    this.#rooms = slugs.map((slug) => this.#createRoom(slug));
    this.#pinging = setInterval(() => this.#lookAfter(), pingEveryMs / 4);
    this.#connect();
  }

  write(roomSlug: string, operation: Operation): void {
    this.#rooms.find(({ slug }) => slug === roomSlug)?.outbox.add(operation);
  }

  waiting(): string[] {
    return this.#rooms.flatMap(({ outbox }) => outbox.waiting);
  }

  hasSeen(roomSlug: string, { id }: { id: string }): boolean {
    return this.#rooms.some(({ slug, view }) => slug === roomSlug && view.hasSeen(id));
  }

  isWhole(): boolean {
    return this.#rooms.every(({ isJoined, view }) => isJoined && view.gapSinceMs === undefined);
  }

  async finish(): Promise<void> {
    for (const { slug, view } of this.#rooms) this.journal.views.set(slug, view.list());
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#pinging);
    this.#socket?.close();
    this.#requests.failAll();
    for (const { outbox } of this.#rooms) outbox.pause();
  }

  #createRoom(slug: string): Room {
    const view = new RoomView();
    const outbox = new LeanOutbox({
      roomSlug: slug,
      journal: this.journal,
      request: (type, payload) => this.#request(type, payload),
      onSent: (message) => view.apply(message),
    });
    return { slug, id: undefined, view, outbox, isJoined: false, isJoining: false };
  }

  #connect(): void {
    if (this.#isClosed) return;
    this.#ear.handleNewSocket();
    this.#heardAtMs = performance.now();
    const { url, account } = this.#person;
    const socket = openLeanSocket({
      ...{ url, token: account.token, localAddress: '127.0.0.1' },
      ...(this.#resumeToken && { query: { resume: this.#resumeToken } }),
      onText: (payload) => {
        if (socket === this.#socket) this.#handleFrame(JSON.parse(payload.toString()) as ServerFrame);
      },
    });
    this.#socket = socket;
    void socket.closed.then(() => this.#handleLost(socket));
  }

  #handleLost(socket: LeanSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    this.#isReady = false;
    this.#lostAtMs ??= performance.now();
    for (const room of this.#rooms) {
      room.isJoined = false;
      room.outbox.pause();
    }
    this.#requests.failAll();
    this.#failures += 1;
    const delayMs = Math.random() * Math.min(1_000, 100 * 2 ** this.#failures);
    setTimeout(() => this.#connect(), delayMs);
  }

  async #request(type: string, payload: object): Promise<unknown> {
    const { requestId, answer } = this.#requests.open();
    if (this.#socket && this.#isReady) this.#socket.send([{ type, requestId, payload }]);
    else this.#requests.failAll();
    return answer;
  }

  #lookAfter(): void {
    const nowMs = performance.now();
    if (nowMs - this.#heardAtMs > silentAfterMs) this.#socket?.close();
    else if (this.#isReady && nowMs - this.#heardAtMs > pingEveryMs)
      this.#socket?.send([{ type: 'ping', payload: {} }]);
    for (const room of this.#rooms) {
      const { gapSinceMs } = room.view;
      if (gapSinceMs !== undefined && nowMs - gapSinceMs > gapAfterMs) void this.#join(room);
    }
  }

  #handleFrame(frame: ServerFrame): void {
    this.#heardAtMs = performance.now();
    switch (frame.type) {
      case 'ack':
      case 'nack':
        return this.#requests.handleAnswer(frame);
      case 'server.ready':
        this.#isReady = true;
        this.#resumeToken = (frame.payload as EventPayload<'server.ready'>).resumeToken;
        for (const room of this.#rooms) void this.#join(room);
        return;
      default:
        return this.#handleEvent(frame.type, frame.payload as EventPayload<'room.position'>);
    }
  }

  #handleEvent(type: string, payload: EventPayload<'room.position'>): void {
    const room = this.#rooms.find(({ id }) => id !== undefined && id === roomIdOf(payload));
    // What has a position of the room's log: a state that is told again has a seq alone.
    if (!room || payload.seq === undefined || !('epoch' in payload)) return;
    if (type === 'room.position') {
      if (room.isJoined && payload.seq > room.view.position) void this.#join(room);
      return;
    }
    this.#ear.hear(room.slug, type, payload.seq);
    this.#applyEvent(room, type, payload);
    room.view.handleEvent(payload);
  }

  #applyEvent({ view }: Room, type: string, payload: unknown): void {
    if (type === 'chat.message') {
      const { thread, ...message } = payload as EventPayload<'chat.message'>;
      view.apply(message);
      const { threadRootId, seq } = message;
      if (threadRootId && thread) view.applyThread(threadRootId, thread.replyCount, seq);
    }
    if (type === 'chat.messageChanged') {
      const { message, rootThread, seq } = payload as EventPayload<'chat.messageChanged'>;
      view.apply(message);
      if (message.threadRootId && rootThread)
        view.applyThread(message.threadRootId, rootThread.replyCount, seq);
    }
    if (type === 'chat.reactionChanged') view.applyReaction(payload as EventPayload<'chat.reactionChanged'>);
  }

  /** Enters a room, or again: until it is done, or the socket is gone. */
  async #join(room: Room): Promise<void> {
    const socket = this.#socket;
    if (room.isJoining) return;
    room.isJoining = true;
    while (this.#isReady && this.#socket === socket && !this.#isClosed) {
      try {
        const payload = { roomSlug: room.slug, keepOthers: true, ...room.view.known };
        const joined = (await this.#request('room.join', payload)) as RoomJoined;
        this.#ear.hearReplay(room.slug, joined, payload);
        room.id = joined.roomId;
        await room.view.handleJoined(joined, () => this.#readAll(room.slug));
        room.isJoined = this.#socket === socket;
        break;
      } catch {
        await pause(50 + Math.random() * 200);
      }
    }
    room.isJoining = false;
    if (room.isJoined) this.#handleJoined(room);
    // A socket that came meanwhile has not been asked.
    else if (this.#isReady && this.#socket !== socket) void this.#join(room);
  }

  #handleJoined(room: Room): void {
    this.#failures = 0;
    room.outbox.open();
    if (this.#lostAtMs === undefined || !this.#rooms.every(({ isJoined }) => isJoined)) return;
    this.resumesMs.push(performance.now() - this.#lostAtMs);
    this.#lostAtMs = undefined;
  }

  /** All pages: also what is known may have changed since. */
  async #readAll(slug: string): Promise<ChatMessage[]> {
    const messages: ChatMessage[] = [];
    let cursor: string | null | undefined;
    do {
      const query = new URLSearchParams({ limit: '100', ...(cursor ? { before: cursor } : {}) });
      const response = await fetch(`${this.#person.url}/v1/rooms/${slug}/messages?${query}`, {
        headers: { authorization: `Bearer ${this.#person.account.token}` },
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      if (!response.ok) throw new Error(`the history answered ${response.status}`);
      const page = (await response.json()) as { messages: RestMessage[]; next_cursor: string | null };
      messages.unshift(...page.messages.map((message) => toCamelCase<ChatMessage>(message as never)));
      cursor = page.next_cursor;
    } while (cursor);
    return messages;
  }
}
