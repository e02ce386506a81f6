import { type ChatMessage, type EventPayload, limits, type ThreadSummary } from '@boltorezka/protocol';
import { readMessagesById } from '../messages/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { forgetParticipants, type PersonRead, removeFromInboxes } from '../reads/index.ts';
import { lockRoom } from '../rooms/index.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import {
  blankMessages,
  deleteUnsentAttachments,
  type ErasedMessage,
  type ErasePick,
  forgetReported,
  recountThreads,
  selectLastDay,
  selectNextRoom,
  selectPicked,
} from './erase-repository.ts';

type Deletion = EventPayload<'chat.messageChanged'>;

/** What one transaction has blanked. */
export interface Erasure {
  roomId: string;
  epoch: string;
  /** In the order of the positions that they took. */
  erased: ErasedMessage[];
  rootThreads: Map<string, ThreadSummary>;
  /** Those whose inbox holds less now. */
  reads: PersonRead[];
  /** There what comes next begins; undefined where nothing does. */
  reachedSeq: number | undefined;
}

/**
 * Blanks messages as deletion does, in one transaction under the lock of their room: what they said, their attachments,
 * reactions and pins, and what told of them in inboxes is gone for good; author, time and place stay. What was deleted before
 * is passed over.
 */
export const eraseMessages = async (tx: Queryable, roomId: string, pick: ErasePick): Promise<Erasure> => {
  const picked = await selectPicked(tx, roomId, pick);
  const ids = picked.flatMap(({ id, isDeleted }) => (isDeleted ? [] : [id]));
  const reachedSeq = picked.at(-1)?.seq;
  if (ids.length === 0)
    return { roomId, epoch: '', erased: [], rootThreads: new Map(), reads: [], reachedSeq };
  const { erased, epoch } = await blankMessages(tx, roomId, ids);
  const rootThreads = await recountThreads(tx, erased);
  if (rootThreads.size > 0) await forgetParticipants(tx, ids);
  const reads = await removeFromInboxes(tx, { messageIds: ids, roomId });
  return { roomId, epoch, erased, rootThreads, reads, reachedSeq };
};

/** What is told of each, as the messages are now. */
export const toDeletions = (
  { roomId, epoch, erased, rootThreads }: Omit<Erasure, 'reads' | 'reachedSeq'>,
  messages: Map<string, ChatMessage>,
): Deletion[] =>
  erased.flatMap(({ id, seq, threadRootId }) => {
    const message = messages.get(id);
    const rootThread = threadRootId === undefined ? undefined : rootThreads.get(threadRootId);
    if (!message) return [];
    return [{ roomId, seq, epoch, change: 'deleted' as const, message, ...(rootThread && { rootThread }) }];
  });

export interface ErasingDeps {
  db: Database;
  publish: Publish;
}

/** More than this is not replayed to anybody, and not told one by one either. */
const maxTold = limits.maxReplayedMessages;

/** Several transactions of one room, as far as its people are told of them. */
class RoomErasing {
  readonly #deps: ErasingDeps;
  readonly #roomId: string;
  readonly #rootThreads = new Map<string, ThreadSummary>();
  #erased: ErasedMessage[] = [];
  #epoch = '';
  #count = 0;
  #seq = 0;

  constructor(deps: ErasingDeps, roomId: string) {
    this.#deps = deps;
    this.#roomId = roomId;
  }

  /** Who has less to read is told at once: it is how their reading stands now. */
  add({ erased, epoch, rootThreads, reads }: Erasure): void {
    for (const { userId, state } of reads)
      this.#deps.publish(topics.user(userId), { type: 'chat.readChanged', payload: state });
    if (erased.length === 0) return;
    this.#epoch = epoch;
    this.#count += erased.length;
    this.#seq = erased.at(-1)?.seq ?? this.#seq;
    for (const [id, thread] of rootThreads) this.#rootThreads.set(id, thread);
    this.#erased = this.#count > maxTold ? [] : [...this.#erased, ...erased];
  }

  /** Each one where they are few; else how far the log goes: who is in the room asks for what changed. */
  async tell(): Promise<void> {
    const { db, publish } = this.#deps;
    const [roomId, epoch] = [this.#roomId, this.#epoch];
    const topic = topics.room(roomId);
    if (this.#count > maxTold)
      return publish(topic, { type: 'room.position', payload: { roomId, seq: this.#seq, epoch } });
    const messages = await readMessagesById(
      db,
      this.#erased.map(({ id }) => id),
    );
    const told = { roomId, epoch, erased: this.#erased, rootThreads: this.#rootThreads };
    for (const payload of toDeletions(told, messages))
      publish(topic, { type: 'chat.messageChanged', payload });
  }
}

interface Written {
  roomId: string;
  userId: string;
  afterSeq: number;
}

/** The room goes on between the transactions. What was committed is told, whatever comes after it. */
const eraseWritten = async (
  deps: ErasingDeps,
  { roomId, userId, afterSeq }: Written,
  signal?: AbortSignal,
) => {
  const room = new RoomErasing(deps, roomId);
  try {
    for (let reached: number | undefined = afterSeq; reached !== undefined && !signal?.aborted; ) {
      const pick = { userId, afterSeq: reached };
      const erasure: Erasure = await deps.db.transaction(async (tx) => {
        await lockRoom(tx, { roomId });
        return eraseMessages(tx, roomId, pick);
      });
      room.add(erasure);
      reached = erasure.reachedSeq;
    }
  } finally {
    await room.tell();
  }
};

/** Erases much, and tells of it. Where it was interrupted, asking again goes on. */
export const createErasing = (deps: ErasingDeps) => ({
  /** What somebody wrote in a room in the last day. */
  eraseLastDay: async (place: { roomId: string; userId: string }): Promise<void> =>
    eraseWritten(deps, { ...place, afterSeq: await selectLastDay(deps.db, place) }),

  /** All that somebody ever wrote or uploaded, also as it was reported; some of it, where the signal fires. */
  eraseAllOf: async (userId: string, signal: AbortSignal): Promise<void> => {
    let roomId = await selectNextRoom(deps.db, userId, undefined);
    while (roomId !== undefined && !signal.aborted) {
      await eraseWritten(deps, { roomId, userId, afterSeq: 0 }, signal);
      roomId = await selectNextRoom(deps.db, userId, roomId);
    }
    if (!signal.aborted) await forgetReported(deps.db, userId);
    await deleteUnsentAttachments(deps.db, userId);
  },
});

export type Erasing = ReturnType<typeof createErasing>;
