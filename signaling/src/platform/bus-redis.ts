import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { Bus, BusListener, BusMessage } from './bus.ts';
import { createLocalBus } from './bus-local.ts';
import type { Logger } from './log.ts';

const channelPrefix = 'boltorezka:v1:';

interface Header {
  from: string;
  exceptUserId?: string | undefined;
}

/** A line of JSON, then the frame as it was: nobody decodes and encodes it again. */
const encode = (header: Header, frame: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), frame]);

const decode = (data: Buffer): { header: Header; frame: Buffer } => {
  const end = data.indexOf(10);
  return { header: JSON.parse(data.toString('utf8', 0, end)) as Header, frame: data.subarray(end + 1) };
};

const connect = (url: string, log: Logger, role: string): Redis => {
  const redis = new Redis(url, {
    // A lost Redis is found again without end; commands meanwhile fail at once instead of piling up.
    retryStrategy: (attempt) => Math.min(100 * attempt, 2_000),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: role === 'subscriber',
    connectTimeout: 3_000,
    lazyConnect: true,
  });
  redis.on('error', (error) => log.warn({ err: error, role }, 'redis connection error'));
  return redis;
};

/**
 * The bus of many processes. This process's own sockets are served locally, at once and in order, and go on being served
 * while Redis is away; Redis carries the event to the others.
 * @throws Error where Redis cannot be reached at the start.
 */
export const createRedisBus = async (url: string, log: Logger): Promise<Bus> => {
  const self = randomUUID();
  const local = createLocalBus();
  const publisher = connect(url, log, 'publisher');
  const subscriber = connect(url, log, 'subscriber');
  const listeners = new Map<string, BusListener>();
  try {
    await Promise.all([publisher.connect(), subscriber.connect()]);
  } catch (error) {
    publisher.disconnect();
    subscriber.disconnect();
    throw error;
  }
  subscriber.on('messageBuffer', (channel: Buffer, data: Buffer) => {
    const topic = channel.toString().slice(channelPrefix.length);
    const { header, frame } = decode(data);
    if (header.from !== self) listeners.get(topic)?.({ topic, frame, exceptUserId: header.exceptUserId });
  });
  return {
    subscribe: async (topic, listener) => {
      listeners.set(topic, listener);
      await local.subscribe(topic, listener);
      await subscriber.subscribe(channelPrefix + topic);
    },
    unsubscribe: async (topic) => {
      listeners.delete(topic);
      await local.unsubscribe(topic);
      await subscriber.unsubscribe(channelPrefix + topic);
    },
    publish: (message: BusMessage) => {
      local.publish(message);
      const data = encode({ from: self, exceptUserId: message.exceptUserId }, message.frame);
      publisher
        .publish(channelPrefix + message.topic, data)
        .catch((error: unknown) =>
          log.warn({ err: error, topic: message.topic }, 'event not sent to other processes'),
        );
    },
    ping: async () => {
      await publisher.ping();
    },
    close: async () => {
      await local.close();
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
};
