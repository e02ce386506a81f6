import {
  type MediaLoad,
  type MediaNodeRecord,
  mediaDirectoryKeys,
  mediaDirectoryTimes,
} from '@boltorezka/protocol';
import type { Logger } from 'pino';
import type { RoomLeases } from '../room-leases.ts';
import { connectDirectoryRedis, type DirectoryRedis } from './redis.ts';

export interface NodeDirectoryOptions {
  redisUrl: string;
  node: Omit<MediaNodeRecord, 'load'>;
  readLoad: () => Promise<MediaLoad>;
  log: Logger;
}

/** The node's place in the directory, and the leases of its rooms. */
export interface NodeDirectory extends RoomLeases {
  /** From now on the node can be found. */
  register(): void;
  /** New rooms go elsewhere from now on. */
  unregister(): Promise<void>;
  close(): Promise<void>;
}

/** Rooms that one script registers: Redis serves nobody else while it runs. */
const batchSize = 200;

const nodePrefix = mediaDirectoryKeys.node('');

class RedisNodeDirectory implements NodeDirectory {
  readonly #options: NodeDirectoryOptions;
  readonly #redis: DirectoryRedis;
  /** The rooms that are held, with their lease's number; 0 where they were opened without one. */
  readonly #rooms = new Map<string, number>();
  readonly #listeners = new Set<(roomIds: string[]) => void>();
  #timer: NodeJS.Timeout | undefined;
  #isListed = false;
  /** Something is to be registered, or was tried to be and is not for certain. */
  #isBehind = false;
  #closed = false;

  constructor(options: NodeDirectoryOptions) {
    this.#options = options;
    this.#redis = connectDirectoryRedis(options.redisUrl, options.log);
  }

  connect(): Promise<void> {
    return this.#redis.connect();
  }

  register(): void {
    this.#isListed = true;
    void this.#renew();
  }

  async unregister(): Promise<void> {
    this.#isListed = false;
    clearTimeout(this.#timer);
    await this.#redis.del(mediaDirectoryKeys.node(this.#options.node.nodeId)).catch(this.#note);
  }

  hold(roomId: string, fence: number | undefined): void {
    const known = this.#rooms.get(roomId);
    if (known !== undefined && (fence === undefined || fence <= known)) return;
    this.#rooms.set(roomId, fence ?? 0);
    void this.#registerRooms([roomId]);
  }

  release(roomId: string): void {
    if (!this.#rooms.delete(roomId) || this.#closed) return;
    const key = mediaDirectoryKeys.room(roomId);
    // A lease that stays is that of a room without people: whoever asks for it is led here, and that is no harm.
    this.#redis.releaseRoom(1, key, this.#options.node.nodeId).catch(this.#note);
  }

  onLost(listener: (roomIds: string[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    for (const roomId of [...this.#rooms.keys()]) this.release(roomId);
    this.#closed = true;
    await this.unregister();
    this.#listeners.clear();
    this.#redis.disconnect();
  }

  readonly #note = (error: unknown): void => {
    this.#options.log.debug({ err: error }, 'the directory was not told');
  };

  /** A record that had lapsed, or was lost with all of Redis' data, takes the rooms with it: they are told anew. */
  async #renew(): Promise<void> {
    const { node, readLoad } = this.#options;
    try {
      const record: MediaNodeRecord = { ...node, load: await readLoad() };
      const { nodeTtlMs } = mediaDirectoryTimes;
      const key = mediaDirectoryKeys.node(node.nodeId);
      const before = await this.#redis.set(key, JSON.stringify(record), 'PX', nodeTtlMs, 'GET');
      if (before === null || this.#isBehind) await this.#registerRooms([...this.#rooms.keys()]);
    } catch (error) {
      // Redis may have done it, and the word that the record had lapsed be lost.
      this.#isBehind = true;
      this.#note(error);
    }
    if (!this.#isListed || this.#closed) return;
    this.#timer = setTimeout(() => void this.#renew(), mediaDirectoryTimes.renewIntervalMs);
  }

  async #registerRooms(roomIds: string[]): Promise<void> {
    try {
      for (let at = 0; at < roomIds.length; at += batchSize)
        await this.#registerBatch(roomIds.slice(at, at + batchSize));
      if (roomIds.length === this.#rooms.size) this.#isBehind = false;
    } catch (error) {
      this.#isBehind = true;
      this.#note(error);
    }
  }

  async #registerBatch(roomIds: string[]): Promise<void> {
    const asked = new Map(roomIds.map((roomId) => [roomId, this.#rooms.get(roomId)]));
    const keys = roomIds.map((roomId) => mediaDirectoryKeys.room(roomId));
    const fences = roomIds.map((roomId) => String(asked.get(roomId) ?? 0));
    const { nodeId } = this.#options.node;
    const answers = await this.#redis.registerRooms(keys.length, ...keys, nodeId, nodePrefix, ...fences);
    // Released, or held by another number, while Redis was asked: that is told by itself.
    const isAsItWas = (roomId: string) => this.#rooms.get(roomId) === asked.get(roomId);
    const lost: string[] = [];
    for (const [index, roomId] of roomIds.entries()) {
      if (!isAsItWas(roomId)) continue;
      const fence = Number(answers[index]);
      if (fence >= 0) this.#rooms.set(roomId, fence);
      else lost.push(roomId);
    }
    if (lost.length === 0) return;
    this.#options.log.warn({ rooms: lost.length }, 'another node holds rooms of this one by newer leases');
    for (const roomId of lost) this.#rooms.delete(roomId);
    for (const listener of this.#listeners) listener(lost);
  }
}

/**
 * Opens the node's way to the directory. While Redis is away the node goes on with what it has, and tells it afterwards.
 * @throws Error where Redis cannot be reached at the start.
 */
export const createNodeDirectory = async (options: NodeDirectoryOptions): Promise<NodeDirectory> => {
  const directory = new RedisNodeDirectory(options);
  try {
    await directory.connect();
    return directory;
  } catch (error) {
    await directory.close();
    throw error;
  }
};
