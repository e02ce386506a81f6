import type { EventPayload, MemberRole } from '@boltorezka/protocol';
import { recordAudit } from '../audit/index.ts';
import { giveRole } from '../members/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
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

/** Where the event stands; the room was locked, and so is there. */
export const positionIn = async (tx: Queryable, roomId: string) => {
  const position = await takePosition(tx, roomId);
  if (!position) throw new Error('a room that was locked is gone');
  return { roomId, ...position };
};

/** The moderator who has served longest, else the member. */
const findHeir = async (tx: Queryable, roomId: string): Promise<string | 'owned' | undefined> => {
  const [heir] = await tx.query<{ user_id: string; role: MemberRole }>(
    `SELECT m.user_id, m.role FROM room_members m JOIN users u ON u.id = m.user_id
     WHERE m.room_id = $1 AND m.role <> 'guest' AND u.deleted_at IS NULL AND NOT ${isBannedSql}
       AND NOT ${isBannedFrom('m.room_id', 'm.user_id')}
     ORDER BY array_position(ARRAY['owner', 'moderator', 'member'], m.role), m.joined_at, m.user_id LIMIT 1`,
    [roomId],
  );
  return heir?.role === 'owner' ? 'owned' : heir?.user_id;
};

const give = async (
  tx: Queryable,
  given: { roomId: string; userId: string; role: MemberRole },
): Promise<RoomNews> => ({ type: 'room.memberChanged', payload: await giveRole(tx, given) });

/** Nobody is left who could be written to, or could look after it: it is kept to be read. */
export const archive = async (tx: Queryable, roomId: string): Promise<RoomNews[]> => {
  const [row] = await tx.query<RoomRow>(
    `UPDATE rooms r SET archived_at = now() WHERE id = $1 AND archived_at IS NULL RETURNING ${roomColumns}`,
    [roomId],
  );
  if (!row) return [];
  const { seq, epoch } = await positionIn(tx, roomId);
  const payload = { seq, epoch, room: toRoomDetails(row) };
  return [{ type: 'room.changed', payload, memberIds: await selectMemberIds(tx, roomId) }];
};

interface OwnedRoom {
  roomId: string;
  isPublic: boolean;
}

/** The room's owner is out of it, for good. @returns also who owns it now; undefined where that has not changed. */
export const passOn = async (
  tx: Queryable,
  { roomId, isPublic }: OwnedRoom,
): Promise<{ news: RoomNews[]; heirId?: string }> => {
  const heirId = await findHeir(tx, roomId);
  if (heirId === 'owned') return { news: [] };
  if (heirId !== undefined)
    return { news: [await give(tx, { roomId, userId: heirId, role: 'owner' })], heirId };
  // Of a public room that nobody owns, administrators are the owners.
  return { news: isPublic ? [] : await archive(tx, roomId) };
};

/** Who is kept out of the server, and by whom: null where that is not known any more. */
interface Banned {
  userId: string;
  actorId: string | null;
}

const passOnFrom = async (tx: Queryable, { userId, actorId }: Banned, room: OwnedRoom) => {
  const { roomId } = room;
  const { news, heirId } = await passOn(tx, room);
  if (heirId === undefined) {
    if (news.length > 0)
      await recordAudit(tx, { roomId, actorId, action: 'room.update', details: { archived: true } });
    return news;
  }
  for (const [targetUserId, role] of [
    [heirId, 'owner'],
    [userId, 'member'],
  ])
    await recordAudit(tx, { roomId, actorId, targetUserId, action: 'member.role', details: { role } });
  return [...news, await give(tx, { roomId, userId, role: 'member' })];
};

/**
 * Passes on what somebody owned alone whom the server keeps out for good, as if they had left it. They stay members: should they
 * be let in again, whoever has the room by then keeps it. Where nobody could have it, they are its owner still.
 */
export const passOnRoomsOf = async (tx: Queryable, banned: Banned): Promise<RoomNews[]> => {
  const rooms = await tx.query<{ id: string; is_public: boolean }>(
    `SELECT r.id, r.is_public FROM rooms r JOIN room_members m ON m.room_id = r.id
     WHERE m.user_id = $1 AND m.role = 'owner' AND r.kind = 'room' ORDER BY r.id FOR NO KEY UPDATE OF r`,
    [banned.userId],
  );
  const news: RoomNews[] = [];
  for (const { id: roomId, is_public: isPublic } of rooms)
    news.push(...(await passOnFrom(tx, banned, { roomId, isPublic })));
  return news;
};

const isBannedForGood = 'u.banned_at IS NOT NULL AND u.banned_until IS NULL AND u.deleted_at IS NULL';

const selectBannedOwners = async (db: Queryable): Promise<Banned[]> => {
  const rows = await db.query<{ id: string; actor_id: string | null }>(
    `SELECT u.id, (SELECT a.actor_id FROM audit_log a WHERE a.target_user_id = u.id AND a.action = 'user.ban'
       ORDER BY a.id DESC LIMIT 1) AS actor_id
     FROM users u WHERE ${isBannedForGood} AND EXISTS (SELECT FROM room_members m JOIN rooms r ON r.id = m.room_id
       WHERE m.user_id = u.id AND m.role = 'owner' AND r.kind = 'room') ORDER BY u.id`,
  );
  return rows.map(({ id, actor_id }) => ({ userId: id, actorId: actor_id }));
};

/** Passes on what those own alone who were banned for good when that passed nothing on. Done again, it changes nothing. */
export const passOnRoomsOfBanned = async (db: Database): Promise<RoomNews[]> => {
  const news: RoomNews[] = [];
  for (const banned of await selectBannedOwners(db))
    await db.transaction(async (tx) => {
      // Another process may be starting as well, and an administrator may lift the ban meanwhile.
      const still = await tx.query(
        `SELECT FROM users u WHERE u.id = $1 AND ${isBannedForGood} FOR NO KEY UPDATE`,
        [banned.userId],
      );
      if (still.length > 0) news.push(...(await passOnRoomsOf(tx, banned)));
    });
  return news;
};
