import type { MemberRole } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { archive, lockRoomsOf, passOn, positionIn, type RoomNews } from './succession-repository.ts';

interface Leaver {
  userId: string;
  userName: string;
}

interface Membership {
  room_id: string;
  role: MemberRole;
  kind: 'room' | 'direct';
  is_public: boolean;
}

const leaveBehind = async (tx: Queryable, membership: Membership): Promise<RoomNews[]> => {
  const { room_id: roomId, role, kind, is_public: isPublic } = membership;
  if (kind === 'direct') return archive(tx, roomId);
  return role === 'owner' ? (await passOn(tx, { roomId, isPublic })).news : [];
};

const leave = async (tx: Queryable, leaver: Leaver, membership: Membership): Promise<RoomNews[]> => {
  const roomId = membership.room_id;
  const position = await positionIn(tx, roomId);
  await tx.query('DELETE FROM room_members WHERE room_id = $1 AND user_id = $2', [roomId, leaver.userId]);
  const payload = {
    ...{ ...position, ...leaver },
    ...{ change: 'left' as const, role: null, joinedAt: null },
  };
  return [{ type: 'room.memberChanged', payload }, ...(await leaveBehind(tx, membership))];
};

/** Takes somebody out of all their rooms that are known here for good; what they owned alone passes on. */
export const leaveRooms = async (tx: Queryable, leaver: Leaver): Promise<RoomNews[]> => {
  const roomIds = await lockRoomsOf(tx, leaver.userId, ['room', 'direct']);
  const memberships = await tx.query<Membership>(
    `SELECT r.id AS room_id, m.role, r.kind, r.is_public FROM rooms r JOIN room_members m ON m.room_id = r.id
     WHERE m.user_id = $1 AND r.id = ANY($2) ORDER BY r.id`,
    [leaver.userId, roomIds],
  );
  const news: RoomNews[] = [];
  for (const membership of memberships) news.push(...(await leave(tx, leaver, membership)));
  return news;
};
