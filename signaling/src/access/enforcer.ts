import type { Connection } from '../ws/connection.ts';
import { encodeEvent } from '../ws/frame-encoder.ts';
import type { AccessChange } from './change.ts';
import { AccessNews } from './news.ts';
import { createPeopleChanges } from './people.ts';
import { findOpened, findPeople, findPlaces } from './places.ts';
import type { AccessEnforcerDeps, Occupant, Removal, RoomPlace } from './ports.ts';
import type { Place, Verdict } from './repository.ts';
import { whileUnchanged } from './while-unchanged.ts';

/** How often ends of mutes are looked for, and a review that failed is tried again. */
const sweepIntervalMs = 2_000;

/**
 * Ends, at this process, what somebody may not do any more: sockets of sessions that have ended, places in rooms that are
 * lost, seats in voice. PostgreSQL tells of it; whenever it could not be heard, everybody who is here is looked up again.
 */
export class AccessEnforcer<Seat extends Occupant> {
  readonly #deps: AccessEnforcerDeps<Seat>;
  #mark = 0;
  /** Whom to look up when the database can be asked: everybody, or who is in rooms that were closed. */
  #mustReviewAll = false;
  readonly #closedRooms = new Map<string, RoomPlace>();
  readonly #doubtful = new Map<string, Place>();
  readonly #news: AccessNews;
  readonly #people: ReturnType<typeof createPeopleChanges>;
  #sweepTimer: NodeJS.Timeout | undefined;
  #isSweeping = false;

