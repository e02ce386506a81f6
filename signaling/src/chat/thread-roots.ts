import { LRUCache } from 'lru-cache';
import { noSuchMessage } from './permission.ts';

/** Threads that are written in at a time; of more, some are asked for again. */
const maxKnown = 10_000;

/** Another process may have deleted the message meanwhile: for so long it does not matter that somebody writes there. */
const knownForMs = 60_000;

export interface ThreadRoots {
  /** @throws AppError `NotFound`, the same for what is not there, begins no thread, or is in another room. */
  require(messageId: string, roomId: string): Promise<void>;
  /** It is deleted. */
  forget(messageId: string): void;
}

/**
 * Which messages threads begin with, and where, for what is said too often to ask the database each time. Only what there is
 * is remembered: made-up ids push nothing out.
 * @param findRoom the room of a message that a thread may begin with; undefined where there is none.
 */
export const createThreadRoots = (
  findRoom: (messageId: string) => Promise<string | undefined>,
  now: () => number = () => performance.now(),
): ThreadRoots => {
  const rooms = new LRUCache<string, string>({
    max: maxKnown,
    ttl: knownForMs,
    perf: { now },
    ttlResolution: 0,
    // Whoever writes in one thread at once waits for one answer.
    fetchMethod: (messageId) => findRoom(messageId),
  });
  return {
    require: async (messageId, roomId) => {
      if ((await rooms.fetch(messageId)) !== roomId) throw noSuchMessage();
    },
    forget: (messageId) => {
      rooms.delete(messageId);
    },
  };
};
