import { Redis, ReplyError } from 'ioredis';
import type { Logger } from './log.ts';

const probeIntervalMs = 1_000;

/** A Redis that hangs, or a wire that swallows everything, is given up after this; a new connection tells more. */
const answerTimeoutMs = 2_000;

/** One that is there, and still loads its data, is not waited for. */
const connectWithinMs = 5_000;

/** It answers, and the name or the password is wrong: nothing that passes by itself. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof Error &&
  error instanceof ReplyError &&
  /^(WRONGPASS|NOAUTH|NOPERM|ERR (AUTH|invalid password))/i.test(error.message);

/**
 * Tries it once; where that fails, others follow until the connection is closed.
 * @returns whether it stands.
 * @throws ReplyError where Redis answers and lets nobody in, as with a wrong password.
 */
export const connectInTime = async (redis: Redis): Promise<boolean> => {
  const heard: unknown[] = [];
  const hear = (error: unknown) => heard.push(error);
  redis.on('error', hear);
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), connectWithinMs);
  try {
    return await Promise.race([late, redis.connect().then(() => true)]);
  } catch {
    // What `connect` rejects with tells only that the connection was closed.
    const refusal = heard.find(isRefusal);
    if (refusal) throw refusal;
    return false;
  } finally {
    clearTimeout(timer);
    redis.off('error', hear);
  }
};

export interface RedisLinkOptions {
  url: string;
  /** What the connection is for, in the log. */
  role: string;
  log: Logger;
}

/**
 * One connection to Redis that is found again without end. One that is open and dead is cut: what is sent into it would
 * pile up in memory, and come out late.
 */
export class RedisLink {
  readonly redis: Redis;
  readonly #probe: NodeJS.Timeout;

  constructor({ url, role, log }: RedisLinkOptions) {
    this.redis = new Redis(url, {
      retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
      // Commands of an outage fail at once; those that were under way are not sent again by a later connection.
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // Whoever subscribes renews what it wants, topics of the outage included.
      autoResubscribe: false,
      connectTimeout: 3_000,
      // A Redis that hangs must not hang whoever joins a room.
      commandTimeout: answerTimeoutMs,
      disconnectTimeout: 100,
      lazyConnect: true,
    });
    this.redis.on('error', (error) => log.warn({ err: error, role }, 'redis connection error'));
    this.#probe = setInterval(() => this.#check(), probeIntervalMs);
    this.#probe.unref();
  }

  get isReady(): boolean {
    return this.redis.status === 'ready';
  }

  /** @see connectInTime */
  connect(): Promise<boolean> {
    return connectInTime(this.redis);
  }

  close(): void {
    clearInterval(this.#probe);
    this.redis.disconnect();
  }

  #check(): void {
    if (!this.isReady) return;
    this.redis.ping().catch(() => {
      if (this.isReady) this.redis.disconnect(true);
    });
  }
}
