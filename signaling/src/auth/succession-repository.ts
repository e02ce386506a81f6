import type { EventPayload, MemberRole, RoomDetails } from '@boltorezka/protocol';
import { isLetIn, notifyAccessChange } from '../access/index.ts';
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

/** To be told once it is committed: an event of a room's log, or that something else waits for moderators. */
export type RoomNews =
  | { type: 'room.memberChanged'; payload: EventPayload<'room.memberChanged'> }
  | {
      type: 'room.changed';
      payload: EventPayload<'room.changed'>;
      /** Whose lists of rooms show it. */
      memberIds: string[];
    }
  | {
      type: 'moderation.changed';
      /** Where somebody asks to be let in who is not here any more, or again. */
      roomIds: string[];
      /** Administers the server from now on. */
      administratorId?: string;
    };

/** Where the event stands; the room was locked, and so is there. */
export const positionIn = async (tx: Queryable, roomId: string) => {
  const position = await takePosition(tx, roomId);
  if (!position) throw new Error('a room that was locked is gone');
  return { roomId, ...position };
};

/**
 * Locks all rooms that somebody belongs to, also those that let them in while one of them was waited for.
 * @returns these: what they are in each is read after this, and is so until the transaction ends. Another may let them in by then.
 */
export const lockRoomsOf = async (
  tx: Queryable,
  userId: string,
  kinds: RoomDetails['kind'][],
): Promise<string[]> => {
  const locked = new Set<string>();
  for (;;) {
    const rooms = await tx.query<{ id: string }>(
      `SELECT r.id FROM rooms r JOIN room_members m ON m.room_id = r.id
       WHERE m.user_id = $1 AND r.kind = ANY($2) AND r.id <> ALL($3::uuid[]) ORDER BY r.id FOR NO KEY UPDATE OF r`,
      [userId, kinds, [...locked]],
    );
    if (rooms.length === 0) return [...locked];
    for (const { id } of rooms) locked.add(id);
  }
};

/** Of a row `u`: no day is known on which they may come back. */
const isBannedForGood = '(u.banned_at IS NOT NULL AND u.banned_until IS NULL)';

/** An owner of the room, a member `m`, who is here, or comes back by a known day and finds it as it was. */
const isOwnerStill = `(m.role = 'owner' AND u.deleted_at IS NULL AND NOT ${isBannedForGood}
  AND NOT EXISTS (SELECT FROM room_bans b WHERE b.room_id = m.room_id AND b.user_id = m.user_id AND b.expires_at IS NULL))`;

/** The moderator who has served longest, else the member. */
const findHeir = async (tx: Queryable, roomId: string): Promise<string | 'owned' | undefined> => {
  const [heir] = await tx.query<{ user_id: string; role: MemberRole }>(
    `SELECT m.user_id, m.role FROM room_members m JOIN users u ON u.id = m.user_id
     WHERE m.room_id = $1 AND (${isOwnerStill} OR (m.role IN ('moderator', 'member') AND ${isLetIn('u')}
       AND NOT ${isBannedFrom('m.room_id', 'm.user_id')}))
     ORDER BY array_position(ARRAY['owner', 'moderator', 'member'], m.role), m.joined_at, m.user_id LIMIT 1`,
    [roomId],
  );
  return heir?.role === 'owner' ? 'owned' : heir?.user_id;
};

/**
 * Somebody looks after a room that nobody owns still, and is to be nobody's no more: it is theirs. The caller has locked it.
 * @returns undefined where it has an owner.
 */
export const claim = async (
  tx: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<EventPayload<'room.memberChanged'> | undefined> => {
  const [found] = await tx.query<{ is_owned: boolean; is_member: boolean }>(
    `SELECT EXISTS (SELECT FROM room_members m JOIN users u ON u.id = m.user_id WHERE m.room_id = $1 AND ${isOwnerStill})
       AS is_owned, EXISTS (SELECT FROM room_members WHERE room_id = $1 AND user_id = $2) AS is_member`,
    [roomId, userId],
  );
  if (found?.is_owned) return undefined;
  const claimed = await giveRole(tx, { roomId, userId, role: 'owner' });
  const action = found?.is_member ? 'member.role' : 'member.add';
  await recordAudit(tx, {
    ...{ roomId, actorId: userId, targetUserId: userId, action },
    details: { role: 'owner' },
  });
  return found?.is_member ? claimed : { ...claimed, change: 'joined' };
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
  await notifyAccessChange(tx, { kind: 'voiceClosed', roomId });
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
  const roomIds = await lockRoomsOf(tx, banned.userId, ['room']);
  const rooms = await tx.query<{ id: string; is_public: boolean }>(
    `SELECT r.id, r.is_public FROM rooms r JOIN room_members m ON m.room_id = r.id
     WHERE m.user_id = $1 AND m.role = 'owner' AND r.id = ANY($2) ORDER BY r.id`,
    [banned.userId, roomIds],
  );
  const news: RoomNews[] = [];
  for (const { id: roomId, is_public: isPublic } of rooms)
    news.push(...(await passOnFrom(tx, banned, { roomId, isPublic })));
  return news;
};

/**
 * What became theirs while they were being banned. Whoever lets them in is waited for, or finds them banned; whoever waits for the
 * account from here on may hold what is theirs, so this is the last that a ban does.
 */
export const passOnRestOf = async (tx: Queryable, banned: Banned): Promise<RoomNews[]> => {
  await tx.query('SELECT FROM users WHERE id = $1 FOR UPDATE', [banned.userId]);
  return passOnRoomsOf(tx, banned);
};

/** Owners who were banned for good when that passed nothing on. Each waits once, and until it is done. */
export const createSuccessionRepository = (db: Database) => ({
  waiting: async (): Promise<string[]> => {
    const rows = await db.query<{ user_id: string }>('SELECT user_id FROM banned_owners ORDER BY user_id');
    return rows.map((row) => row.user_id);
  },

  /** Where another process does it, or the ban is lifted meanwhile, nothing is passed on. */
  passOn: (userId: string): Promise<RoomNews[]> =>
    db.transaction(async (tx) => {
      const [owner] = await tx.query<{ actor_id: string | null }>(
        'DELETE FROM banned_owners WHERE user_id = $1 RETURNING actor_id',
        [userId],
      );
      const still = await tx.query(
        `SELECT FROM users u WHERE u.id = $1 AND u.deleted_at IS NULL AND ${isBannedForGood} FOR NO KEY UPDATE`,
        [userId],
      );
      return owner && still.length > 0 ? passOnRoomsOf(tx, { userId, actorId: owner.actor_id }) : [];
    }),
});

export type SuccessionRepository = ReturnType<typeof createSuccessionRepository>;
