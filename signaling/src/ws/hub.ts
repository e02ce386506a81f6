import type { Bus } from '../platform/bus.ts';
import type { Logger } from '../platform/log.ts';
import type { Connection } from './connection.ts';
import { frameText } from './frame-encoder.ts';

interface Topic {
  connections: Set<Connection>;
  /** Resolves when the bus delivers the topic's events to this process. */
  ready: Promise<void>;
}

/** Knows which of this process's sockets read which topic, and hands each event of the bus to them. */
export class Hub {
  readonly #bus: Bus;
  readonly #log: Logger;
  readonly #topics = new Map<string, Topic>();
  readonly #connections = new Map<string, Connection>();

  constructor(bus: Bus, log: Logger) {
    this.#bus = bus;
    this.#log = log;
  }

  get connections(): Connection[] {
    return [...this.#connections.values()];
  }

  connection(id: string): Connection | undefined {
    return this.#connections.get(id);
  }

  add(connection: Connection): void {
    this.#connections.set(connection.id, connection);
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection.id);
    for (const topic of this.#topics.keys()) this.unsubscribe(topic, connection);
  }

  /** Resolves when events of the topic reach the socket. */
  async subscribe(name: string, connection: Connection): Promise<void> {
    const known = this.#topics.get(name);
    const topic = known ?? { connections: new Set(), ready: this.#open(name) };
    if (!known) this.#topics.set(name, topic);
    topic.connections.add(connection);
    await topic.ready;
  }

  unsubscribe(name: string, connection: Connection): void {
    const topic = this.#topics.get(name);
    if (!topic?.connections.delete(connection) || topic.connections.size > 0) return;
    this.#topics.delete(name);
    this.#bus
      .unsubscribe(name)
      .catch((error: unknown) => this.#log.warn({ err: error, topic: name }, 'unsubscribe failed'));
  }

  #open(name: string): Promise<void> {
    return this.#bus
      .subscribe(name, ({ topic, frame, exceptUserId }) => {
        const framed = frameText(frame);
        for (const connection of this.#topics.get(topic)?.connections ?? []) {
          if (connection.identity.userId !== exceptUserId) connection.sendFramedEvent(framed);
        }
      })
      .catch((error: unknown) => {
        // Other processes' events are missing while Redis is away; this process's own arrive.
        this.#log.warn({ err: error, topic: name }, 'subscribed locally only');
      });
  }
}
