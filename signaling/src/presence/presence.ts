import type { Member } from '@boltorezka/protocol';

/** Somebody who is in a room at some process. */
export interface Place {
  roomId: string;
  member: Member;
}

export interface PresenceDeps {
  /** Somebody is in the room who was not, or was and is not: once a person, wherever their sockets are. */
  onChanged: (change: Place & { roomSlug: string; isHere: boolean }) => void;
}

interface Present {
  member: Member;
  connectionIds: Set<string>;
  /** Lost sockets whose person is given a moment to come back. */
  lostIds: Set<string>;
  /** Other processes that have them. */
  processIds: Set<string>;
}

interface PresenceRoom {
  /** Known from the first socket that enters here; before it there is nobody here to be told. */
  slug: string | undefined;
  people: Map<string, Present>;
}

const isAtThisProcess = ({ connectionIds, lostIds }: Present): boolean =>
  connectionIds.size + lostIds.size > 0;

/**
 * Who is in which room, over all processes. Per person: the first socket in anywhere, the last one out. Each process has a
 * view of its own, of its own sockets and of what the others have told.
 */
export class Presence {
  readonly #deps: PresenceDeps;
  readonly #rooms = new Map<string, PresenceRoom>();
  #onOwnChanged: (place: Place, isHere: boolean) => void = () => {};

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
  }

  /** Told of whoever begins or ceases to be in a room at this process; there is one who is told. */
  followOwn(onOwnChanged: (place: Place, isHere: boolean) => void): void {
    this.#onOwnChanged = onOwnChanged;
  }

  enter(room: { id: string; slug: string }, member: Member, connectionId: string): void {
    this.#roomOf(room.id).slug = room.slug;
    this.#change(room.id, member, (present) => {
      present.connectionIds.add(connectionId);
      // They are back.
      present.lostIds.clear();
    });
  }

  leave(roomId: string, userId: string, connectionId: string): void {
    this.#changeKnown(roomId, userId, ({ connectionIds, lostIds }) => {
      // Whoever leaves does not come back with another socket; the socket of an earlier visit is not theirs to end.
      if (connectionIds.delete(connectionId) && connectionIds.size === 0) lostIds.clear();
    });
  }

  /** The socket is gone without a word: its person stays until `giveUp`, or until they are back. */
  lose(roomId: string, userId: string, connectionId: string): void {
    this.#changeKnown(roomId, userId, ({ connectionIds, lostIds }) => {
      if (connectionIds.delete(connectionId)) lostIds.add(connectionId);
    });
  }

  giveUp(roomId: string, userId: string, connectionId: string): void {
    this.#changeKnown(roomId, userId, ({ lostIds }) => lostIds.delete(connectionId));
  }

  enterElsewhere(processId: string, { roomId, member }: Place): void {
    this.#change(roomId, member, ({ processIds }) => processIds.add(processId));
  }

  leaveElsewhere(processId: string, roomId: string, userId: string): void {
    this.#changeKnown(roomId, userId, ({ processIds }) => processIds.delete(processId));
  }

  /** All that another process has; whoever is not among them is not there. */
  replaceElsewhere(processId: string, places: Place[]): void {
    const kept = new Set(places.map(({ roomId, member }) => `${roomId} ${member.userId}`));
    for (const place of places) this.enterElsewhere(processId, place);
    for (const [roomId, { people }] of this.#rooms) {
      for (const [userId, { processIds }] of people) {
        if (processIds.has(processId) && !kept.has(`${roomId} ${userId}`))
          this.leaveElsewhere(processId, roomId, userId);
      }
    }
  }

  rename({ userId, userName }: Member): void {
    for (const { people } of this.#rooms.values()) {
      const present = people.get(userId);
      if (present) present.member = { userId, userName };
    }
  }

  /** In the order they came. */
  members(roomId: string): Member[] {
    return [...(this.#rooms.get(roomId)?.people.values() ?? [])].map(({ member }) => member);
  }

  /** Everybody who is in a room at this process. */
  ownPlaces(): Place[] {
    return [...this.#rooms].flatMap(([roomId, { people }]) =>
      [...people.values()].filter(isAtThisProcess).map(({ member }) => ({ roomId, member })),
    );
  }

  #roomOf(roomId: string): PresenceRoom {
    const room = this.#rooms.get(roomId) ?? { slug: undefined, people: new Map() };
    this.#rooms.set(roomId, room);
    return room;
  }

  #changeKnown(roomId: string, userId: string, change: (present: Present) => void): void {
    const present = this.#rooms.get(roomId)?.people.get(userId);
    if (present) this.#change(roomId, present.member, change);
  }

  #change(roomId: string, member: Member, change: (present: Present) => void): void {
    const room = this.#roomOf(roomId);
    const known = room.people.get(member.userId);
    const present = known ?? { member, connectionIds: new Set(), lostIds: new Set(), processIds: new Set() };
    // The name that they have now.
    present.member = member;
    const wasAtThisProcess = isAtThisProcess(present);
    change(present);
    const isOwn = isAtThisProcess(present);
    const isHere = isOwn || present.processIds.size > 0;
    if (isHere) room.people.set(member.userId, present);
    else room.people.delete(member.userId);
    if (room.people.size === 0) this.#rooms.delete(roomId);
    if (isOwn !== wasAtThisProcess) this.#onOwnChanged({ roomId, member: present.member }, isOwn);
    if (isHere === (known !== undefined) || room.slug === undefined) return;
    this.#deps.onChanged({ roomId, roomSlug: room.slug, member: present.member, isHere });
  }
}
