import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Bus, BusListener, BusMessage } from './bus.ts';
import { createLocalBus } from './bus-local.ts';
import type { Logger } from './log.ts';
import { RedisLink } from './redis-link.ts';

const channelPrefix = 'boltorezka:v1:';

const Header = z.object({
  from: z.string(),
  exceptUserId: z.string().optional(),
  aboutRoomId: z.string().optional(),
  position: z.object({ seq: z.int().nonnegative(), epoch: z.string().max(36) }).optional(),
});
type Header = z.infer<typeof Header>;

/** A line of JSON, then the frame as it was: nobody decodes and encodes it again. */
const encode = (from: string, { exceptUserId, aboutRoomId, position, frame }: BusMessage): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify({ from, exceptUserId, aboutRoomId, position })}\n`), frame]);

/** Undefined for what nobody of ours has written: anybody with access to Redis may publish. */
const decode = (data: Buffer): { header: Header; frame: Buffer } | undefined => {
  const end = data.indexOf(10);
  try {
    const header = Header.parse(JSON.parse(data.toString('utf8', 0, end)));
    return { header, frame: data.subarray(end + 1) };
  } catch {
    return undefined;
  }
};

/** The bus of many processes: local delivery at once, and Redis for the others. */
class RedisBus implements Bus {
  readonly isShared = true;
  readonly #self = randomUUID();
  readonly #local = createLocalBus();
  readonly #listeners = new Map<string, BusListener>();
  readonly #restoredListeners = new Set<() => void>();
  readonly #publisher: RedisLink;
  readonly #subscriber: RedisLink;
  readonly #log: Logger;
  /** The subscriber's connection has every topic. */
  #isRenewed = true;
  #isClosed = false;

  constructor(url: string, log: Logger) {
    this.#log = log;
    this.#publisher = new RedisLink({ url, log, role: 'publisher' });
    this.#subscriber = new RedisLink({ url, log, role: 'subscriber' });
    this.#subscriber.redis.on('messageBuffer', (channel: Buffer, data: Buffer) =>
      this.#receive(channel.toString(), data),
    );
  }

  async open(): Promise<void> {
    const links = [this.#publisher, this.#subscriber];
    const isWhole = (await Promise.all(links.map((link) => link.connect()))).every(Boolean);
    this.#publisher.redis.on('ready', () => this.#tellRestored());
    this.#subscriber.redis.on('close', () => {
      this.#isRenewed = false;
    });
    this.#subscriber.redis.on('ready', () => void this.#renew());
    // Either may have come back before it was listened to.
    if (!isWhole && this.#subscriber.isReady) await this.#renew();
  }

  async subscribe(topic: string, listener: BusListener): Promise<void> {
    this.#listeners.set(topic, listener);
    await this.#local.subscribe(topic, listener);
    // Nobody waits for a Redis that is away: every topic is asked for when it is back.
    if (this.#subscriber.isReady) await this.#subscriber.redis.subscribe(channelPrefix + topic);
  }

  async unsubscribe(topic: string): Promise<void> {
    this.#listeners.delete(topic);
    await this.#local.unsubscribe(topic);
    if (this.#subscriber.isReady) await this.#subscriber.redis.unsubscribe(channelPrefix + topic);
  }

  publish(message: BusMessage): void {
    this.#local.publish(message);
    // Said once, by the connection's own error; not for every event that stays here.
    if (!this.#publisher.isReady || this.#isClosed) return;
    const { topic } = message;
    this.#publisher.redis
      .publish(channelPrefix + topic, encode(this.#self, message))
      .catch((error: unknown) => this.#log.warn({ err: error, topic }, 'event not sent to other processes'));
  }

  /** Who reads in other processes is not known here. */
  mayBeRead(topic: string): boolean {
    return this.#listeners.has(topic) || this.#publisher.isReady;
  }

  onRestored(listener: () => void): () => void {
    this.#restoredListeners.add(listener);
    return () => this.#restoredListeners.delete(listener);
  }

  async ping(): Promise<void> {
    await Promise.all([this.#publisher.redis.ping(), this.#subscriber.redis.ping()]);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#local.close();
    this.#publisher.close();
    this.#subscriber.close();
  }

  #receive(channel: string, data: Buffer): void {
    const message = decode(data);
    if (!message) return this.#log.warn({ channel }, 'not an event of ours');
    const topic = channel.slice(channelPrefix.length);
    const { header, frame } = message;
    if (header.from === this.#self) return;
    const { exceptUserId, aboutRoomId, position } = header;
    this.#listeners.get(topic)?.({ topic, frame, exceptUserId, aboutRoomId, position });
  }

  /** Asks for every topic, those included that were opened while Redis was away. */
  async #renew(): Promise<void> {
    const channels = [...this.#listeners.keys()].map((topic) => channelPrefix + topic);
    try {
      if (channels.length > 0) await this.#subscriber.redis.subscribe(...channels);
    } catch (error) {
      this.#log.warn({ err: error }, 'topics not renewed');
      // Without its topics the connection is worth nothing; another one asks for them again.
      if (this.#subscriber.isReady) this.#subscriber.redis.disconnect(true);
      return;
    }
    this.#isRenewed = true;
    this.#tellRestored();
  }

  /** Either connection is back; only with both is there anything to be told and heard. */
  #tellRestored(): void {
    if (!this.#isRenewed || !this.#publisher.isReady || !this.#subscriber.isReady) return;
    for (const listener of this.#restoredListeners) listener();
  }
}

/**
 * The bus of many processes. This process's own sockets are served locally, at once and in order, and go on being served
 * while Redis is away, from the start if need be; Redis carries the event to the others.
 * @throws ReplyError where Redis answers and lets nobody in, as with a wrong password.
 */
export const createRedisBus = async (url: string, log: Logger): Promise<Bus> => {
  const bus = new RedisBus(url, log);
  try {
    await bus.open();
    return bus;
  } catch (error) {
    await bus.close();
    throw error;
  }
};
