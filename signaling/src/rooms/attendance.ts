import type { Presence } from '../presence/index.ts';
import type { Connection } from '../ws/connection.ts';
import { topics } from '../ws/context.ts';
import type { Hub } from '../ws/hub.ts';
import { isLeaving } from '../ws/leaving.ts';

export interface AttendanceDeps {
  hub: Hub;
  presence: Presence;
  /** How long whoever lost their socket is still held for present; a person who changes networks does not blink. */
  lostGraceMs?: number;
}

/** Puts sockets into rooms and takes them out. */
export interface Attendance {
  /** Resolves when the room's events reach the socket. The room becomes the one joined last. */
  enter(connection: Connection, room: { id: string; slug: string }): Promise<void>;
  leave(connection: Connection, roomId: string): void;
  /** The socket has ended, with that code. */
  handleEnded(connection: Connection, closeCode: number): void;
  close(): void;
}

const defaultLostGraceMs = 3_000;

export const createAttendance = (deps: AttendanceDeps): Attendance => {
  const { hub, presence, lostGraceMs = defaultLostGraceMs } = deps;
  const waiting = new Set<NodeJS.Timeout>();

  const takeOut = (connection: Connection, roomId: string): boolean => {
    hub.unsubscribe(topics.room(roomId), connection);
    return connection.rooms.delete(roomId);
  };

  const leave = (connection: Connection, roomId: string): void => {
    if (takeOut(connection, roomId)) presence.leave(roomId, connection.identity.userId, connection.id);
  };

  const lose = (connection: Connection): void => {
    const { id, identity } = connection;
    const roomIds = [...connection.rooms.keys()];
    if (roomIds.length === 0) return;
    for (const roomId of roomIds) {
      takeOut(connection, roomId);
      presence.lose(roomId, identity.userId, id);
    }
    const timer = setTimeout(() => {
      waiting.delete(timer);
      for (const roomId of roomIds) presence.giveUp(roomId, identity.userId, id);
    }, lostGraceMs);
    waiting.add(timer);
  };

  return {
    enter: async (connection, room) => {
      const { userId, userName } = connection.identity;
      // Re-inserted, the room is the last in the map's order.
      connection.rooms.delete(room.id);
      connection.rooms.set(room.id, { slug: room.slug });
      await hub.subscribe(topics.room(room.id), connection);
      // Gone, or out again, while waiting: whatever was entered is left.
      if (!connection.isOpen || !connection.rooms.has(room.id))
        return hub.unsubscribe(topics.room(room.id), connection);
      presence.enter(room, { userId, userName }, connection.id);
    },
    leave,
    handleEnded: (connection, closeCode) => {
      if (!isLeaving(closeCode)) return lose(connection);
      for (const roomId of [...connection.rooms.keys()]) leave(connection, roomId);
    },
    close: () => {
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
    },
  };
};
