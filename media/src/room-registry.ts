import {
  AppError,
  type MediaEvent,
  type MediaLossReason,
  type MediaPeer,
  type MediaRequestPayload,
  type MediaRequestResult,
} from '@boltorezka/protocol';
import type { Logger } from 'pino';
import { MediaRoom } from './room.ts';
import type { RoomLeases } from './room-leases.ts';
import { createKeyedQueue } from './task-queue.ts';
import type { WorkerSlot } from './worker-slot.ts';

interface RoomRegistryDeps {
  log: Logger;
  emit: (event: MediaEvent) => void;
  leastLoaded: (reserve: (slot: WorkerSlot) => void) => Promise<WorkerSlot>;
  leases: RoomLeases | undefined;
}

/** What a slot carries, and what is on its way there. */
interface Burden {
  readonly rooms: Set<MediaRoom>;
  opening: number;
  preparing: number;
}

/** Whoever points at buttons all day must not fill a worker. */
const maxPreparedPerWorker = 100;

/** The node's own map of rooms: what each room holds is known here, not asked of a worker that may be dead. */
export class RoomRegistry {
  readonly #deps: RoomRegistryDeps;
  readonly #rooms = new Map<string, MediaRoom>();
  readonly #burdens = new Map<WorkerSlot, Burden>();
  readonly #queue = createKeyedQueue();

  constructor(deps: RoomRegistryDeps) {
    this.#deps = deps;
  }

  join(payload: MediaRequestPayload<'media.joinRoom'>): Promise<MediaRequestResult<'media.joinRoom'>> {
    return this.#inRoom(payload, (room) => room.join(payload));
  }

  /** @throws AppError `Unavailable` where as many wait on the room's worker as may. */
  prepare(
    payload: MediaRequestPayload<'media.prepareTransports'>,
  ): Promise<MediaRequestResult<'media.prepareTransports'>> {
    return this.#inRoom(payload, async (room) => {
      const burden = this.#burdenOf(room.slot);
      if (this.countOn(room.slot).prepared + burden.preparing >= maxPreparedPerWorker)
        throw new AppError('Unavailable', 'Too many transports wait to be used; join without.');
      burden.preparing += 1;
      try {
        return await room.prepare(payload);
      } finally {
        burden.preparing -= 1;
      }
    });
  }

  /** @throws AppError `NotFound` where the room is not on this node. */
  withRoom<T>(roomId: string, task: (room: MediaRoom) => Promise<T>): Promise<T> {
    return this.#queue.run(roomId, async () => {
      const room = this.#rooms.get(roomId);
      if (!room) throw new AppError('NotFound', 'No such peer in this room.');
      return task(room);
    });
  }

  closePeer(payload: MediaRequestPayload<'media.closePeer'>): Promise<void> {
    const { roomId } = payload;
    return this.#queue.run(roomId, async () => {
      const room = this.#rooms.get(roomId);
      room?.closePeer(payload);
      if (room?.isEmpty) this.#forget(room);
    });
  }

  get peers(): MediaPeer[] {
    return [...this.#rooms.values()].flatMap((room) => room.peers);
  }

  /** The worker under this slot is gone: forget its rooms and tell whose media was lost. */
  dropSlot(slot: WorkerSlot): void {
    for (const room of [...this.#burdenOf(slot).rooms]) this.#drop(room, 'workerDied');
  }

  /** Another node holds these rooms: what is here of them is given up. */
  dropRooms(roomIds: string[]): void {
    for (const roomId of roomIds) {
      const room = this.#rooms.get(roomId);
      if (room) this.#drop(room, 'roomMoved');
    }
  }

  countOn(slot: WorkerSlot): { rooms: number; peers: number; prepared: number } {
    const { rooms } = this.#burdenOf(slot);
    const counts = { rooms: rooms.size, peers: 0, prepared: 0 };
    for (const room of rooms) {
      counts.peers += room.peerCount;
      counts.prepared += room.preparedCount;
    }
    return counts;
  }

  /** Rooms that are being opened count as well, or all that come at once would go to one worker. */
  loadOf(slot: WorkerSlot): number {
    const { rooms, peers } = this.countOn(slot);
    return rooms + peers + this.#burdenOf(slot).opening;
  }

  close(): void {
    for (const room of this.#rooms.values()) this.#forget(room);
  }

  /** In a room that is opened where it was not, and closed again where nobody stays. */
  #inRoom<T>(
    { roomId, fence }: { roomId: string; fence?: number | undefined },
    task: (room: MediaRoom) => Promise<T>,
  ): Promise<T> {
    return this.#queue.run(roomId, async () => {
      const room = await this.#getOrCreate(roomId);
      this.#deps.leases?.hold(room.id, fence);
      try {
        return await task(room);
      } finally {
        if (room.isEmpty) this.#forget(room);
      }
    });
  }

  #burdenOf(slot: WorkerSlot): Burden {
    const burden = this.#burdens.get(slot) ?? { rooms: new Set(), opening: 0, preparing: 0 };
    this.#burdens.set(slot, burden);
    return burden;
  }

  #drop(room: MediaRoom, reason: MediaLossReason): void {
    const { id: roomId, peerIds } = room;
    this.#forget(room);
    this.#deps.emit({ type: 'media.peersLost', payload: { roomId, peerIds, reason } });
  }

  #forget(room: MediaRoom): void {
    if (this.#rooms.get(room.id) === room) {
      this.#rooms.delete(room.id);
      this.#burdenOf(room.slot).rooms.delete(room);
      this.#deps.leases?.release(room.id);
    }
    room.close();
  }

  async #getOrCreate(roomId: string): Promise<MediaRoom> {
    const known = this.#rooms.get(roomId);
    if (known?.isAlive) return known;
    if (known) this.#drop(known, 'workerDied');
    const slot = await this.#deps.leastLoaded((chosen) => {
      this.#burdenOf(chosen).opening += 1;
    });
    const burden = this.#burdenOf(slot);
    try {
      const room = await this.#create(roomId, slot);
      this.#rooms.set(roomId, room);
      burden.rooms.add(room);
      return room;
    } finally {
      burden.opening -= 1;
    }
  }

  async #create(roomId: string, slot: WorkerSlot): Promise<MediaRoom> {
    const { log, emit } = this.#deps;
    const onExpired = (expired: MediaRoom) =>
      void this.#queue.run(roomId, async () => {
        if (expired.isEmpty) this.#forget(expired);
      });
    const room = await MediaRoom.create({ id: roomId, slot, log, emit, onExpired });
    log.info({ roomId, workerPid: slot.pid }, 'media room opened');
    return room;
  }
}
