import type { Logger } from '../platform/log.ts';
import type { AccessChange } from './change.ts';
import type { Place, RoomBan } from './repository.ts';

export interface RoomBansDeps {
  /** Those of these people that hold now. */
  find: (userIds: string[]) => Promise<RoomBan[]>;
  /** Has the person a socket at this process? */
  isHere: (userId: string) => boolean;
  /** A ban was lifted, or is over. */
  onFreed: (freed: Place) => void;
  /** Told late of what they are banned from: what the others were told meanwhile, they were not. */
  onKnownLate: (userId: string) => void;
  log: Logger;
  sweepIntervalMs?: number;
}

interface Person {
  /** By the room; null: for good. */
  bans: Map<string, number | null>;
  /** Let in before it was known what of. */
  isLate: boolean;
  /** Grows with each change: an answer that was asked for before it is old. */
  version: number;
}

const defaultSweepIntervalMs = 1_000;
/** Nobody waits longer for a database that is away. */
const defaultWaitMs = 500;

/**
 * Who of those at this process is banned from which rooms. What all are told of a public room is kept from them: to them it is
 * as if there were none. Of somebody who could not be looked up it is not known, and all such news are kept from them.
 */
export class RoomBans {
  readonly #deps: RoomBansDeps;
  readonly #people = new Map<string, Person>();
  readonly #bannedByRoom = new Map<string, Set<string>>();
  readonly #unknown = new Set<string>();
  /** Whom to look up at the next opportunity. */
  readonly #doubtful = new Set<string>();
  #looking: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: RoomBansDeps) {
    this.#deps = deps;
  }

  open(): void {
    const { sweepIntervalMs = defaultSweepIntervalMs } = this.#deps;
    this.#timer = setInterval(() => this.#sweep(), sweepIntervalMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** From whom news of this room are kept; undefined: from nobody. */
  keptFrom(roomId: string): ((userId: string) => boolean) | undefined {
    const banned = this.#bannedByRoom.get(roomId);
    if (!banned && this.#unknown.size === 0) return undefined;
    return (userId) => this.#unknown.has(userId) || (banned?.has(userId) ?? false);
  }

  /** Somebody is about to be told things here. Resolves when it is known what of, or after so long; never rejects. */
  async learn(userId: string, waitMs = defaultWaitMs): Promise<void> {
    if (!this.#people.has(userId)) {
      this.#people.set(userId, { bans: new Map(), isLate: false, version: 0 });
      this.#unknown.add(userId);
    }
    if (!this.#unknown.has(userId)) return;
    this.#doubtful.add(userId);
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, waitMs).unref();
    });
    await Promise.race([this.#lookUp(), late]);
    const person = this.#people.get(userId);
    if (person && this.#unknown.has(userId)) person.isLate = true;
  }

  handle(change: AccessChange): void {
    if (change.kind === 'roomLost' && change.reason === 'banned') return this.#ban(change);
    if (change.kind === 'banLifted') this.#doubt(change.userId);
  }

  /** What was acted on early may be older than what was heard since. */
  handleRepeated(change: AccessChange): void {
    if (change.kind === 'roomLost' && change.reason === 'banned') this.#doubt(change.userId);
  }

  /** What has changed up to here may not have been heard. */
  handleMissed(): void {
    for (const userId of this.#people.keys()) this.#doubt(userId);
  }

  #ban({ userId, roomId }: Place): void {
    const person = this.#people.get(userId);
    if (!person) return;
    this.#add(person, { userId, roomId, expiresAt: null });
    // Until when is in the database.
    this.#doubt(userId);
  }

  #doubt(userId: string): void {
    const person = this.#people.get(userId);
    if (!person) return;
    person.version += 1;
    this.#doubtful.add(userId);
    void this.#lookUp();
  }

  /** Many come at once after a restart: who comes while somebody is looked up is looked up with all who did. */
  #lookUp(): Promise<void> {
    this.#looking ??= this.#lookUpAll();
    return this.#looking;
  }

  async #lookUpAll(): Promise<void> {
    try {
      // Who comes in this turn is in the first question.
      await Promise.resolve();
      while (this.#doubtful.size > 0) await this.#lookUpDoubtful();
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'who is banned from where is not known yet');
    } finally {
      this.#looking = undefined;
    }
  }

  async #lookUpDoubtful(): Promise<void> {
    const versionOf = (userId: string) => this.#people.get(userId)?.version;
    const asked = [...this.#doubtful].map((userId) => ({ userId, version: versionOf(userId) }));
    const found = await this.#deps.find(asked.map(({ userId }) => userId));
    const bansByUser = Map.groupBy(found, ({ userId }) => userId);
    for (const one of asked) this.#settle(one, bansByUser.get(one.userId) ?? []);
  }

  #settle({ userId, version }: { userId: string; version: number | undefined }, bans: RoomBan[]): void {
    const person = this.#people.get(userId);
    if (!person) return void this.#doubtful.delete(userId);
    if (person.version !== version) return;
    this.#doubtful.delete(userId);
    const before = new Map(person.bans);
    for (const roomId of before.keys()) this.#remove(person, { userId, roomId });
    for (const ban of bans) this.#add(person, ban);
    this.#unknown.delete(userId);
    if (person.isLate) this.#deps.onKnownLate(userId);
    person.isLate = false;
    for (const roomId of before.keys()) if (!person.bans.has(roomId)) this.#deps.onFreed({ userId, roomId });
  }

  #add(person: Person, { userId, roomId, expiresAt }: RoomBan): void {
    person.bans.set(roomId, expiresAt?.getTime() ?? null);
    const banned = this.#bannedByRoom.get(roomId) ?? new Set();
    this.#bannedByRoom.set(roomId, banned.add(userId));
  }

  #remove(person: Person, { userId, roomId }: Place): void {
    person.bans.delete(roomId);
    const banned = this.#bannedByRoom.get(roomId);
    banned?.delete(userId);
    if (banned?.size === 0) this.#bannedByRoom.delete(roomId);
  }

  /** Bans end by time as well; people go. */
  #sweep(): void {
    const now = Date.now();
    for (const [userId, person] of this.#people) {
      if (!this.#deps.isHere(userId)) this.#forget(userId, person);
      else if ([...person.bans.values()].some((end) => end !== null && end <= now)) this.#doubt(userId);
    }
    if (this.#doubtful.size > 0) void this.#lookUp();
  }

  #forget(userId: string, person: Person): void {
    for (const roomId of [...person.bans.keys()]) this.#remove(person, { userId, roomId });
    this.#people.delete(userId);
    this.#unknown.delete(userId);
    this.#doubtful.delete(userId);
  }
}
