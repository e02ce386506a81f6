import {
  AppError,
  MediaNodeRecord,
  mediaDirectoryKeys,
  mediaDirectoryTimes,
  RoomLease,
} from '@boltorezka/protocol';
import { Redis } from 'ioredis';
import type { RoomCandidates } from '../media-link/index.ts';
import type { Logger } from '../platform/log.ts';
import { connectInTime } from '../platform/redis-link.ts';
import { claimRoom } from './scripts.ts';

export interface MediaDirectoryOptions {
  redisUrl: string;
  log: Logger;
}

export interface MediaDirectory {
  /** Those alive, as last seen; while Redis is away, those who were. */
  nodes(): MediaNodeRecord[];
  /** Told when a node appears, vanishes, or moves. @returns the unsubscribe. */
  onNodes(listener: (nodes: MediaNodeRecord[]) => void): () => void;
  /** Redis has answered the last question. */
  readonly isReachable: boolean;
  /**
   * Whose the room is, or whose it is from now on.
   * @throws AppError `Unavailable` where Redis cannot be reached.
   */
  claimRoom(roomId: string, candidates: RoomCandidates): Promise<RoomLease>;
  /** Removes a node's record before it lapses; one that lives writes it again. */
  forgetNode(nodeId: string): Promise<void>;
  close(): Promise<void>;
}

interface DirectoryRedis extends Redis {
  claimRoom(keyCount: number, ...keysAndArguments: string[]): Promise<[nodeId: string, fence: string]>;
}

const commandTimeoutMs = 500;
const maxRetryMs = 500;

/** A record that is missing twice is gone: once may be the moment after Redis has lost its data. */
const missesAllowed = 1;

const connect = (url: string, log: Logger): DirectoryRedis => {
  const redis = new Redis(url, {
    retryStrategy: (attempt) => Math.min(50 * attempt, maxRetryMs),
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    connectTimeout: 1_000,
    commandTimeout: commandTimeoutMs,
    // Whoever is away for long is asked on a new connection: an old one may never say that it is dead.
    socketTimeout: commandTimeoutMs * 3,
    lazyConnect: true,
  });
  redis.on('error', (error) => log.debug({ err: error }, 'the directory cannot be reached'));
  redis.defineCommand('claimRoom', { lua: claimRoom });
  return redis as DirectoryRedis;
};

const nodePrefix = mediaDirectoryKeys.node('');

class RedisMediaDirectory implements MediaDirectory {
  readonly #redis: DirectoryRedis;
  readonly #log: Logger;
  readonly #known = new Map<string, { record: MediaNodeRecord; misses: number }>();
  readonly #listeners = new Set<(nodes: MediaNodeRecord[]) => void>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  isReachable = true;

  constructor({ redisUrl, log }: MediaDirectoryOptions) {
    this.#log = log;
    this.#redis = connect(redisUrl, log);
  }

  async open(): Promise<void> {
    if (!(await connectInTime(this.#redis))) throw new Error('Redis does not answer');
    await this.#look();
  }

  nodes(): MediaNodeRecord[] {
    return [...this.#known.values()].map(({ record }) => record);
  }

  onNodes(listener: (nodes: MediaNodeRecord[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async claimRoom(roomId: string, { peopled, others }: RoomCandidates): Promise<RoomLease> {
    const key = mediaDirectoryKeys.room(roomId);
    const [nodeId, fence] = await this.#redis
      .claimRoom(1, key, nodePrefix, String(peopled.length), ...peopled, ...others)
      .catch((error: unknown) => {
        throw new AppError('Unavailable', 'The directory of media nodes cannot be reached.', {
          cause: error,
        });
      });
    return RoomLease.parse({ roomId, nodeId, fence: Number(fence) });
  }

  async forgetNode(nodeId: string): Promise<void> {
    await this.#redis.del(mediaDirectoryKeys.node(nodeId));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
    this.#redis.disconnect();
  }

  async #look(): Promise<void> {
    try {
      const records = await this.#read();
      this.isReachable = true;
      this.#compare(new Map(records.map((record) => [record.nodeId, record])));
    } catch (error) {
      this.isReachable = false;
      this.#log.debug({ err: error }, 'the directory was not read');
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#look(), mediaDirectoryTimes.renewIntervalMs);
  }

  async #read(): Promise<MediaNodeRecord[]> {
    const keys: string[] = [];
    let cursor = '0';
    do {
      const [next, found] = await this.#redis.scan(
        cursor,
        'MATCH',
        mediaDirectoryKeys.nodePattern,
        'COUNT',
        1_000,
      );
      cursor = next;
      keys.push(...found);
    } while (cursor !== '0');
    const values = keys.length > 0 ? await this.#redis.mget(...new Set(keys)) : [];
    return values.flatMap((value) => this.#parse(value) ?? []);
  }

  /** Anybody with access to Redis may write there. */
  #parse(value: string | null): MediaNodeRecord | undefined {
    if (value === null) return undefined;
    try {
      return MediaNodeRecord.parse(JSON.parse(value));
    } catch {
      this.#log.warn('not a record of a media node of ours');
      return undefined;
    }
  }

  #compare(found: ReadonlyMap<string, MediaNodeRecord>): void {
    let isChanged = false;
    for (const [nodeId, known] of this.#known) {
      known.misses = found.has(nodeId) ? 0 : known.misses + 1;
      if (known.misses <= missesAllowed) continue;
      this.#known.delete(nodeId);
      isChanged = true;
    }
    for (const [nodeId, record] of found) {
      isChanged ||= this.#known.get(nodeId)?.record.url !== record.url;
      this.#known.set(nodeId, { record, misses: 0 });
    }
    if (!isChanged) return;
    const nodes = this.nodes();
    for (const listener of [...this.#listeners]) listener(nodes);
  }
}

/**
 * Looks at the directory of media nodes from now on.
 * @throws Error where Redis does not answer in time at the start, or lets nobody in.
 */
export const createMediaDirectory = async (options: MediaDirectoryOptions): Promise<MediaDirectory> => {
  const directory = new RedisMediaDirectory(options);
  try {
    await directory.open();
    return directory;
  } catch (error) {
    await directory.close();
    throw error;
  }
};
