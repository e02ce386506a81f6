import type { EventPayload, MemberRole } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import {
  isBannedFrom,
  type RoomRow,
  roomColumns,
  selectMemberIds,
  takePosition,
  toRoomDetails,
} from '../rooms/index.ts';
import { isBannedSql } from './user-rows.ts';

/** An event of a room's log, to be told once it is committed. */
export type RoomNews =
  | { type: 'room.memberChanged'; payload: EventPayload<'room.memberChanged'> }
  | {
      type: 'room.changed';
      payload: EventPayload<'room.changed'>;
      /** Whose lists of rooms show it. */
      memberIds: string[];
    };

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

interface Heir {
  user_id: string;
  name: string;
  joined_at: Date;
}

/** Where the event stands; the room was locked, and so is there. */
const positionIn = async (tx: Queryable, roomId: string) => {
  const position = await takePosition(tx, roomId);
  if (!position) throw new Error('a room that was locked is gone');
  return { roomId, ...position };
};

/** The moderator who has served longest, else the member. */
const findHeir = async (tx: Queryable, roomId: string): Promise<Heir | 'owned' | undefined> => {
  const [heir] = await tx.query<Heir & { role: MemberRole }>(
    `SELECT m.user_id, u.name, m.joined_at, m.role FROM room_members m JOIN users u ON u.id = m.user_id
     WHERE m.room_id = $1 AND m.role <> 'guest' AND u.deleted_at IS NULL AND NOT ${isBannedSql}
       AND NOT ${isBannedFrom('m.room_id', 'm.user_id')}
     ORDER BY array_position(ARRAY['owner', 'moderator', 'member'], m.role), m.joined_at, m.user_id LIMIT 1`,
    [roomId],
  );
  return heir?.role === 'owner' ? 'owned' : heir;
};

const promote = async (tx: Queryable, roomId: string, heir: Heir): Promise<RoomNews> => {
  const position = await positionIn(tx, roomId);
  await tx.query(`UPDATE room_members SET role = 'owner' WHERE room_id = $1 AND user_id = $2`, [
    roomId,
    heir.user_id,
  ]);
  const payload = {
    ...position,
    ...{ userId: heir.user_id, userName: heir.name },
    ...{ change: 'roleChanged' as const, role: 'owner' as const, joinedAt: heir.joined_at.toISOString() },
  };
  return { type: 'room.memberChanged', payload };
};

/** Nobody is left who could be written to, or could look after it: it is kept to be read. */
const archive = async (tx: Queryable, roomId: string): Promise<RoomNews[]> => {
  const [row] = await tx.query<RoomRow>(
    `UPDATE rooms r SET archived_at = now() WHERE id = $1 AND archived_at IS NULL RETURNING ${roomColumns}`,
    [roomId],
  );
  if (!row) return [];
  const { seq, epoch } = await positionIn(tx, roomId);
  const payload = { seq, epoch, room: toRoomDetails(row) };
  return [{ type: 'room.changed', payload, memberIds: await selectMemberIds(tx, roomId) }];
};

const passOn = async (tx: Queryable, { room_id, role, kind, is_public }: Membership): Promise<RoomNews[]> => {
  if (kind === 'direct') return archive(tx, room_id);
  if (role !== 'owner') return [];
  const heir = await findHeir(tx, room_id);
  if (heir === 'owned') return [];
  if (heir) return [await promote(tx, room_id, heir)];
  // Of a public room that nobody owns, administrators are the owners.
  return is_public ? [] : archive(tx, room_id);
};

const leave = async (tx: Queryable, leaver: Leaver, membership: Membership): Promise<RoomNews[]> => {
  const roomId = membership.room_id;
  const position = await positionIn(tx, roomId);
  await tx.query('DELETE FROM room_members WHERE room_id = $1 AND user_id = $2', [roomId, leaver.userId]);
  const payload = {
    ...{ ...position, ...leaver },
    ...{ change: 'left' as const, role: null, joinedAt: null },
  };
  return [{ type: 'room.memberChanged', payload }, ...(await passOn(tx, membership))];
};

/** Takes somebody out of all their rooms for good; what they owned alone passes on. */
export const leaveRooms = async (tx: Queryable, leaver: Leaver): Promise<RoomNews[]> => {
  const memberships = await tx.query<Membership>(
    `SELECT r.id AS room_id, m.role, r.kind, r.is_public FROM rooms r JOIN room_members m ON m.room_id = r.id
     WHERE m.user_id = $1 ORDER BY r.id FOR UPDATE OF r`,
    [leaver.userId],
  );
  const news: RoomNews[] = [];
  for (const membership of memberships) news.push(...(await leave(tx, leaver, membership)));
  return news;
};
