import {
  type Client,
  createClient,
  type OpenRoom,
  type OpenThread,
  type OutboxEntry,
  type OutboxStorage,
} from '@boltorezka/sdk';
import { pause } from '../hearing.ts';
import type { ChatClient, Correspondent, Operation } from './client.ts';
import { createEar } from './ear.ts';
import { type Change, createJournal, nameOf, type SeenMessage, stateOf } from './journal.ts';
import { createScreen, type Screen, type ShownMessage } from './screen.ts';
import { findMiscounts } from './sdk-counts.ts';

const toSeen = (message: ShownMessage): SeenMessage => ({
  id: message.id ?? '',
  userId: message.userId,
  name: nameOf(message.text),
  text: message.text,
  seq: message.seq ?? Number.POSITIVE_INFINITY,
  ...stateOf({
    ...message,
    ...(message.isDeleted ? { deletedAt: 'some time' } : { deletedAt: undefined }),
    replyCount: message.thread?.replyCount,
  }),
});

const isSent = ({ status }: ShownMessage): boolean => status === 'sent';

/** What a browser keeps of it between visits. */
const createKept = (): OutboxStorage => {
  const entries = new Map<string, OutboxEntry>();
  return {
    load: async (userId) => [...entries.values()].filter((entry) => entry.userId === userId),
    save: (entry) => {
      entries.set(entry.key, entry);
    },
    remove: (key) => {
      entries.delete(key);
    },
    dropBefore: () => undefined,
    erase: (userId) => {
      for (const { key } of [...entries.values()].filter((entry) => entry.userId === userId))
        entries.delete(key);
    },
  };
};

interface Room {
  slug: string;
  open: OpenRoom;
  threads: Map<string, OpenThread>;
}

/** The product's own client, as a page uses it. */
export class SdkClient implements ChatClient {
  readonly journal;
  readonly resumesMs: number[] = [];
  readonly #person: Correspondent;
  readonly #slugs: readonly string[];
  readonly #outbox = createKept();
  readonly #screen: Screen;
  #client: Client;
  #rooms = new Map<string, Room>();
  /** What was written, by room, until it is known as sent. */
  readonly #waiting = new Map<string, string>();
  /** Changes that the screen shows as under way, by message. */
  #changing = new Map<string, { roomSlug: string; changes: Change[] }>();
  /** Changes that were under way when the page was reloaded: none of them may be lost. */
  readonly #keptChanges: Change[] = [];
  #lostAtMs: number | undefined = performance.now();

  constructor(person: Correspondent, slugs: readonly string[]) {
    this.journal = createJournal(person.name, person.account.user.id);
    this.#screen = createScreen(this.journal);
    this.#person = person;
    this.#slugs = slugs;
    this.#client = this.#open();
  }

