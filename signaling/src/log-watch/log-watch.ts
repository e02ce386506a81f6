import type { LogPosition } from '../platform/bus.ts';
import type { Logger } from '../platform/log.ts';
import type { TopicWatcher } from '../ws/hub.ts';
import { FollowedLog } from './followed-log.ts';
import type { KnownPosition, LogWatchRepository } from './repository.ts';

export interface LogWatchDeps {
  repository: LogWatchRepository;
  /** The room whose events a topic carries. */
  roomIdOf: (topic: string) => string | undefined;
  /** The room's sockets here may have missed something; there the log stands. */
  onMissed: (position: LogPosition & { roomId: string }) => void;
  log: Logger;
  intervalMs?: number;
  graceMs?: number;
}

const defaultIntervalMs = 3_000;

/** An event is on its way for so long; what has not come by then is missing. */
const defaultGraceMs = 500;

/**
 * Compares how far this process has told its sockets each room's log with where the log stands. An event may be missed: Redis
 * was away, or its process ended between the commit and the telling.
 */
export class LogWatch implements TopicWatcher {
  readonly #deps: LogWatchDeps;
  readonly #logs = new Map<string, FollowedLog>();
  readonly #intervalMs: number;
  readonly #graceMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isChecking = false;
  #isWanted = false;
  #isClosed = false;

  constructor(deps: LogWatchDeps) {
    this.#deps = deps;
    this.#intervalMs = deps.intervalMs ?? defaultIntervalMs;
    this.#graceMs = deps.graceMs ?? defaultGraceMs;
  }

  open(): void {
    this.#schedule(this.#intervalMs);
  }

  /** A question that is under way is not waited for: the database may hang. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  onOpened(topic: string): void {
    const roomId = this.#deps.roomIdOf(topic);
    if (roomId !== undefined) this.#logs.set(roomId, new FollowedLog());
  }

  onClosed(topic: string): void {
    const roomId = this.#deps.roomIdOf(topic);
    if (roomId !== undefined) this.#logs.delete(roomId);
  }

  onPosition(topic: string, position: LogPosition): void {
    const roomId = this.#deps.roomIdOf(topic);
    if (roomId !== undefined) this.#logs.get(roomId)?.handleEvent(position);
  }

  /** Somebody here has a snapshot of the room's log. */
  handleSnapshot(roomId: string, position: LogPosition): void {
    this.#logs.get(roomId)?.handleSnapshot(position);
  }

  /** Looks at once, since events may have been missed. */
  checkNow(): void {
    if (this.#isChecking) this.#isWanted = true;
    else this.#schedule(0);
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), delayMs);
  }

  async #run(): Promise<void> {
    this.#isChecking = true;
    await this.#check();
    this.#isChecking = false;
    this.#schedule(this.#isWanted ? 0 : this.#intervalMs);
    this.#isWanted = false;
  }

  /** Never rejects. */
  async #check(): Promise<void> {
    const { repository, log } = this.#deps;
    if (this.#logs.size === 0) return;
    try {
      const differing = await repository.positionsThatDiffer(this.#known());
      const suspects = differing.filter((found) => this.#isBehind(found));
      if (suspects.length === 0) return;
      await new Promise<void>((resolve) => setTimeout(resolve, this.#graceMs));
      // What has come while this process was busy is read first.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (!this.#isClosed) for (const suspect of suspects) this.#settle(suspect);
    } catch (error) {
      log.warn({ err: error }, 'where the logs of rooms stand is not known');
    }
  }

  #known(): KnownPosition[] {
    return [...this.#logs].map(([roomId, { position }]) => ({ roomId, position }));
  }

  /** False where the event has come meanwhile, or nobody has seen the log yet. */
  #isBehind({ roomId, seq, epoch }: LogPosition & { roomId: string }): boolean {
    const position = this.#logs.get(roomId)?.position;
    return position !== undefined && (position.epoch !== epoch || position.seq < seq);
  }

  #settle(found: LogPosition & { roomId: string }): void {
    if (!this.#isBehind(found)) return;
    this.#logs.get(found.roomId)?.moveTo(found);
    this.#deps.log.info({ roomId: found.roomId }, 'events of a room were missed; its sockets are told');
    this.#deps.onMissed(found);
  }
}
