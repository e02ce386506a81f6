import { closeCodes } from '@boltorezka/protocol';
import type { Bus, BusMessage, LogPosition } from '../platform/bus.ts';
import type { Logger } from '../platform/log.ts';
import type { Connection } from './connection.ts';
import { frameText } from './frame-encoder.ts';

/** Told of the topics that sockets of this process read, and of what they are told in a room's log. */
export interface TopicWatcher {
  onOpened(topic: string): void;
  onClosed(topic: string): void;
  onPosition(topic: string, position: LogPosition): void;
}

/** Who is told nothing of a room of which all are told. */
export interface KeptNews {
  /** Undefined: there is nobody. */
  keptFrom(roomId: string): ((userId: string) => boolean) | undefined;
}

interface Topic {
  connections: Set<Connection>;
  /** Resolves when the bus delivers the topic's events to this process. */
  ready: Promise<void>;
}

/** Knows which of this process's sockets read which topic, and hands each event of the bus to them. */
export class Hub {
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #kept: KeptNews;
  readonly #topics = new Map<string, Topic>();
  readonly #connections = new Map<string, Connection>();
  readonly #subscriptions = new Map<Connection, Set<string>>();
  readonly #countByUser = new Map<string, number>();
  #watcher: TopicWatcher | undefined;

  constructor(bus: Bus, log: Logger, kept: KeptNews) {
    this.#bus = bus;
    this.#log = log;
    this.#kept = kept;
  }

  /** There is one watcher, which is there before the first socket. */
  watch(watcher: TopicWatcher): void {
    this.#watcher = watcher;
  }

  get connections(): Connection[] {
    return [...this.#connections.values()];
  }

  connection(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  /** How many sockets a person has open here. */
  countOf(userId: string): number {
    return this.#countByUser.get(userId) ?? 0;
  }

  add(connection: Connection): void {
    this.#connections.set(connection.id, connection);
    const { userId } = connection.identity;
    this.#countByUser.set(userId, this.countOf(userId) + 1);
  }

  remove(connection: Connection): void {
    if (!this.#connections.delete(connection.id)) return;
    const { userId } = connection.identity;
    const left = this.countOf(userId) - 1;
    if (left > 0) this.#countByUser.set(userId, left);
    else this.#countByUser.delete(userId);
    for (const topic of this.#subscriptions.get(connection) ?? []) this.unsubscribe(topic, connection);
    this.#subscriptions.delete(connection);
  }

  /** Closes a socket whose session has ended. */
  endSessionOf(connection: Connection): void {
    connection.close(closeCodes.sessionEnded, 'the session has ended');
  }

  /** Resolves when events of the topic reach the socket. A socket that has ended is not subscribed. */
  async subscribe(name: string, connection: Connection): Promise<void> {
    if (!connection.isOpen) return;
    const known = this.#topics.get(name);
    const topic = known ?? { connections: new Set(), ready: this.#open(name) };
    if (!known) {
      this.#topics.set(name, topic);
      this.#watcher?.onOpened(name);
    }
    topic.connections.add(connection);
    const names = this.#subscriptions.get(connection) ?? new Set();
    this.#subscriptions.set(connection, names.add(name));
    await topic.ready;
  }

  unsubscribe(name: string, connection: Connection): void {
    this.#subscriptions.get(connection)?.delete(name);
    const topic = this.#topics.get(name);
    if (!topic?.connections.delete(connection) || topic.connections.size > 0) return;
    this.#topics.delete(name);
    this.#watcher?.onClosed(name);
    this.#bus
      .unsubscribe(name)
      .catch((error: unknown) => this.#log.warn({ err: error, topic: name }, 'unsubscribe failed'));
  }

  /** False where no socket of this process reads the topic. */
  isRead(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** Hands an event to this process's sockets that read its topic. */
  tell({ topic, frame, exceptUserId, aboutRoomId, position }: BusMessage): void {
    if (position) this.#watcher?.onPosition(topic, position);
    const framed = frameText(frame);
    const isKept = aboutRoomId === undefined ? undefined : this.#kept.keptFrom(aboutRoomId);
    for (const connection of this.#topics.get(topic)?.connections ?? []) {
      const { userId } = connection.identity;
      if (userId !== exceptUserId && !isKept?.(userId)) connection.sendRoomEvent(framed);
    }
  }

  #open(name: string): Promise<void> {
    return this.#bus
      .subscribe(name, (message) => this.tell(message))
      .catch((error: unknown) => {
        // Other processes' events are missing while Redis is away; this process's own arrive.
        this.#log.warn({ err: error, topic: name }, 'subscribed locally only');
      });
  }
}
