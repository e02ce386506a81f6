import {
  AppError,
  type MediaEvent,
  type MediaPort,
  type MediaRequestPayload,
  type MediaRequestResult,
  type MediaRequestType,
  mediaRequests,
  toValidationError,
} from '@boltorezka/protocol';
import type { Logger } from 'pino';
import type { RoomLeases } from './room-leases.ts';
import { RoomRegistry } from './room-registry.ts';
import { createWorkerPool, type WorkerPool } from './worker-pool.ts';

export interface MediaNodeOptions {
  /** Worker processes; one per core is usual. */
  workerCount: number;
  /** Worker `i` listens on `firstPort + i`, UDP and TCP. */
  firstPort: number;
  /** Public IPs or host names in front of this machine, at most one per family; empty: its own addresses. */
  announcedAddresses: string[];
  /** Path of mediasoup-worker; left out, mediasoup looks in its own package. */
  workerBin?: string | undefined;
  /** A worker that takes longer to answer is killed and replaced. */
  requestDeadlineMs?: number;
  /** A worker process that takes longer to come up is given up, and another tried. */
  startDeadlineMs?: number;
  watchdogIntervalMs?: number;
  /** Fires when the node is about to be closed: workers that end from then on are not replaced, and nobody is told. */
  stopping?: AbortSignal | undefined;
  /** Of two nodes that hold one room, one has to let go of it; left out, this node is the only one. */
  leases?: RoomLeases | undefined;
  log: Logger;
}

type Handlers = {
  [T in MediaRequestType]: (payload: MediaRequestPayload<T>) => Promise<MediaRequestResult<T>>;
};

const createHandlers = (pool: WorkerPool, rooms: RoomRegistry): Handlers => ({
  'media.getStatus': async () => ({
    workers: pool.slots.map((slot) => {
      const counts = rooms.countOn(slot);
      const state = slot.isRunning ? ('running' as const) : ('replacing' as const);
      return { pid: slot.pid ?? 0, port: slot.port, ...counts, state };
    }),
    deadWorkers: pool.deaths,
  }),
  'media.getCapabilities': async () => ({ routerRtpCapabilities: pool.routerRtpCapabilities }),
  'media.prepareTransports': (payload) => rooms.prepare(payload),
  'media.joinRoom': (payload) => rooms.join(payload),
  'media.connectTransport': (payload) =>
    rooms.withRoom(payload.roomId, async (room) => {
      await room.connectTransport(payload);
      return {};
    }),
  'media.produce': (payload) => rooms.withRoom(payload.roomId, (room) => room.produce(payload)),
  'media.getConsumers': ({ roomId, peerId }) =>
    rooms.withRoom(roomId, async (room) => ({ consumers: room.consumersOf(peerId) })),
  'media.restartIce': (payload) => rooms.withRoom(payload.roomId, (room) => room.restartIce(payload)),
  'media.getPeers': async () => ({ peers: rooms.peers }),
  'media.updatePeer': (payload) =>
    rooms.withRoom(payload.roomId, async (room) => {
      await room.updatePeer(payload);
      return {};
    }),
  'media.closePeer': async (payload) => {
    await rooms.closePeer(payload);
    return {};
  },
});

/** Nothing may work in one process that would fail between two: frames are JSON here as they are on a wire. */
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

interface Events {
  listeners: Set<(event: MediaEvent) => void>;
  emit: (event: MediaEvent) => void;
}

const createEvents = (): Events => {
  const listeners: Events['listeners'] = new Set();
  const emit = (event: MediaEvent) => {
    const copy = throughJson(event);
    // After the answer that is being resolved in this turn, and in order.
    setImmediate(() => {
      for (const listener of listeners) listener(copy);
    });
  };
  return { listeners, emit };
};

interface Parts {
  events: Events;
  rooms: RoomRegistry;
  pool: WorkerPool;
  unfollowLeases: (() => void) | undefined;
}

const createPort = ({ events: { listeners }, rooms, pool, unfollowLeases }: Parts): MediaPort => {
  const handlers = createHandlers(pool, rooms);
  let closed = false;
  return {
    request: async (type, payload) => {
      if (closed) throw new AppError('Unavailable', 'The media server is stopping.');
      const parsed = mediaRequests[type].payload.safeParse(throughJson(payload));
      if (!parsed.success) throw toValidationError(parsed.error);
      const handler = handlers[type] as (payload: unknown) => Promise<MediaRequestResult<typeof type>>;
      return throughJson(await handler(parsed.data));
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      listeners.clear();
      unfollowLeases?.();
      try {
        rooms.close();
      } finally {
        await pool.close();
      }
    },
  };
};

/**
 * Starts a media node in this process: worker processes, and the rooms on them. RTP never enters this process.
 * @throws Error where a worker cannot start (no binary, port taken).
 */
export const createMediaNode = async (options: MediaNodeOptions): Promise<MediaPort> => {
  const events = createEvents();
  const { emit } = events;
  const rooms = new RoomRegistry({
    log: options.log,
    emit,
    leastLoaded: (reserve) => pool.leastLoaded(reserve),
    leases: options.leases,
  });
  const emitWorkers = () => {
    const running = pool.slots.filter((slot) => slot.isRunning).length;
    emit({ type: 'media.workersChanged', payload: { running, total: pool.slots.length } });
  };
  const pool: WorkerPool = await createWorkerPool({
    requestDeadlineMs: 1_500,
    startDeadlineMs: 10_000,
    watchdogIntervalMs: 500,
    ...options,
    workerBin: options.workerBin,
    loadOf: (slot) => rooms.loadOf(slot),
    onSlotDied: (slot) => {
      rooms.dropSlot(slot);
      emitWorkers();
    },
    onSlotReplaced: emitWorkers,
  });
  const unfollowLeases = options.leases?.onLost((roomIds) => rooms.dropRooms(roomIds));
  return createPort({ events, rooms, pool, unfollowLeases });
};
