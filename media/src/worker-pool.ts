import { EventEmitter, once } from 'node:events';
import { AppError, type RtpCapabilities } from '@boltorezka/protocol';
import type { Logger } from 'pino';
import { WorkerSlot } from './worker-slot.ts';

export interface WorkerPoolOptions {
  workerCount: number;
  /** Worker `i` listens on `firstPort + i`, UDP and TCP. */
  firstPort: number;
  workerBin: string | undefined;
  announcedAddresses: string[];
  requestDeadlineMs: number;
  startDeadlineMs: number;
  watchdogIntervalMs: number;
  stopping?: AbortSignal | undefined;
  log: Logger;
  /** How much a slot carries, what is being opened there included: the least loaded takes the next room. */
  loadOf: (slot: WorkerSlot) => number;
  onSlotDied: (slot: WorkerSlot) => void;
  onSlotReplaced: (slot: WorkerSlot) => void;
}

/** A new worker takes some 50 ms; one that died again and again takes longer, and then people are told. */
const replacementWaitMs = 2_000;

export interface WorkerPool {
  readonly slots: readonly WorkerSlot[];
  readonly deaths: number;
  readonly routerRtpCapabilities: RtpCapabilities;
  /**
   * Waits a moment for a worker that is being replaced.
   * @param reserve is told which it is in the same turn, so that whoever asks next knows of it.
   * @throws AppError `Unavailable` where none comes.
   */
  leastLoaded(reserve: (slot: WorkerSlot) => void): Promise<WorkerSlot>;
  /** Resolves when every process is gone. */
  close(): Promise<void>;
}

/** Starts the workers; fails as a whole, with nothing left running, where one of them cannot start. */
export const createWorkerPool = async (options: WorkerPoolOptions): Promise<WorkerPool> => {
  let deaths = 0;
  const onDied = (slot: WorkerSlot) => {
    deaths += 1;
    options.onSlotDied(slot);
  };
  const replaced = new EventEmitter();
  const onReplaced = (slot: WorkerSlot) => {
    replaced.emit('slot');
    options.onSlotReplaced(slot);
  };
  const slots = Array.from(
    { length: options.workerCount },
    (_, index) =>
      new WorkerSlot({
        ...options,
        port: options.firstPort + index,
        onDied,
        onReplaced,
      }),
  );
  const close = async () => {
    await Promise.all(slots.map((slot) => slot.close()));
  };
  try {
    await Promise.all(slots.map((slot) => slot.start()));
    return {
      slots,
      get deaths() {
        return deaths;
      },
      routerRtpCapabilities: await readCapabilities(slots),
      leastLoaded: async (reserve) => {
        if (!slots.some((slot) => slot.isRunning)) await waitForReplacement(replaced);
        const slot = leastLoaded(slots, options.loadOf);
        reserve(slot);
        return slot;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** Every router has the same codecs, so one that lives for a moment tells what all of them can. */
const readCapabilities = async (slots: WorkerSlot[]): Promise<RtpCapabilities> => {
  const first = slots[0];
  if (!first) throw new Error('MEDIA_WORKERS must be at least 1');
  const router = await first.createRouter();
  const capabilities = structuredClone(router.rtpCapabilities) as RtpCapabilities;
  router.close();
  return capabilities;
};

/** Resolves when a worker has been replaced, or when that takes too long. */
const waitForReplacement = async (replaced: EventEmitter): Promise<void> => {
  const tooLong = AbortSignal.timeout(replacementWaitMs);
  await once(replaced, 'slot', { signal: tooLong }).catch(() => {});
};

const leastLoaded = (slots: WorkerSlot[], loadOf: (slot: WorkerSlot) => number): WorkerSlot => {
  const running = slots.filter((slot) => slot.isRunning).map((slot) => ({ slot, load: loadOf(slot) }));
  const best = running.sort((a, b) => a.load - b.load)[0]?.slot;
  if (!best) throw new AppError('Unavailable', 'No media worker is running; try again in a moment.');
  return best;
};
