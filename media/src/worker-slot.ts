import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { AppError } from '@boltorezka/protocol';
import { createWorker } from 'mediasoup';
import type { Router, WebRtcServer, Worker } from 'mediasoup/types';
import type { Logger } from 'pino';
import { mediaCodecs } from './codecs.ts';
import { toMediaError, WorkerStuckError } from './errors.ts';
import { killProcess } from './kill-process.ts';
import { createListenInfos } from './listen-infos.ts';

export interface WorkerSlotDeps {
  port: number;
  workerBin: string | undefined;
  announcedAddresses: string[];
  requestDeadlineMs: number;
  /** A process that does not come up in this time is given up. */
  startDeadlineMs: number;
  watchdogIntervalMs: number;
  /** The node is about to close: a worker that ends from then on is not replaced, and nobody is told. */
  stopping?: AbortSignal | undefined;
  log: Logger;
  onDied: (slot: WorkerSlot) => void;
  onReplaced: (slot: WorkerSlot) => void;
}

interface Running {
  worker: Worker;
  webRtcServer: WebRtcServer;
}

const respawnDelayMs = (failures: number) => (failures === 0 ? 0 : Math.min(5_000, 100 * 2 ** failures));

/** How long after its deadline an answer may still be read that came in time. */
const ownLagAllowanceMs = 100;

/** How long a worker may take to end by itself. */
const closeDeadlineMs = 1_000;

/** A worker that lived this long was healthy: its death starts the backoff anew. */
const healthyAfterMs = 2_000;

interface Starting {
  created: Promise<Worker>;
  /** Ends the process, whatever it is at. */
  kill: () => void;
}

/**
 * mediasoup closes its workers on SIGINT and SIGTERM by itself; here the owner decides when, after clients have been told.
 * Its listeners are added while `createWorker` is being called, so those that are new then are its own.
 */
const createWorkerWithoutSignals = (workerBin: string | undefined): Starting => {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = signals.map((signal) => new Set(process.listeners(signal)));
  let child: ChildProcess | undefined;
  // mediasoup tells the pid of a worker that runs; one that never does would stay for ever.
  const note = (message: unknown) => {
    child = (message as { process: ChildProcess }).process;
  };
  subscribe('child_process', note);
  const created = createWorker({ logLevel: 'warn', ...(workerBin ? { workerBin } : {}) });
  unsubscribe('child_process', note);
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[index]?.has(listener)) process.removeListener(signal, listener);
    }
  }
  return { created, kill: () => child?.kill('SIGKILL') };
};

/**
 * One worker process and the port it owns. When the process dies, or is killed because it does not answer, another takes
 * its place on the same port; the slot stays.
 */
export class WorkerSlot {
  readonly port: number;
  readonly #deps: WorkerSlotDeps;
  #running: Running | undefined;
  #closed = false;
  #failures = 0;
  #timers = new Set<NodeJS.Timeout>();

  constructor(deps: WorkerSlotDeps) {
    this.#deps = deps;
    this.port = deps.port;
  }

