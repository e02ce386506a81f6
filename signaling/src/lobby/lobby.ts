import type { VoiceRoom } from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import type { Connection } from '../ws/connection.ts';
import { topics } from '../ws/context.ts';
import { encodeEvent, frameText } from '../ws/frame-encoder.ts';
import type { Hub, KeptNews } from '../ws/hub.ts';
import type { Tell } from '../ws/publisher.ts';

/** Somebody who sits in a room's voice. */
export interface Occupant {
  readonly userId: string;
  readonly userName: string;
  readonly roomId: string;
  readonly roomSlug: string;
  readonly isRoomPublic: boolean;
}

export interface LobbyDeps {
  hub: Hub;
  /** To this process's sockets: every process knows all who sit in voice. */
  tell: Tell;
  privateRoomIdsOf: (userId: string) => Promise<string[]>;
  /** Who is banned from a public room is told nothing of it. */
  bans: KeptNews & { learn(userId: string): Promise<void> };
  /** In the order they sat down. */
  occupants: () => Iterable<Occupant>;
  log: Logger;
}

interface Watcher {
  /** The private rooms that this socket is told of. */
  readonly roomIds: Set<string>;
  /** Those that the person has lost since the list of them was last asked for: it may be older, and name them. */
  readonly lostRoomIds: Set<string>;
  /** Settles with the last request; the next one waits for it. */
  turn: Promise<unknown>;
}

const topicOf = ({ roomId, isRoomPublic }: Occupant): string =>
  isRoomPublic ? topics.lobby : topics.lobbyOf(roomId);

/**
 * Who sits in voice where, for sockets that asked and may know it. Public rooms share one topic; a private room has one of
 * its own, so that no event has to be checked against its readers.
 */
export class Lobby {
  readonly #deps: LobbyDeps;
  readonly #watchers = new WeakMap<Connection, Watcher>();

  constructor(deps: LobbyDeps) {
    this.#deps = deps;
  }

  /** Tells the socket from now on, and answers how it stands. The caller holds events back until that is written. */
  watch(connection: Connection): Promise<VoiceRoom[]> {
    const watcher = this.#watchers.get(connection) ?? {
      ...{ roomIds: new Set<string>(), lostRoomIds: new Set<string>() },
      turn: Promise.resolve(),
    };
    this.#watchers.set(connection, watcher);
    const answer = watcher.turn.then(() => this.#watch(connection, watcher));
    watcher.turn = answer.catch(() => undefined);
    return answer;
  }

  tellJoined(occupant: Occupant): void {
    const { roomId, roomSlug, userId, userName } = occupant;
    const payload = { roomId, roomSlug, userId, userName };
    this.#deps.tell(topicOf(occupant), { type: 'lobby.voiceJoined', payload });
  }

  tellLeft(occupant: Occupant): void {
    const { roomId, roomSlug, userId } = occupant;
    const payload = { roomId, roomSlug, userId };
    this.#deps.tell(topicOf(occupant), { type: 'lobby.voiceLeft', payload });
  }