  constructor(deps: AccessEnforcerDeps<Seat>) {
    this.#deps = deps;
    this.#people = createPeopleChanges(deps);
    this.#news = new AccessNews({
      ...deps,
      onChange: (change) => this.handle(change),
      onRepeated: (change) => this.#handleRepeated(change),
      onMissed: () => {
        deps.bans.handleMissed();
        this.#mark += 1;
        this.#mustReviewAll = true;
        void this.#sweep();
      },
    });
  }

  /** Resolves when the changes are heard; where the database is away, they will be. */
  async open(): Promise<void> {
    this.#sweepTimer = setInterval(() => void this.#sweep(), sweepIntervalMs).unref();
    await this.#news.open();
  }

  close(): void {
    clearInterval(this.#sweepTimer);
    this.#news.close();
  }

  /**
   * Grows with everything that may have been taken from somebody. Whoever asks the database, and lets somebody in after
   * that, asks again where it has grown meanwhile: what came between was acted on before they were there.
   */
  get mark(): number {
    return this.#mark;
  }

  handle(change: AccessChange): void {
    this.#mark += 1;
    // First of all: who is banned is told nothing more, and of what was before them no more either.
    this.#deps.bans.handle(change);
    switch (change.kind) {
      case 'sessionsEnded':
        return this.#endSessions(change);
      case 'roomLost': {
        const { kind: _kind, userId, ...removal } = change;
        return this.#removeFrom(removal, (person) => person.userId === userId);
      }
      case 'roomGone':
        return this.#endRoom(change);
      case 'roomClosed':
        this.#closedRooms.set(change.roomId, change);
        this.#setPublic(change.roomId, false);
        return void this.#sweep();
      case 'roomOpened':
        this.#setPublic(change.roomId, true);
        return this.#deps.onRoomOpened(change);
      case 'banLifted':
        return;
      case 'roomGained':
        return this.#deps.onRoomGained(change);
      case 'voiceMuted':
        return this.#forSeats(change.roomId, (seat) => {
          if (seat.userId === change.userId) this.#deps.muteSeat(seat, change.isMuted);
        });
      case 'voiceClosed':
        return this.#forSeats(change.roomId, (seat) => this.#deps.removeSeat(seat));
      case 'userRenamed':
      case 'userPictured':
        return this.#people.handle(change);
      default:
        change satisfies never;
    }
  }

  /**
   * A room that somebody had lost already: what they were given before that may have come after it, and what they were given
   * since is theirs. So it is looked up.
   */
  #handleRepeated(change: AccessChange): void {
    if (change.kind !== 'roomLost') return;
    this.#deps.bans.handleRepeated(change);
    const { userId, roomId } = change;
    this.#doubtful.set(`${userId} ${roomId}`, { userId, roomId });
    void this.#sweep();
  }

  /** Looks up everybody who is here, and all that they are told of. */
  async reviewAll(): Promise<void> {
    const { hub, repository, seats } = this.#deps;
    const people = [...hub.connections.map(({ identity }) => identity), ...seats()];
    const sessionIds = [...new Set(people.map(({ sessionId }) => sessionId))];
    if (sessionIds.length === 0) return;
    for (const sessionId of await repository.endedSessions(sessionIds)) this.endSession(sessionId);
    const { places, slugs } = findPlaces(this.#deps);
    const verdicts = await this.#judge(places);
    // Who has lost a room is not told of the seats that others lose with it.
    for (const { userId, roomId, loss } of verdicts) if (loss !== null) this.#leaveRoom(userId, roomId);
    for (const verdict of verdicts) this.#apply(verdict, slugs.get(verdict.roomId));
    await this.#giveMissed(verdicts);
  }

  /** What people were given while nothing was heard: names, rooms that opened, and rooms that let them in. */
  async #giveMissed(verdicts: Verdict[]): Promise<void> {
    const { hub, repository, watchedRooms, onRoomOpened, onRoomGained, onMissed } = this.#deps;
    for (const room of findOpened(this.#deps, verdicts)) onRoomOpened(room);
    const userIds = [...new Set(hub.connections.map(({ identity }) => identity.userId))];
    const { names, privatePlaces } = await this.#whileUnchanged(() => repository.belongings(userIds));
    this.#people.review(names);
    const isNew = ({ userId, roomId }: Place) =>
      this.#socketsOf(userId).some((one) => ![...watchedRooms(one)].includes(roomId));
    for (const place of privatePlaces) if (isNew(place)) onRoomGained(place);
    onMissed();
  }

  /** Ends the session's sockets and seats at this process. */
  endSession(sessionId: string): void {
    this.#endSessionsWhere((person) => person.sessionId === sessionId);
  }

  #endSessions(change: Extract<AccessChange, { kind: 'sessionsEnded' }>): void {
    const { userId, sessionIds } = change;
    this.#endSessionsWhere((person) => person.userId === userId && sessionIds.includes(person.sessionId));
  }

  #endSessionsWhere(isMeant: (person: { userId: string; sessionId: string }) => boolean): void {
    const { hub, seats, removeSeat } = this.#deps;
    for (const connection of hub.connections) if (isMeant(connection.identity)) hub.endSessionOf(connection);
    // Also a seat that waits for its person: nobody comes back to it.
    for (const seat of [...seats()]) if (isMeant(seat)) removeSeat(seat);
  }

  /** Who may not have known of the room, or not any more, is not told that there was one. */
  #endRoom({ roomId, roomSlug, wasPublic }: Extract<AccessChange, { kind: 'roomGone' }>): void {
    const inRoom = new Set(
      this.#deps.hub.connections.filter((one) => this.#isTold(one, roomId)).map((one) => one.identity.userId),
    );
    this.#forSeats(roomId, (seat) => this.#deps.removeSeat(seat));
    const removal: Removal = { roomId, roomSlug, reason: 'deleted' };
    const isBanned = this.#deps.bans.keptFrom(roomId);
    this.#removeFrom(removal, ({ userId }) => (wasPublic && !isBanned?.(userId)) || inRoom.has(userId));
  }

  #removeFrom(removal: Removal, isMeant: (person: { userId: string }) => boolean): void {
    const { hub, removeSeat, leaveRoom } = this.#deps;
    this.#forSeats(removal.roomId, (seat) => {
      if (isMeant(seat)) removeSeat(seat);
    });
    const frame = encodeEvent('room.removed', removal);
    for (const connection of hub.connections) {
      if (!isMeant(connection.identity)) continue;
      leaveRoom(connection, removal.roomId);
      connection.send(frame);
    }
  }

  #setPublic(roomId: string, isPublic: boolean): void {
    this.#forSeats(roomId, (seat) => this.#deps.setSeatPublic(seat, isPublic));
  }

  #forSeats(roomId: string, act: (seat: Seat) => void): void {
    for (const seat of [...this.#deps.seats()]) if (seat.roomId === roomId) act(seat);
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
      this.#deps.log.warn({ err: error }, 'who may be here is not known yet');
    } finally {
      this.#isSweeping = false;
    }
  }

  async #reviewOnce(): Promise<void> {
    this.#mustReviewAll = false;
    try {
      await this.reviewAll();
    } catch (error) {
      this.#mustReviewAll = true;
      throw error;
    }
  }

  /** Everybody could see the room, and so everybody is told who may not see it any more. */
  async #reviewClosedRoom(): Promise<void> {
    const [room] = this.#closedRooms.values();
    if (!room) return;
    const { roomId, roomSlug } = room;
    const places = findPeople(this.#deps, roomId).map((userId) => ({ userId, roomId }));
    const verdicts = await this.#judge(places);
    this.#closedRooms.delete(roomId);
    for (const verdict of verdicts) {
      // Who was banned before has lost it already, and was told then.
      if (verdict.loss === 'banned' && this.#deps.bans.keptFrom(roomId)?.(verdict.userId)) continue;
      this.#apply(verdict, roomSlug);
      if (verdict.loss === null && !verdict.isRoomPublic) this.#deps.onRoomGained(verdict);
    }
  }

  async #reviewDoubtful(): Promise<void> {
    const { places, slugs } = findPlaces(this.#deps);
    const asked = [...this.#doubtful.values()];
    const isDoubtful = ({ userId, roomId }: Place) =>
      asked.some((place) => place.userId === userId && place.roomId === roomId);
    const verdicts = await this.#judge(places.filter(isDoubtful));
    for (const { userId, roomId } of asked) this.#doubtful.delete(`${userId} ${roomId}`);
    for (const verdict of verdicts) this.#apply(verdict, slugs.get(verdict.roomId));
  }

  /** Each process lets the seat speak again: the one that speaks for it may be gone. */
  async #endMutes(): Promise<void> {
    const muted = [...this.#deps.seats()].filter(({ mutedByServer }) => mutedByServer);
    for (const verdict of await this.#judge(muted)) {
      if (!verdict.isVoiceMuted) this.#muteSeats(verdict);
    }
  }

  async #judge(places: Place[]): Promise<Verdict[]> {
    return places.length === 0 ? [] : this.#whileUnchanged(() => this.#deps.repository.judge(places));
  }

  #whileUnchanged<T>(ask: () => Promise<T>): Promise<T> {
    return whileUnchanged(() => this.#mark, ask);
  }

  #apply(verdict: Verdict, knownSlug: string | undefined): void {
    const { roomId, userId, loss } = verdict;
    if (loss !== null) {
      const roomSlug = knownSlug ?? verdict.roomSlug;
      if (roomSlug !== undefined)
        return this.#removeFrom({ roomId, roomSlug, reason: loss }, (person) => person.userId === userId);
      // A room that the person only heard of, and that nobody can name any more.
      return this.#leaveRoom(userId, roomId);
    }
    this.#forSeats(roomId, (seat) => {
      if (seat.userId !== userId) return;
      if (!verdict.isVoiceOpen) return this.#deps.removeSeat(seat);
      this.#deps.setSeatPublic(seat, verdict.isRoomPublic);
      this.#deps.muteSeat(seat, verdict.isVoiceMuted);
    });
  }

  #muteSeats({ roomId, userId, isVoiceMuted }: Verdict): void {
    this.#forSeats(roomId, (seat) => {
      if (seat.userId === userId) this.#deps.muteSeat(seat, isVoiceMuted);
    });
  }

  #leaveRoom(userId: string, roomId: string): void {
    for (const connection of this.#socketsOf(userId)) this.#deps.leaveRoom(connection, roomId);
  }

  #isTold(connection: Connection, roomId: string): boolean {
    return connection.rooms.has(roomId) || [...this.#deps.watchedRooms(connection)].includes(roomId);
  }

  #socketsOf(userId: string): Connection[] {
    return this.#deps.hub.connections.filter(({ identity }) => identity.userId === userId);
  }
}
