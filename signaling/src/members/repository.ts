import type { EventPayload, MemberRole, RoomMember } from '@boltorezka/protocol';
import { isBannedFromServer, isLetIn } from '../access/index.ts';
import type { Page, TimeCursor } from '../http/cursor.ts';
import { toPage, toTimeCursor } from '../http/cursor.ts';
import type { Queryable } from '../platform/db.ts';
import { isBannedFrom } from '../rooms/index.ts';

export type MemberChange = EventPayload<'room.memberChanged'>;

/** How somebody is silenced: absent, not; null, for good. */
const toMutes = (row: { text: boolean | null; voice: boolean | null; mute_expires_at: Date | null }) => {
  const until = row.mute_expires_at?.toISOString() ?? null;
  return { text: row.text ? until : undefined, voice: row.voice ? until : undefined };
};

/** What the room has to do with somebody who is named in a request. */
export interface Target {
  userId: string;
  userName: string;
  /** Null: they do not belong to it, or are banned from it. */
  role: MemberRole | null;
  /** What they are in it once they are not banned from it. */
  lastingRole: MemberRole | null;
  isAdministrator: boolean;
  isBanned: boolean;
  /** By an administrator, from the server: the person comes into no room. */
  isBannedFromServer: boolean;
}

interface TargetRow {
  name: string;
  role: MemberRole | null;
  is_administrator: boolean;
  is_banned: boolean;
  is_banned_from_server: boolean;
}

