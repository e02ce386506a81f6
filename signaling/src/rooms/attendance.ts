import type { Presence } from '../presence/index.ts';
import type { Connection } from '../ws/connection.ts';
import { topics } from '../ws/context.ts';
import type { Hub } from '../ws/hub.ts';
import type { Publish } from '../ws/publisher.ts';

export interface AttendanceDeps {
  hub: Hub;
  presence: Presence;
  publish: Publish;
}

/** Puts sockets into rooms and takes them out, and tells the others where that changes who is there. */
export interface Attendance {
  /** Resolves when the room's events reach the socket. The room becomes the one joined last. */
  enter(connection: Connection, room: { id: string; slug: string }): Promise<void>;
  leave(connection: Connection, roomId: string): void;
  leaveAll(connection: Connection): void;
}

export const createAttendance = ({ hub, presence, publish }: AttendanceDeps): Attendance => {
  const leave = (connection: Connection, roomId: string) => {
    const room = connection.rooms.get(roomId);
    if (!room) return;
    connection.rooms.delete(roomId);
    hub.unsubscribe(topics.room(roomId), connection);
    const { userId, userName } = connection.identity;
    if (!presence.leave(roomId, userId, connection.id)) return;
    const payload = { userId, userName, roomSlug: room.slug };
    publish(topics.room(roomId), { type: 'presence.left', payload }, { exceptUserId: userId });
  };
  return {
    enter: async (connection, { id, slug }) => {
      const { userId, userName } = connection.identity;
      // Re-inserted, the room is the last in the map's order.
      connection.rooms.delete(id);
      connection.rooms.set(id, { slug });
      await hub.subscribe(topics.room(id), connection);
      // Gone, or out again, while waiting: whatever was entered is left.
      if (!connection.isOpen || !connection.rooms.has(id))
        return hub.unsubscribe(topics.room(id), connection);
      if (!presence.enter(id, { userId, userName }, connection.id)) return;
      const payload = { userId, userName, roomSlug: slug };
      publish(topics.room(id), { type: 'presence.joined', payload }, { exceptUserId: userId });
    },
    leave,
    leaveAll: (connection) => {
      for (const roomId of [...connection.rooms.keys()]) leave(connection, roomId);
    },
  };
};
