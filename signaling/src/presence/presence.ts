import type { Member } from '@boltorezka/protocol';

/** Who is in which room on this process. Per person: the first socket in, the last one out. */
export interface Presence {
  /** @returns true where the person was not in the room before. */
  enter(roomId: string, member: Member, connectionId: string): boolean;
  /** @returns true where that was the person's last socket in the room. */
  leave(roomId: string, userId: string, connectionId: string): boolean;
  /** In the order they came. */
  members(roomId: string): Member[];
}

interface Present {
  member: Member;
  connectionIds: Set<string>;
}

export const createPresence = (): Presence => {
  const rooms = new Map<string, Map<string, Present>>();
  return {
    enter: (roomId, member, connectionId) => {
      const room = rooms.get(roomId) ?? new Map<string, Present>();
      rooms.set(roomId, room);
      const present = room.get(member.userId);
      if (present) {
        present.connectionIds.add(connectionId);
        return false;
      }
      room.set(member.userId, { member, connectionIds: new Set([connectionId]) });
      return true;
    },
    leave: (roomId, userId, connectionId) => {
      const room = rooms.get(roomId);
      const present = room?.get(userId);
      if (!present?.connectionIds.delete(connectionId) || present.connectionIds.size > 0) return false;
      room?.delete(userId);
      if (room?.size === 0) rooms.delete(roomId);
      return true;
    },
    members: (roomId) => [...(rooms.get(roomId)?.values() ?? [])].map(({ member }) => member),
  };
};