/** @returns undefined where there is no such person, or not any more. */
export const selectTarget = async (
  tx: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<Target | undefined> => {
  const [row] = await tx.query<TargetRow>(
    `SELECT u.name, m.role, u.is_administrator, ${isBannedFrom('$1', 'u.id')} AS is_banned,
       ${isBannedFromServer('u')} AS is_banned_from_server
     FROM users u
     LEFT JOIN room_members m ON m.room_id = $1 AND m.user_id = u.id
     WHERE u.id = $2 AND u.deleted_at IS NULL`,
    [roomId, userId],
  );
  if (!row) return undefined;
  const { name: userName, role: lastingRole, is_administrator: isAdministrator, is_banned: isBanned } = row;
  const role = isBanned ? null : lastingRole;
  return {
    ...{ userId, userName, role, lastingRole, isAdministrator, isBanned },
    isBannedFromServer: row.is_banned_from_server,
  };
};

/** @returns false where the account is gone, or banned from the server: it may be while somebody lets its person in. */
export const upsertMember = async (
  tx: Queryable,
  { roomId, userId, role }: { roomId: string; userId: string; role: MemberRole },
): Promise<boolean> => {
  // What has become of the account is read once it cannot change any more: a lock alone leaves a query at what it has read before.
  await tx.query('SELECT FROM users WHERE id = $1 FOR KEY SHARE', [userId]);
  const rows = await tx.query(
    `INSERT INTO room_members (room_id, user_id, role)
     SELECT $1, u.id, $3 FROM users u WHERE u.id = $2 AND ${isLetIn('u')}
     ON CONFLICT (room_id, user_id) DO UPDATE SET role = $3 RETURNING 1`,
    [roomId, userId, role],
  );
  return rows.length > 0;
};

/**
 * @returns false where the person does not belong to the room. It needs nothing of their account, as what is written
 * down of it then does; whoever deletes the account has had the room before they take that.
 */
export const updateRole = async (
  tx: Queryable,
  { roomId, userId, role }: { roomId: string; userId: string; role: MemberRole },
): Promise<boolean> => {
  const rows = await tx.query(
    'UPDATE room_members SET role = $3 WHERE room_id = $1 AND user_id = $2 RETURNING 1',
    [roomId, userId, role],
  );
  return rows.length > 0;
};

/** @returns false where the person did not belong to it. */
export const deleteMember = async (
  tx: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<boolean> => {
  const rows = await tx.query('DELETE FROM room_members WHERE room_id = $1 AND user_id = $2 RETURNING 1', [
    roomId,
    userId,
  ]);
  return rows.length > 0;
};

/** One who can: an owner whom the server, or a ban, keeps out looks after nothing. */
export const hasAnotherOwner = async (
  tx: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<boolean> => {
  const rows = await tx.query(
    `SELECT 1 FROM room_members m JOIN users u ON u.id = m.user_id
     WHERE m.room_id = $1 AND m.role = 'owner' AND m.user_id <> $2 AND ${isLetIn('u')}
       AND NOT ${isBannedFrom('m.room_id', 'm.user_id')} LIMIT 1`,
    [roomId, userId],
  );
  return rows.length > 0;
};

interface StateRow {
  last_seq: string;
  epoch: string;
  name: string;
  role: MemberRole | null;
  joined_at: Date | null;
  text: boolean | null;
  voice: boolean | null;
  mute_expires_at: Date | null;
}

/**
 * Takes the room's next position for what has happened to somebody in this transaction.
 * @returns what everybody in the room is told after the commit.
 */
export const takeMemberPosition = async (
  tx: Queryable,
  { roomId, userId, change }: { roomId: string; userId: string; change: MemberChange['change'] },
): Promise<MemberChange> => {
  const [row] = await tx.query<StateRow>(
    `WITH r AS (UPDATE rooms SET last_seq = last_seq + 1 WHERE id = $1 RETURNING last_seq, epoch)
     SELECT r.last_seq, r.epoch, u.name, m.role, m.joined_at, q.text, q.voice, q.expires_at AS mute_expires_at
     FROM r JOIN users u ON u.id = $2
     LEFT JOIN room_members m ON m.room_id = $1 AND m.user_id = $2 AND NOT ${isBannedFrom('$1', '$2')}
     LEFT JOIN room_mutes q ON q.room_id = $1 AND q.user_id = $2 AND (q.expires_at IS NULL OR q.expires_at > now())`,
    [roomId, userId],
  );
  if (!row) throw new Error('a locked room, or its person, is gone');
  const { text, voice } = toMutes(row);
  return {
    seq: Number(row.last_seq),
    epoch: row.epoch,
    roomId,
    userId,
    userName: row.name,
    change,
    role: row.role,
    joinedAt: row.joined_at?.toISOString() ?? null,
    ...(text === undefined ? {} : { textMutedUntil: text }),
    ...(voice === undefined ? {} : { voiceMutedUntil: voice }),
  };
};

interface MemberRow extends Omit<StateRow, 'last_seq' | 'epoch'> {
  user_id: string;
  role: MemberRole;
  joined_at: Date;
  at_us: string;
}

const toRoomMember = (row: MemberRow): RoomMember => {
  const { text, voice } = toMutes(row);
  return {
    user_id: row.user_id,
    user_name: row.name,
    role: row.role,
    joined_at: row.joined_at.toISOString(),
    ...(text === undefined ? {} : { text_muted_until: text }),
    ...(voice === undefined ? {} : { voice_muted_until: voice }),
  };
};

const memberSelect = `SELECT m.user_id, u.name, m.role, m.joined_at, q.text, q.voice, q.expires_at AS mute_expires_at,
  (extract(epoch FROM m.joined_at) * 1000000)::bigint AS at_us
  FROM room_members m JOIN users u ON u.id = m.user_id
  LEFT JOIN room_mutes q ON q.room_id = m.room_id AND q.user_id = m.user_id
    AND (q.expires_at IS NULL OR q.expires_at > now())`;

const isMember = `NOT ${isBannedFrom('m.room_id', 'm.user_id')}`;

/** In the order they came. */
export const selectMembers = async (
  db: Queryable,
  roomId: string,
  { after, limit }: { after: TimeCursor | undefined; limit: number },
): Promise<Page<RoomMember>> => {
  const rows = await db.query<MemberRow>(
    `${memberSelect} WHERE m.room_id = $1 AND ${isMember} AND ($2::bigint IS NULL
       OR (m.joined_at, m.user_id) > (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::uuid))
     ORDER BY m.joined_at, m.user_id LIMIT $4`,
    [roomId, after?.atUs ?? null, after?.id ?? null, limit + 1],
  );
  const page = toPage(rows, limit, (row) => toTimeCursor({ atUs: row.at_us, id: row.user_id }));
  return { ...page, entries: page.entries.map(toRoomMember) };
};

export const selectMember = async (
  tx: Queryable,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<RoomMember | undefined> => {
  const [row] = await tx.query<MemberRow>(
    `${memberSelect} WHERE m.room_id = $1 AND m.user_id = $2 AND ${isMember}`,
    [roomId, userId],
  );
  return row && toRoomMember(row);
};
