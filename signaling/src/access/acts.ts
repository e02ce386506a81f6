import type { Connection } from '../ws/connection.ts';
import { encodeEvent } from '../ws/frame-encoder.ts';
import type { AccessChange } from './change.ts';
import type { AccessEnforcerDeps, Occupant, Removal } from './ports.ts';

interface Person {
  userId: string;
  sessionId: string;
}

type IsMeant = (person: { userId: string }) => boolean;

/** Whom something is done to. */
interface Those<Seat> {
  sockets: Iterable<Connection>;
  seats: Iterable<Seat>;
}

/** What is done, at this process, to those who may not do something any more. */
export class AccessActs<Seat extends Occupant> {
  readonly #deps: AccessEnforcerDeps<Seat>;

  constructor(deps: AccessEnforcerDeps<Seat>) {
    this.#deps = deps;
  }

  endSessionsWhere(isMeant: (person: Person) => boolean): void {
    const { hub, seats, removeSeat } = this.#deps;
    for (const connection of hub.connections) if (isMeant(connection.identity)) hub.endSessionOf(connection);
    // Also a seat that waits for its person: nobody comes back to it.
    for (const seat of [...seats()]) if (isMeant(seat)) removeSeat(seat);
  }

  /** Who may not have known of the room, or not any more, is not told that there was one. */
  endRoom({ roomId, roomSlug, wasPublic }: Extract<AccessChange, { kind: 'roomGone' }>): void {
    const { hub, bans, removeSeat } = this.#deps;
    const inRoom = new Set(
      hub.connections.filter((one) => this.#isTold(one, roomId)).map((one) => one.identity.userId),
    );
    this.forSeats(roomId, removeSeat);
    const isBanned = bans.keptFrom(roomId);
    this.removeWhere(
      { roomId, roomSlug, reason: 'deleted' },
      ({ userId }) => (wasPublic && !isBanned?.(userId)) || inRoom.has(userId),
    );
  }

  removeWhere(removal: Removal, isMeant: IsMeant): void {
    this.remove(removal, this.#findThose(removal.roomId, isMeant));
  }

  /** Whoever is not there, and is told of nothing there, hears nothing. */
  removeUntold(removal: Removal, isMeant: IsMeant): void {
    const { sockets, seats } = this.#findThose(removal.roomId, isMeant);
    this.remove(removal, { sockets: sockets.filter((one) => this.#isTold(one, removal.roomId)), seats });
  }

  remove(removal: Removal, { sockets, seats }: Those<Seat>): void {
    const { leaveRoom, removeSeat } = this.#deps;
    for (const seat of seats) removeSeat(seat);
    const frame = encodeEvent('room.removed', removal);
    for (const connection of sockets) {
      leaveRoom(connection, removal.roomId);
      connection.send(frame);
    }
  }

  #findThose(roomId: string, isMeant: IsMeant) {
    return {
      sockets: this.#deps.hub.connections.filter(({ identity }) => isMeant(identity)),
      seats: [...this.#deps.seats()].filter((seat) => seat.roomId === roomId && isMeant(seat)),
    };
  }

  setPublic(roomId: string, isPublic: boolean): void {
    this.forSeats(roomId, (seat) => this.#deps.setSeatPublic(seat, isPublic));
  }

  forSeats(roomId: string, act: (seat: Seat) => void): void {
    for (const seat of [...this.#deps.seats()]) if (seat.roomId === roomId) act(seat);
  }

  #isTold(connection: Connection, roomId: string): boolean {
    return connection.rooms.has(roomId) || [...this.#deps.watchedRooms(connection)].includes(roomId);
  }
}
