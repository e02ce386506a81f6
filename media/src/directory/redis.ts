import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { registerRooms, releaseRoom } from './scripts.ts';

/** A Redis that hangs must not hang the node. */
const commandTimeoutMs = 700;
const maxRetryMs = 500;

export interface DirectoryRedis extends Redis {
  registerRooms(keyCount: number, ...keysAndArguments: string[]): Promise<(string | number)[]>;
  releaseRoom(keyCount: number, ...keysAndArguments: string[]): Promise<number>;
}

export const connectDirectoryRedis = (url: string, log: Logger): DirectoryRedis => {
  const redis = new Redis(url, {
    retryStrategy: (attempt) => Math.min(50 * attempt, maxRetryMs),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    connectTimeout: 1_000,
    commandTimeout: commandTimeoutMs,
    // A connection on which an answer came too late brings the answers of others.
    socketTimeout: commandTimeoutMs * 2,
    lazyConnect: true,
  });
  redis.on('error', (error) => log.debug({ err: error }, 'the directory cannot be reached'));
  redis.defineCommand('registerRooms', { lua: registerRooms });
  redis.defineCommand('releaseRoom', { lua: releaseRoom });
  return redis as DirectoryRedis;
};
