import type { AccessActs } from './acts.ts';
import type { createPeopleChanges } from './people.ts';
import { findOpened, findPeople, findPlaces } from './places.ts';
import type { AccessEnforcerDeps, Occupant, RoomPlace } from './ports.ts';
import type { Place, Verdict } from './repository.ts';
import { callRoll, placeKey, type Roll } from './roll.ts';
import { whileUnchanged } from './while-unchanged.ts';

/** How often ends of mutes are looked for, and a review that failed is tried again. */
const sweepIntervalMs = 2_000;

export interface AccessReviewDeps<Seat extends Occupant> {
  /** What is asked, and what is done. */
  ports: AccessEnforcerDeps<Seat>;
  acts: AccessActs<Seat>;
  people: Pick<ReturnType<typeof createPeopleChanges>, 'review'>;
  /** Grows with everything that may have been taken from somebody. */
  mark: () => number;
}

/** What the database has found of these places, and who is here now that it has. */
interface Found<Seat> {
  verdicts: Verdict[];
  roll: Roll<Seat>;
}

/** Looks up who may still be here, where that was not told, or could not be heard; until the database has answered. */
export class AccessReview<Seat extends Occupant> {
  readonly #deps: AccessReviewDeps<Seat>;
  /** Whom to look up when the database can be asked: everybody, or who is in rooms that were closed. */
  #mustReviewAll = false;
  readonly #closedRooms = new Map<string, RoomPlace>();
  readonly #doubtful = new Map<string, Place>();
  #sweepTimer: NodeJS.Timeout | undefined;
  #isSweeping = false;

  constructor(deps: AccessReviewDeps<Seat>) {
    this.#deps = deps;
  }

  open(): void {
    this.#sweepTimer = setInterval(() => void this.#sweep(), sweepIntervalMs).unref();
  }

  close(): void {
    clearInterval(this.#sweepTimer);
  }

  /** Everybody who is here, and all that they are told of. */
  askForAll(): void {
    this.#mustReviewAll = true;
    void this.#sweep();
  }

  /** Who is in a room that was closed to the public. */
  askForClosed(room: RoomPlace): void {
    this.#closedRooms.set(room.roomId, room);
    void this.#sweep();
  }

  /** Somebody who has lost a room, and may have been given it since. */
  askForDoubtful({ userId, roomId }: Place): void {
    const place = { userId, roomId };
    this.#doubtful.set(placeKey(place), place);
    void this.#sweep();
  }

  /** What could not be looked up, and what ends by time alone. Never rejects. */
  async #sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    try {
      do {
        if (this.#mustReviewAll) await this.#reviewOnce();
        await this.#reviewClosedRoom();
        await this.#reviewDoubtful();
        await this.#endMutes();
      } while (this.#mustReviewAll || this.#closedRooms.size > 0 || this.#doubtful.size > 0);
    } catch (error) {
      this.#deps.ports.log.warn({ err: error }, 'who may be here is not known yet');
    } finally {
      this.#isSweeping = false;
    }
  }

  async #reviewOnce(): Promise<void> {
    this.#mustReviewAll = false;
    try {
      await this.#reviewAll();
    } catch (error) {
      this.#mustReviewAll = true;
      throw error;
    }
  }