  /**
   * Somebody may enter a private room from now on: their sockets of this process watch it as well, and are told who sits
   * there already.
   */
  admit({ userId, roomId }: { userId: string; roomId: string }): void {
    for (const connection of this.#deps.hub.connections) {
      const watcher = this.#watchers.get(connection);
      if (!watcher || connection.identity.userId !== userId) continue;
      this.#addRoom(connection, watcher, roomId).then(
        () => this.#catchUp(connection, watcher, roomId),
        (error: unknown) => this.#deps.log.warn({ err: error, roomId }, 'a watcher does not see a new room'),
      );
    }
  }

  /** Somebody is not banned any more from a room that everybody may enter: they are told who sits there. */
  readmit({ userId, roomId }: { userId: string; roomId: string }): void {
    for (const connection of this.#deps.hub.connections) {
      if (connection.identity.userId !== userId || !this.#watchers.has(connection)) continue;
      this.#tellSeated(connection, (seat) => seat.roomId === roomId && seat.isRoomPublic);
    }
  }

  /** Everybody may enter the room from now on: who sits there is told to all, and no more to its members apart. */
  open(roomId: string): void {
    for (const connection of this.#deps.hub.connections) this.dismiss(connection, roomId);
    for (const occupant of this.#deps.occupants()) if (occupant.roomId === roomId) this.tellJoined(occupant);
  }

  /** The private rooms that a socket is told of. */
  watchedRooms(connection: Connection): Iterable<string> {
    return this.#watchers.get(connection)?.roomIds ?? [];
  }

  /** The socket's person may enter the room no more. */
  dismiss(connection: Connection, roomId: string): void {
    const watcher = this.#watchers.get(connection);
    watcher?.lostRoomIds.add(roomId);
    if (!watcher?.roomIds.delete(roomId)) return;
    this.#deps.hub.unsubscribe(topics.lobbyOf(roomId), connection);
  }

  /** Subscribed before the rooms and the seats are read: nothing falls between the two. */
  async #watch(connection: Connection, watcher: Watcher): Promise<VoiceRoom[]> {
    if (!connection.isOpen) return [];
    const { hub, privateRoomIdsOf } = this.#deps;
    await hub.subscribe(topics.lobby, connection);
    // Rooms that the person is admitted to while the list is being read may not be in it.
    const before = [...watcher.roomIds];
    watcher.lostRoomIds.clear();
    const found = await privateRoomIdsOf(connection.identity.userId);
    const roomIds = new Set(found.filter((roomId) => !watcher.lostRoomIds.has(roomId)));
    for (const roomId of before.filter((id) => !roomIds.has(id))) {
      watcher.roomIds.delete(roomId);
      hub.unsubscribe(topics.lobbyOf(roomId), connection);
    }
    await Promise.all([...roomIds].map((roomId) => this.#addRoom(connection, watcher, roomId)));
    await this.#deps.bans.learn(connection.identity.userId);
    return this.#snapshotFor(connection, watcher);
  }

  #addRoom(connection: Connection, { roomIds, lostRoomIds }: Watcher, roomId: string): Promise<void> {
    roomIds.add(roomId);
    lostRoomIds.delete(roomId);
    return this.#deps.hub.subscribe(topics.lobbyOf(roomId), connection);
  }

  /** Unless the person has lost the room meanwhile, or everybody may know. */
  #catchUp(connection: Connection, { roomIds }: Watcher, roomId: string): void {
    if (!roomIds.has(roomId)) return;
    this.#tellSeated(connection, (seat) => seat.roomId === roomId && !seat.isRoomPublic);
  }

  #tellSeated(connection: Connection, isMeant: (occupant: Occupant) => boolean): void {
    for (const occupant of this.#deps.occupants()) {
      if (!isMeant(occupant)) continue;
      const { roomId, roomSlug, userId, userName } = occupant;
      const frame = encodeEvent('lobby.voiceJoined', { roomId, roomSlug, userId, userName });
      connection.sendRoomEvent(frameText(frame));
    }
  }

  #snapshotFor({ identity }: Connection, { roomIds }: Watcher): VoiceRoom[] {
    const rooms = new Map<string, VoiceRoom>();
    const mayKnow = ({ roomId, isRoomPublic }: Occupant): boolean =>
      isRoomPublic ? !this.#deps.bans.keptFrom(roomId)?.(identity.userId) : roomIds.has(roomId);
    for (const occupant of this.#deps.occupants()) {
      if (!mayKnow(occupant)) continue;
      const { roomId, roomSlug, userId, userName } = occupant;
      const room = rooms.get(roomId) ?? { roomId, roomSlug, members: [] };
      rooms.set(roomId, room);
      room.members.push({ userId, userName });
    }
    return [...rooms.values()];
  }
}
