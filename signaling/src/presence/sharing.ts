import type { Bus } from '../platform/bus.ts';
import type { Logger } from '../platform/log.ts';
import { decodeMessage, encodeMessage, maxPlacesPerMessage, type PresenceMessage } from './messages.ts';
import { Others } from './others.ts';
import type { Place, Presence } from './presence.ts';

/** Read by processes; no socket is subscribed to it. */
const topic = 'processes:presence';

const defaultBeatMs = 1_000;

/** Beats of which none was heard; then a process is gone, and its people with it. */
const missedBeats = 4;

export interface PresenceSharingDeps {
  processId: string;
  bus: Bus;
  presence: Presence;
  /** Another process is gone, or cannot be heard. */
  onProcessLost?: () => void;
  log: Logger;
  beatMs?: number;
}

const inParts = <T>(list: T[]): T[][] => {
  const parts: T[][] = [];
  for (let at = 0; at < list.length; at += maxPlacesPerMessage)
    parts.push(list.slice(at, at + maxPlacesPerMessage));
  return parts;
};

const toEntry = ({ roomId, member }: Place) => ({
  roomId,
  userId: member.userId,
  userName: member.userName,
});

/**
 * Tells the other processes who is in which room at this one, and hears it of them. Changes are numbered; whoever misses one
 * sees it by the next number, or by the next beat, and asks for all.
 */
export class PresenceSharing {
  readonly #deps: PresenceSharingDeps;
  readonly #others: Others;
  readonly #beatMs: number;
  #version = 0;
  /** What has changed in this tick, by room and person. */
  #changed = new Map<string, { place: Place; isHere: boolean }>();
  #beat: NodeJS.Timeout | undefined;
  #beatAtMs = 0;
  #isStateWanted = false;
  #stopFollowing: () => void = () => {};

  constructor(deps: PresenceSharingDeps) {
    this.#deps = deps;
    this.#others = new Others(deps.presence);
    this.#beatMs = deps.beatMs ?? defaultBeatMs;
  }

  /** Resolves when this process hears the others; where Redis is away, it will. */
  async open(): Promise<void> {
    const { bus, presence, log } = this.#deps;
    if (!bus.isShared) return;
    presence.followOwn((place, isHere) => this.#noteChange(place, isHere));
    this.#stopFollowing = bus.onRestored(() => this.#introduce());
    this.#beatAtMs = performance.now();
    this.#beat = setInterval(() => this.#handleBeat(), this.#beatMs);
    await bus
      .subscribe(topic, ({ frame }) => this.#hear(frame))
      .catch((error: unknown) => log.warn({ err: error }, 'who is at other processes is not heard yet'));
    this.#introduce();
  }

  /**
   * Says no more: whoever was here is held for present by the others until they are back there, or this process has been
   * silent for too long.
   */
  close(): void {
    clearInterval(this.#beat);
    this.#stopFollowing();
    this.#deps.presence.followOwn(() => {});
    this.#changed.clear();
  }

  #publish(message: PresenceMessage): void {
    this.#deps.bus.publish({ topic, frame: encodeMessage(message) });
  }

  /** To all, after they may have missed anything, or we. */
  #introduce(): void {
    this.#publish({ kind: 'wanted', from: this.#deps.processId });
    this.#tellAllSoon();
  }

  #noteChange(place: Place, isHere: boolean): void {
    if (this.#changed.size === 0) setImmediate(() => this.#tellChanges());
    this.#changed.set(`${place.roomId} ${place.member.userId}`, { place, isHere });
  }

  #tellChanges(): void {
    const changes = [...this.#changed.values()];
    this.#changed.clear();
    for (const part of inParts(changes)) {
      this.#version += 1;
      this.#publish({
        kind: 'changes',
        from: this.#deps.processId,
        version: this.#version,
        entered: part.filter(({ isHere }) => isHere).map(({ place }) => toEntry(place)),
        left: part
          .filter(({ isHere }) => !isHere)
          .map(({ place }) => ({ roomId: place.roomId, userId: place.member.userId })),
      });
    }
  }

  /** However many ask at once, they are told once. */
  #tellAllSoon(): void {
    if (this.#isStateWanted) return;
    this.#isStateWanted = true;
    setImmediate(() => {
      this.#isStateWanted = false;
      this.#tellAll();
    });
  }

  #tellAll(): void {
    // What is told now holds the changes of this tick as well.
    this.#tellChanges();
    const parts = inParts(this.#deps.presence.ownPlaces().map(toEntry));
    for (const [part, places] of (parts.length === 0 ? [[]] : parts).entries()) {
      const isLast = part >= parts.length - 1;
      const { processId: from } = this.#deps;
      this.#publish({ kind: 'state', from, version: this.#version, part, isLast, places });
    }
  }

  #hear(frame: Buffer): void {
    const { processId, log } = this.#deps;
    const message = decodeMessage(frame);
    if (!message) return log.warn('not a word of ours about who is where');
    if (message.from === processId) return;
    if (message.kind === 'wanted') {
      if (message.of === undefined || message.of === processId) this.#tellAllSoon();
      return;
    }
    if (this.#others.hear(message, performance.now()))
      this.#publish({ kind: 'wanted', from: processId, of: message.from });
  }

  #handleBeat(): void {
    const nowMs = performance.now();
    const lateMs = nowMs - this.#beatAtMs - this.#beatMs;
    this.#beatAtMs = nowMs;
    this.#publish({ kind: 'alive', from: this.#deps.processId, version: this.#version });
    // A process that was held up itself has not read yet what the others have said meanwhile.
    if (lateMs >= this.#beatMs) return;
    const lost = this.#others.forgetSilentSince(nowMs - missedBeats * this.#beatMs);
    if (lost > 0) this.#deps.onProcessLost?.();
  }
}