  write(roomSlug: string, operation: Operation): void {
    const room = this.#rooms.get(roomSlug);
    // A page that does not know yet whose it is has nothing to write in.
    if (!room || this.#client.auth.state.get().status !== 'signed-in') return;
    if (operation.type === 'send') this.#send(room, operation);
    else this.#change(room, operation);
    const newest = room.open.state.get().messages.findLast(isSent);
    if (newest?.seq) room.open.markRead(newest.seq);
  }

  waiting(): string[] {
    const changing = [...this.#changing.values()].flatMap(({ changes }) => changes.map(({ name }) => name));
    return [...this.#waiting.keys(), ...changing];
  }

  hasSeen(roomSlug: string, { id, seq }: { id: string; seq: number }): boolean {
    const state = this.#rooms.get(roomSlug)?.open.state.get();
    if (!state) return false;
    const { messages, hasOlder } = state;
    const isAbove = hasOlder && seq < (messages[0]?.seq ?? 0);
    return isAbove || messages.some((message) => message.id === id);
  }

  isWhole(): boolean {
    const { status } = this.#client.connection.state.get();
    const isJoined = ({ open }: Room) => open.state.get().status === 'joined';
    return status === 'online' && [...this.#rooms.values()].every(isJoined);
  }

  reload(): void {
    this.#client.close();
    // Changes are kept with the messages, and the next visit makes them; that it has is seen at the end.
    for (const { changes } of this.#changing.values()) this.#keptChanges.push(...changes);
    this.#changing = new Map();
    this.#lostAtMs ??= performance.now();
    const left = [...this.#rooms.values()];
    this.#client = this.#open();
    this.#returnToThreads(left);
  }

  async finish(patienceMs: number): Promise<void> {
    for (const change of this.#keptChanges) change.isAcked = true;
    this.journal.miscounted.push(...(await findMiscounts(this.#client, this.#person, patienceMs)));
    for (const { slug, open } of this.#rooms.values()) {
      while (open.state.get().hasOlder) await open.loadOlder();
      const own = open.state.get().messages;
      const roots = own.filter(({ thread }) => thread !== null);
      const replies = await Promise.all(roots.map(({ id }) => readThread(open, id ?? '')));
      const shown = [...own, ...replies.flat()];
      this.journal.views.set(
        slug,
        shown
          .filter(isSent)
          .map(toSeen)
          // Threads are shown apart; their order with the others is nobody's to see.
          .sort((one, other) => (roots.length > 0 ? one.seq - other.seq : 0)),
      );
      for (const { status, text, error } of shown)
        if (status === 'failed') this.journal.refused.push(`${nameOf(text)}: ${error?.message}`);
    }
  }

  close(): void {
    this.#client.close();
  }

  #open(): Client {
    const { account, url } = this.#person;
    const client = createClient({
      baseUrl: url,
      storage: { load: () => account.token, save: () => undefined },
      outbox: this.#outbox,
      marksRead: true,
      // What was let go of would be read anew, and whether its changes had come could not be told.
      maxLoadedMessages: Number.POSITIVE_INFINITY,
    });
    this.#rooms = new Map(
      this.#slugs.map((slug) => [slug, { slug, open: client.rooms.open(slug), threads: new Map() }]),
    );
    const ear = createEar(this.journal);
    client.connection.state.subscribe(() => {
      if (client.connection.state.get().status !== 'online') ear.handleNewSocket();
      this.#followConnection(client);
    });
    client.connection.onEvent(({ type, payload }) => {
      if ('seq' in payload && 'epoch' in payload && 'roomId' in payload)
        ear.hear(`room ${payload.roomId}`, type, payload.seq ?? 0);
    });
    for (const { slug, open } of this.#rooms.values()) {
      open.state.subscribe(() => {
        this.#followConnection(client);
        this.#take(slug, open.state.get().messages, slug);
      });
    }
    return client;
  }

  /** Whether a reply was sent is seen in its thread alone. */
  #returnToThreads(left: readonly Room[]): void {
    for (const { slug, threads } of left) {
      const room = this.#rooms.get(slug);
      if (room) for (const rootId of threads.keys()) this.#threadOf(room, rootId);
    }
  }

  #send(room: Room, { name, text, replyTo, threadRootId, mentions }: Operation & { type: 'send' }): void {
    const { slug, open } = room;
    this.journal.attempts.push({ roomSlug: slug, name, text, isInThread: threadRootId !== undefined });
    this.#waiting.set(name, slug);
    const input = { text, ...(replyTo && { replyTo }), ...(mentions && { mentions }) };
    if (threadRootId === undefined) open.send(input);
    else this.#threadOf(room, threadRootId).send(input);
  }

  #threadOf({ slug, open, threads }: Room, rootId: string): OpenThread {
    const known = threads.get(rootId);
    if (known) return known;
    const thread = open.openThread(rootId);
    threads.set(rootId, thread);
    const place = `the thread ${rootId}`;
    thread.state.subscribe(() => this.#take(slug, thread.state.get().messages, place));
    return thread;
  }

  #change(room: Room, { name, messageId, alteration }: Operation & { type: 'change' }): void {
    const change: Change = { name, alteration, isAcked: false };
    this.journal.changes.push(change);
    if (alteration.kind === 'edit') room.open.edit(messageId, alteration.text);
    else if (alteration.kind === 'delete') room.open.delete(messageId);
    else if (alteration.kind === 'react') room.open.react(messageId, alteration.emoji, alteration.isSet);
    else room.open.pin(messageId, alteration.isPinned);
    // Of what is not on the screen, and of what is so already, nothing more is to be seen.
    if (!this.#isChanging(room, messageId)) return;
    const { changes } = this.#changing.get(messageId) ?? { changes: [] };
    this.#changing.set(messageId, { roomSlug: room.slug, changes: [...changes, change] });
  }

  #isChanging({ open, threads }: Room, messageId: string): boolean {
    const timelines = [open, ...threads.values()].map(({ state }) => state.get().messages);
    return timelines.flat().some(({ id, change }) => id === messageId && change !== null);
  }

  /** Looks at what a room, or a thread of it, shows now. */
  #take(slug: string, messages: readonly ShownMessage[], place: string): void {
    this.#screen.look(place, messages);
    if (this.#waiting.size > 0) this.#takeSent(slug, messages);
    if (this.#changing.size > 0) this.#takeChanged(slug, messages);
  }

  #takeSent(slug: string, messages: readonly ShownMessage[]): void {
    // One's own latest messages stand at the end.
    for (const message of messages.slice(-400)) {
      const name = nameOf(message.text);
      if (name === undefined || message.id === null || message.seq === null) continue;
      if (!isSent(message) || this.#waiting.get(name) !== slug) continue;
      this.#waiting.delete(name);
      this.journal.acked.set(name, { id: message.id, seq: message.seq });
    }
  }

  #takeChanged(slug: string, messages: readonly ShownMessage[]): void {
    for (const { id, change } of messages) {
      const entry = this.#changing.get(id ?? '');
      if (!entry || entry.roomSlug !== slug) continue;
      if (change?.status === 'failed')
        this.journal.refused.push(`${change.kind} of ${entry.changes[0]?.name}: ${change.error?.message}`);
      else if (change !== null) continue;
      else for (const made of entry.changes) made.isAcked = true;
      this.#changing.delete(id ?? '');
    }
  }

  #followConnection(client: Client): void {
    if (client !== this.#client) return;
    if (client.connection.state.get().status !== 'online') this.#lostAtMs ??= performance.now();
    else if (this.#lostAtMs !== undefined && this.isWhole()) {
      this.resumesMs.push(performance.now() - this.#lostAtMs);
      this.#lostAtMs = undefined;
    }
  }
}

/** All of a thread. */
const readThread = async (room: OpenRoom, rootId: string): Promise<readonly ShownMessage[]> => {
  const thread = room.openThread(rootId);
  try {
    for (;;) {
      const { status, hasOlder, messages, error } = thread.state.get();
      if (status === 'failed') throw error;
      if (status === 'ready' && !hasOlder) return messages;
      if (status === 'ready') await thread.loadOlder();
      else await pause(20);
    }
  } finally {
    thread.close();
  }
};
