import type { EventPayload } from '@boltorezka/protocol';
import type { Database } from '../platform/db.ts';
import type { Logger } from '../platform/log.ts';
import type { Connection } from '../ws/connection.ts';
import { encodeEvent } from '../ws/frame-encoder.ts';
import type { Hub } from '../ws/hub.ts';
import { type AccessChange, accessChannel, parseAccessChange } from './change.ts';
import type { AccessRepository } from './repository.ts';

type Removal = EventPayload<'room.removed'>;

/** Somebody who sits in voice, here or at another process. */
export interface Occupant {
  readonly userId: string;
  readonly sessionId: string;
  readonly roomId: string;
  readonly roomSlug: string;
}

export interface AccessEnforcerDeps<Seat extends Occupant> {
  db: Pick<Database, 'listen'>;
  repository: AccessRepository;
  hub: Hub;
  seats: () => Iterable<Seat>;
  /** Gives the seat up, and its media with it; twice does no harm. */
  removeSeat: (seat: Seat) => void;
  /** Has the media node let nothing of the seat through, or again. */
  muteSeat: (seat: Seat, isMuted: boolean) => void;
  /** Takes the socket out of the room, where it is in it, and out of what it is told of it. */
  leaveRoom: (connection: Connection, roomId: string) => void;
  /** Somebody may enter a room from now on. */
  onRoomGained: (gain: { userId: string; roomId: string }) => void;
  onRenamed: (person: { userId: string; userName: string }) => void;
  log: Logger;
}

/**
 * Ends, at this process, what somebody may not do any more: sockets of sessions that have ended, places in rooms that are
 * lost, seats in voice. PostgreSQL tells of it; whenever it could not be heard, everybody who is here is looked up again.
 */
export class AccessEnforcer<Seat extends Occupant> {
  readonly #deps: AccessEnforcerDeps<Seat>;

  constructor(deps: AccessEnforcerDeps<Seat>) {
    this.#deps = deps;
  }

  /** Resolves when the changes are heard; where the database is away, they will be. */
  async open(): Promise<void> {
    await this.#deps.db.listen(accessChannel, {
      onNotified: (payload) => {
        const change = parseAccessChange(payload);
        if (change) this.handle(change);
        else this.#deps.log.warn('not a change of access of ours');
      },
      onOpened: () => {
        this.reviewAll().catch((error: unknown) =>
          this.#deps.log.warn({ err: error }, 'who may be here is not known yet'),
        );
      },
    });
  }

  handle(change: AccessChange): void {
    switch (change.kind) {
      case 'sessionsEnded':
        return this.#endSessions(change);
      case 'roomLost': {
        const { kind: _kind, userId, ...removal } = change;
        return this.#removeFrom(removal, (person) => person.userId === userId);
      }
      case 'roomGone': {
        const { roomId, roomSlug } = change;
        return this.#removeFrom({ roomId, roomSlug, reason: 'deleted' }, () => true);
      }
      case 'roomClosed':
        return this.#reviewLater();
      case 'roomGained':
        return this.#deps.onRoomGained(change);
      case 'voiceMuted':
        return this.#muteVoice(change);
      case 'userRenamed':
        for (const connection of this.#socketsOf(change.userId))
          connection.identity.userName = change.userName;
        return this.#deps.onRenamed(change);
      default:
        change satisfies never;
    }
  }

  /** Looks up everybody who is here. */
  async reviewAll(): Promise<void> {
    const { hub, repository, seats } = this.#deps;
    const people = [...hub.connections.map(({ identity }) => identity), ...seats()];
    const sessionIds = [...new Set(people.map(({ sessionId }) => sessionId))];
    if (sessionIds.length === 0) return;
    for (const sessionId of await repository.endedSessions(sessionIds)) this.endSession(sessionId);
    await this.#reviewRooms();
  }

  /** Ends the session's sockets and seats at this process. */
  endSession(sessionId: string): void {
    this.#endSessionsWhere((person) => person.sessionId === sessionId);
  }

  #endSessions(change: Extract<AccessChange, { kind: 'sessionsEnded' }>): void {
    const { userId, sessionIds, exceptSessionId } = change;
    this.#endSessionsWhere(
      (person) =>
        person.userId === userId &&
        person.sessionId !== exceptSessionId &&
        (sessionIds === undefined || sessionIds.includes(person.sessionId)),
    );
  }

  #endSessionsWhere(isMeant: (person: { userId: string; sessionId: string }) => boolean): void {
    const { hub, seats, removeSeat } = this.#deps;
    for (const connection of hub.connections) if (isMeant(connection.identity)) hub.endSessionOf(connection);
    // Also a seat that waits for its person: nobody comes back to it.
    for (const seat of [...seats()]) if (isMeant(seat)) removeSeat(seat);
  }

  #removeFrom(removal: Removal, isMeant: (person: { userId: string }) => boolean): void {
    const { hub, seats, removeSeat, leaveRoom } = this.#deps;
    for (const seat of [...seats()]) if (seat.roomId === removal.roomId && isMeant(seat)) removeSeat(seat);
    const frame = encodeEvent('room.removed', removal);
    for (const connection of hub.connections) {
      if (!isMeant(connection.identity)) continue;
      leaveRoom(connection, removal.roomId);
      connection.send(frame);
    }
  }

  #muteVoice({ userId, roomId, isMuted }: Extract<AccessChange, { kind: 'voiceMuted' }>): void {
    for (const seat of [...this.#deps.seats()]) {
      if (seat.userId === userId && seat.roomId === roomId) this.#deps.muteSeat(seat, isMuted);
    }
  }

  #reviewLater(): void {
    this.#reviewRooms().catch((error: unknown) =>
      this.#deps.log.warn({ err: error }, 'who may be in which room is not known yet'),
    );
  }

  async #reviewRooms(): Promise<void> {
    const { hub, seats, repository } = this.#deps;
    const slugs = new Map<string, string>();
    const places = new Map<string, { userId: string; roomId: string }>();
    const add = (userId: string, roomId: string, slug: string) => {
      slugs.set(roomId, slug);
      places.set(`${userId} ${roomId}`, { userId, roomId });
    };
    for (const { identity, rooms } of hub.connections) {
      for (const [roomId, { slug }] of rooms) add(identity.userId, roomId, slug);
    }
    for (const { userId, roomId, roomSlug } of seats()) add(userId, roomId, roomSlug);
    if (places.size === 0) return;
    for (const { userId, roomId } of await repository.strangers([...places.values()])) {
      const removal = { roomId, roomSlug: slugs.get(roomId) ?? '', reason: 'closed' as const };
      this.#removeFrom(removal, (person) => person.userId === userId);
    }
  }

  #socketsOf(userId: string): Connection[] {
    return this.#deps.hub.connections.filter(({ identity }) => identity.userId === userId);
  }
}