  get pid(): number | undefined {
    return this.#running?.worker.pid;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Starts the process and binds its port. */
  async start(): Promise<void> {
    const worker = await this.#createWorker();
    worker.once('died', (error) => this.#handleDied(worker, error));
    try {
      const listenInfos = createListenInfos(this.port, this.#deps.announcedAddresses);
      const webRtcServer = await this.#withDeadline(worker, worker.createWebRtcServer({ listenInfos }));
      if (this.#closed) return worker.close();
      this.#running = { worker, webRtcServer };
      this.#watch(worker);
      this.#after(healthyAfterMs, () => {
        if (this.#running?.worker === worker) this.#failures = 0;
      });
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  /** @throws AppError `Unavailable` while the worker is being replaced. */
  createRouter(): Promise<Router> {
    return this.request(({ worker }) => worker.createRouter({ mediaCodecs }));
  }

  /** Runs one worker request under the deadline, and translates what mediasoup throws. */
  async request<T>(task: (running: Running) => Promise<T>): Promise<T> {
    const running = this.#running;
    if (!running) throw new AppError('Unavailable', 'The media server is being replaced; join again.');
    try {
      return await this.#withDeadline(running.worker, task(running));
    } catch (error) {
      throw toMediaError(error, this.#deps.log);
    }
  }

  /** Resolves when the process is gone: one that does not end by itself is killed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    const worker = this.#running?.worker;
    this.#running = undefined;
    if (!worker) return;
    const gone = once(worker, 'subprocessclose');
    worker.close();
    const timer = setTimeout(() => killProcess(worker.pid), closeDeadlineMs);
    await gone;
    clearTimeout(timer);
  }

  /** A process that is killed before it is up fails as one that ended by itself. */
  async #createWorker(): Promise<Worker> {
    const { workerBin, startDeadlineMs, log } = this.#deps;
    const { created, kill } = createWorkerWithoutSignals(workerBin);
    const timer = setTimeout(() => {
      log.error({ startDeadlineMs }, 'media worker does not come up; killing it');
      kill();
    }, startDeadlineMs);
    return created.finally(() => clearTimeout(timer));
  }

  async #withDeadline<T>(worker: Worker, answer: Promise<T>): Promise<T> {
    const { promise: missed, reject } = Promise.withResolvers<never>();
    const giveUp = () => {
      this.#deps.log.error({ pid: worker.pid }, 'worker did not answer in time; killing it');
      // Killed by pid: a stopped process answers no request to close, and holds its port until it is gone.
      killProcess(worker.pid);
      reject(new WorkerStuckError(worker.pid));
    };
    // Where this process itself stood still, the answer may lie unread: it gets a turn to be read before anybody is blamed.
    let timer = setTimeout(() => {
      timer = setTimeout(giveUp, ownLagAllowanceMs);
    }, this.#deps.requestDeadlineMs);
    try {
      return await Promise.race([answer, missed]);
    } finally {
      clearTimeout(timer);
    }
  }

  #watch(worker: Worker): void {
    this.#after(this.#deps.watchdogIntervalMs, () => {
      if (this.#running?.worker !== worker) return;
      this.#withDeadline(worker, worker.getResourceUsage()).then(
        () => this.#watch(worker),
        (error: unknown) => this.#giveUp(worker, error),
      );
    });
  }

  /** Whom nothing can be asked of carries nobody, however well the process may be: it is killed, and so replaced. */
  #giveUp(worker: Worker, error: unknown): void {
    if (this.#closed || this.#running?.worker !== worker || error instanceof WorkerStuckError) return;
    this.#deps.log.error({ err: error, pid: worker.pid }, 'worker cannot be asked any more; killing it');
    killProcess(worker.pid);
  }

  #handleDied(worker: Worker, error: Error): void {
    if (this.#closed || this.#running?.worker !== worker) return;
    this.#running = undefined;
    if (this.#deps.stopping?.aborted) return;
    this.#deps.log.error({ err: error, pid: worker.pid, port: this.port }, 'media worker died; replacing it');
    this.#respawn();
    this.#deps.onDied(this);
  }

  #respawn(): void {
    const delayMs = respawnDelayMs(this.#failures);
    this.#failures += 1;
    this.#after(delayMs, () => {
      this.start().then(
        () => {
          this.#deps.log.info({ pid: this.pid, port: this.port }, 'media worker replaced');
          this.#deps.onReplaced(this);
        },
        (error: unknown) => {
          if (this.#closed) return;
          this.#deps.log.error(
            { err: error, port: this.port },
            'media worker could not be replaced; trying again',
          );
          this.#respawn();
        },
      );
    });
  }

  #after(delayMs: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#closed) task();
    }, delayMs);
    this.#timers.add(timer);
  }
}
