import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { z } from 'zod';
import type { Bus, BusListener, BusMessage } from './bus.ts';
import { createLocalBus } from './bus-local.ts';
import type { Logger } from './log.ts';

const channelPrefix = 'boltorezka:v1:';

/** A line of JSON, then the frame as it was: nobody decodes and encodes it again. */
const encode = (header: { from: string; exceptUserId: string | undefined }, frame: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), frame]);

const Header = z.object({ from: z.string(), exceptUserId: z.string().optional() });
type Header = z.infer<typeof Header>;

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

const connect = (url: string, log: Logger, role: string): Redis => {
  const redis = new Redis(url, {
    // A lost Redis is found again without end; commands meanwhile fail at once instead of piling up.
    retryStrategy: (attempt) => Math.min(100 * attempt, 2_000),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: role === 'subscriber',
    connectTimeout: 3_000,
    // A Redis that hangs must not hang whoever joins a room.
    commandTimeout: 2_000,
    lazyConnect: true,
  });
  redis.on('error', (error) => log.warn({ err: error, role }, 'redis connection error'));
  return redis;
};

/** The bus of many processes: local delivery at once, and Redis for the others. */
class RedisBus implements Bus {
  readonly #self = randomUUID();
  readonly #local = createLocalBus();
  readonly #listeners = new Map<string, BusListener>();
  readonly #publisher: Redis;
  readonly #subscriber: Redis;
  readonly #log: Logger;

  constructor(url: string, log: Logger) {
    this.#log = log;
    this.#publisher = connect(url, log, 'publisher');
    this.#subscriber = connect(url, log, 'subscriber');
    this.#subscriber.on('messageBuffer', (channel: Buffer, data: Buffer) =>
      this.#receive(channel.toString(), data),
    );
    // ioredis renews what Redis had once acknowledged; topics that were opened while it was away are renewed here.
    this.#subscriber.on('ready', () => this.#renew());
  }

  async open(): Promise<void> {
    await Promise.all([this.#publisher.connect(), this.#subscriber.connect()]);
  }

  async subscribe(topic: string, listener: BusListener): Promise<void> {
    this.#listeners.set(topic, listener);
    await this.#local.subscribe(topic, listener);
    await this.#subscriber.subscribe(channelPrefix + topic);
  }

  async unsubscribe(topic: string): Promise<void> {
    this.#listeners.delete(topic);
    await this.#local.unsubscribe(topic);
    await this.#subscriber.unsubscribe(channelPrefix + topic);
  }

  publish(message: BusMessage): void {
    this.#local.publish(message);
    // Said once, by the connection's own error; not for every event that stays here.
    if (this.#publisher.status !== 'ready') return;
    const { topic, frame, exceptUserId } = message;
    this.#publisher
      .publish(channelPrefix + topic, encode({ from: this.#self, exceptUserId }, frame))
      .catch((error: unknown) => this.#log.warn({ err: error, topic }, 'event not sent to other processes'));
  }

  /** Who reads in other processes is not known here. */
  mayBeRead(topic: string): boolean {
    return this.#listeners.has(topic) || this.#publisher.status === 'ready';
  }

  async ping(): Promise<void> {
    await this.#publisher.ping();
  }

  async close(): Promise<void> {
    await this.#local.close();
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
  }

  #receive(channel: string, data: Buffer): void {
    const message = decode(data);
    if (!message) return this.#log.warn({ channel }, 'not an event of ours');
    const topic = channel.slice(channelPrefix.length);
    const { header, frame } = message;
    if (header.from === this.#self) return;
    this.#listeners.get(topic)?.({ topic, frame, exceptUserId: header.exceptUserId });
  }

  #renew(): void {
    const channels = [...this.#listeners.keys()].map((topic) => channelPrefix + topic);
    if (channels.length === 0) return;
    this.#subscriber
      .subscribe(...channels)
      .catch((error: unknown) => this.#log.warn({ err: error }, 'topics not renewed'));
  }
}

/**
 * The bus of many processes. This process's own sockets are served locally, at once and in order, and go on being served
 * while Redis is away; Redis carries the event to the others.
 * @throws Error where Redis cannot be reached at the start.
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
