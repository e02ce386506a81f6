import type { PresenceMessage } from './messages.ts';
import type { Place, Presence } from './presence.ts';

export interface OthersLimits {
  maxProcesses: number;
  maxPlacesPerProcess: number;
}

const defaultLimits: OthersLimits = { maxProcesses: 64, maxPlacesPerProcess: 100_000 };

interface Other {
  /** Of the last change that was heard without a gap; undefined until all has been told once. */
  version: number | undefined;
  heardAtMs: number;
  /** A state of which not all parts have come. */
  parts: { version: number; next: number; places: Place[] } | undefined;
  places: Set<string>;
}

type From<K extends PresenceMessage['kind']> = Extract<PresenceMessage, { kind: K }>;

const toPlace = (entry: From<'state'>['places'][number]): Place => {
  const { roomId, ...member } = entry;
  return { roomId, member };
};

const keyOf = (roomId: string, userId: string): string => `${roomId} ${userId}`;

/** The other processes, as far as they have been heard. What they say is held to limits: Redis is open to more than them. */
export class Others {
  readonly #presence: Presence;
  readonly #limits: OthersLimits;
  readonly #others = new Map<string, Other>();

  constructor(presence: Presence, othersLimits: OthersLimits = defaultLimits) {
    this.#presence = presence;
    this.#limits = othersLimits;
  }

  /** @returns true where something of that process was missed, and must be asked for. */
  hear(message: Exclude<PresenceMessage, { kind: 'wanted' }>, nowMs: number): boolean {
    const other = this.#find(message.from, nowMs);
    if (!other) return false;
    switch (message.kind) {
      case 'alive':
        return other.version !== message.version;
      case 'changes':
        return this.#takeChanges(other, message);
      case 'state':
        this.#takePart(other, message);
        return false;
      default:
        return message satisfies never;
    }
  }

  /**
   * Whoever has not been heard since is gone, and all who were there with it.
   * @returns how many that were.
   */
  forgetSilentSince(momentMs: number): number {
    const before = this.#others.size;
    for (const [processId, { heardAtMs }] of this.#others) {
      if (heardAtMs >= momentMs) continue;
      this.#others.delete(processId);
      this.#presence.replaceElsewhere(processId, []);
    }
    return before - this.#others.size;
  }

  #find(processId: string, nowMs: number): Other | undefined {
    const known = this.#others.get(processId);
    if (!known && this.#others.size >= this.#limits.maxProcesses) return undefined;
    const other = known ?? { version: undefined, heardAtMs: nowMs, parts: undefined, places: new Set() };
    other.heardAtMs = nowMs;
    this.#others.set(processId, other);
    return other;
  }

  #takeChanges(other: Other, { from, version, entered, left }: From<'changes'>): boolean {
    if (other.version === undefined || version !== other.version + 1) return other.version !== version;
    other.version = version;
    for (const entry of entered) {
      const key = keyOf(entry.roomId, entry.userId);
      if (!other.places.has(key) && other.places.size >= this.#limits.maxPlacesPerProcess) continue;
      other.places.add(key);
      this.#presence.enterElsewhere(from, toPlace(entry));
    }
    for (const { roomId, userId } of left) {
      if (other.places.delete(keyOf(roomId, userId))) this.#presence.leaveElsewhere(from, roomId, userId);
    }
    return false;
  }

  /** Nothing of a state counts until its last part is here; one with a part missing is asked for again. */
  #takePart(other: Other, { from, version, part, isLast, places }: From<'state'>): void {
    if (other.version === version) return;
    if (part === 0) other.parts = { version, next: 0, places: [] };
    const { parts } = other;
    if (!parts || parts.version !== version || parts.next !== part) {
      other.parts = undefined;
      return;
    }
    parts.next += 1;
    const room = this.#limits.maxPlacesPerProcess - parts.places.length;
    for (const entry of places.slice(0, room)) parts.places.push(toPlace(entry));
    if (!isLast) return;
    other.parts = undefined;
    other.version = version;
    other.places = new Set(parts.places.map(({ roomId, member }) => keyOf(roomId, member.userId)));
    this.#presence.replaceElsewhere(from, parts.places);
  }
}