  async #reviewAll(): Promise<void> {
    const { ports, acts } = this.#deps;
    const people = [...ports.hub.connections.map(({ identity }) => identity), ...ports.seats()];
    const sessionIds = [...new Set(people.map(({ sessionId }) => sessionId))];
    if (sessionIds.length === 0) return;
    const ended = new Set(await ports.repository.endedSessions(sessionIds));
    acts.endSessionsWhere(({ sessionId }) => ended.has(sessionId));
    const { places, slugs } = findPlaces(ports);
    const { verdicts, roll } = await this.#judge(places);
    // Who has lost a room is not told of the seats that others lose with it.
    for (const verdict of verdicts) if (verdict.loss !== null) this.#leaveRoom(verdict, roll);
    for (const verdict of verdicts) this.#apply(verdict, roll, slugs.get(verdict.roomId));
    await this.#giveMissed(verdicts);
  }

  /** What people were given while nothing was heard: names, rooms that opened, and rooms that let them in. */
  async #giveMissed(verdicts: Verdict[]): Promise<void> {
    const { ports, people } = this.#deps;
    const { hub, repository, watchedRooms } = ports;
    for (const room of findOpened(ports, verdicts)) ports.onRoomOpened(room);
    const userIds = [...new Set(hub.connections.map(({ identity }) => identity.userId))];
    const { names, privatePlaces } = await this.#whileUnchanged(() => repository.belongings(userIds));
    people.review(names);
    const roll = callRoll(ports);
    const isNew = ({ userId, roomId }: Place) =>
      roll.socketsOf(userId).some((one) => ![...watchedRooms(one)].includes(roomId));
    for (const place of privatePlaces) if (isNew(place)) ports.onRoomGained(place);
    ports.onMissed();
  }

  /** Everybody could see the room, and so everybody is told who may not see it any more. */
  async #reviewClosedRoom(): Promise<void> {
    const { ports } = this.#deps;
    const [room] = this.#closedRooms.values();
    if (!room) return;
    const { roomId, roomSlug } = room;
    const places = findPeople(ports, roomId).map((userId) => ({ userId, roomId }));
    const { verdicts, roll } = await this.#judge(places);
    this.#closedRooms.delete(roomId);
    for (const verdict of verdicts) {
      // Who was banned before has lost it already, and was told then.
      if (verdict.loss === 'banned' && ports.bans.keptFrom(roomId)?.(verdict.userId)) continue;
      this.#apply(verdict, roll, roomSlug);
      if (verdict.loss === null && !verdict.isRoomPublic) ports.onRoomGained(verdict);
    }
  }

  async #reviewDoubtful(): Promise<void> {
    if (this.#doubtful.size === 0) return;
    const { places, slugs } = findPlaces(this.#deps.ports);
    const asked = [...this.#doubtful.keys()];
    const { verdicts, roll } = await this.#judge(
      places.filter((place) => this.#doubtful.has(placeKey(place))),
    );
    for (const key of asked) this.#doubtful.delete(key);
    for (const verdict of verdicts) this.#apply(verdict, roll, slugs.get(verdict.roomId));
  }

  /** Each process lets the seat speak again: the one that speaks for it may be gone. */
  async #endMutes(): Promise<void> {
    const { seats, muteSeat } = this.#deps.ports;
    const muted = [...seats()].filter(({ mutedByServer }) => mutedByServer);
    const { verdicts, roll } = await this.#judge(muted);
    for (const verdict of verdicts) {
      if (!verdict.isVoiceMuted) for (const seat of roll.seatsAt(verdict)) muteSeat(seat, false);
    }
  }

  async #judge(places: Place[]): Promise<Found<Seat>> {
    const { ports } = this.#deps;
    const verdicts =
      places.length === 0 ? [] : await this.#whileUnchanged(() => ports.repository.judge(places));
    return { verdicts, roll: callRoll(ports) };
  }

  #whileUnchanged<T>(ask: () => Promise<T>): Promise<T> {
    return whileUnchanged(this.#deps.mark, ask);
  }

  #apply(verdict: Verdict, roll: Roll<Seat>, knownSlug: string | undefined): void {
    const { ports, acts } = this.#deps;
    const { roomId, userId, loss } = verdict;
    if (loss !== null) {
      const roomSlug = knownSlug ?? verdict.roomSlug;
      // A room that the person only heard of, and that nobody can name any more.
      if (roomSlug === undefined) return this.#leaveRoom(verdict, roll);
      const those = { sockets: roll.socketsOf(userId), seats: roll.seatsAt(verdict) };
      return acts.remove({ roomId, roomSlug, reason: loss }, those);
    }
    for (const seat of roll.seatsAt(verdict)) {
      if (!verdict.isVoiceOpen) ports.removeSeat(seat);
      else {
        ports.setSeatPublic(seat, verdict.isRoomPublic);
        ports.muteSeat(seat, verdict.isVoiceMuted);
      }
    }
  }

  #leaveRoom({ userId, roomId }: Place, roll: Roll<Seat>): void {
    for (const connection of roll.socketsOf(userId)) this.#deps.ports.leaveRoom(connection, roomId);
  }
}
