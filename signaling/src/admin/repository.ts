import type { AdminUser, RegistrationMode, ServerBan } from '@boltorezka/protocol';
import { recordAudit } from '../audit/index.ts';
import {
  isLastAdministrator,
  passOnRestOf,
  passOnRoomsOf,
  type RoomNews,
  revokeSessions,
  selectRegistrationMode,
  updateRegistrationMode,
} from '../auth/index.ts';
import { parseTimeCursor, toPage, toTimeCursor } from '../http/cursor.ts';
import { selectAskedRoomIds } from '../members/index.ts';
import type { Database, Queryable } from '../platform/db.ts';

interface AdminUserRow {
  id: string;
  email: string;
  name: string;
  created_at: Date;
  created_at_us: string;
  is_administrator: boolean;
  last_seen_at: Date | null;
  banned_at: Date | null;
  banned_until: Date | null;
  ban_reason: string | null;
}

const toBan = ({ banned_at, banned_until, ban_reason }: AdminUserRow): ServerBan | null => {
  if (!banned_at || (banned_until && banned_until.getTime() <= Date.now())) return null;
  return {
    reason: ban_reason ?? '',
    created_at: banned_at.toISOString(),
    expires_at: banned_until?.toISOString() ?? null,
  };
};

const toAdminUser = (row: AdminUserRow): AdminUser => ({
  id: row.id,
  email: row.email,
  name: row.name,
  created_at: row.created_at.toISOString(),
  is_administrator: row.is_administrator,
  last_seen_at: row.last_seen_at?.toISOString() ?? null,
  ban: toBan(row),
});

const selectUser = `SELECT u.id, u.email, u.name, u.created_at, u.is_administrator, u.banned_at, u.banned_until,
  u.ban_reason, (extract(epoch FROM u.created_at) * 1000000)::bigint AS created_at_us,
  (SELECT max(s.last_used_at) FROM sessions s WHERE s.user_id = u.id) AS last_seen_at
  FROM users u`;

export interface UserPage {
  query: string;
  cursor: string | undefined;
  limit: number;
}

/** What LIKE takes for more than itself is taken for itself. */
const toPattern = (query: string): string => `%${query.trim().replace(/[\\%_]/g, '\\$&')}%`;

const findUsers = async (db: Queryable, { query, cursor, limit }: UserPage) => {
  const before = parseTimeCursor(cursor);
  // Times are compared as PostgreSQL keeps them, to the microsecond.
  const rows = await db.query<AdminUserRow>(
    `${selectUser} WHERE u.deleted_at IS NULL AND (u.name ILIKE $1 OR u.email ILIKE $1) AND ($2::bigint IS NULL
       OR ((extract(epoch FROM u.created_at) * 1000000)::bigint, u.id) < ($2::bigint, $3::uuid))
     ORDER BY u.created_at DESC, u.id DESC LIMIT $4`,
    [toPattern(query), before?.atUs ?? null, before?.id ?? null, limit + 1],
  );
  const { entries, nextCursor } = toPage(rows, limit, ({ created_at_us, id }) =>
    toTimeCursor({ atUs: created_at_us, id }),
  );
  return { users: entries.map(toAdminUser), next_cursor: nextCursor };
};

export interface UserChange {
  actorId: string;
  userId: string;
  isAdministrator: boolean | undefined;
  ban: { reason: string; expiresAt: Date | null } | null | undefined;
}

export type UserChangeRefusal = 'last-administrator' | 'gone';

/** What only an administrator could give is given no more, also where they become one again. */
const revokeInvitationsOfAdministrator = async (tx: Queryable, userId: string): Promise<void> => {
  await tx.query(
    `UPDATE invitations i SET revoked_at = now() WHERE i.created_by = $1 AND i.revoked_at IS NULL
       AND (i.room_id IS NULL OR (i.role = 'moderator' AND NOT EXISTS (SELECT FROM room_members m
         WHERE m.room_id = i.room_id AND m.user_id = $1 AND m.role = 'owner')))`,
    [userId],
  );
};

const setAdministrator = async (tx: Queryable, change: UserChange): Promise<RoomNews[]> => {
  const { actorId, userId, isAdministrator } = change;
  const changed = await tx.query(
    'UPDATE users SET is_administrator = $2 WHERE id = $1 AND is_administrator <> $2 RETURNING id',
    [userId, isAdministrator],
  );
  if (changed.length === 0) return [];
  if (!isAdministrator) await revokeInvitationsOfAdministrator(tx, userId);
  const action = isAdministrator ? 'user.makeAdministrator' : 'user.removeAdministrator';
  await recordAudit(tx, { actorId, action, targetUserId: userId, details: {} });
  const given = isAdministrator ? { administratorId: userId } : {};
  return [{ type: 'moderation.changed', roomIds: [], ...given }];
};

/** Who waits for moderators is not counted while the server keeps them out. */
const askedNews = async (tx: Queryable, userId: string): Promise<RoomNews> => ({
  type: 'moderation.changed',
  roomIds: await selectAskedRoomIds(tx, [userId]),
});

/** One who is kept out for good passes on what they own alone; whoever comes back by a known day finds it as it was. */
const ban = async (tx: Queryable, { actorId, userId, ban: wanted }: UserChange): Promise<RoomNews[]> => {
  await tx.query('UPDATE users SET banned_at = now(), banned_until = $2, ban_reason = $3 WHERE id = $1', [
    userId,
    wanted?.expiresAt ?? null,
    wanted?.reason ?? '',
  ]);
  // Rooms are locked before what belongs to them, as by those who come by an invitation.
  const news = wanted?.expiresAt ? [] : await passOnRoomsOf(tx, { userId, actorId });
  await revokeSessions(tx, { userId });
  // What they made would let them, or others of theirs, in again.
  await tx.query('UPDATE invitations SET revoked_at = now() WHERE created_by = $1 AND revoked_at IS NULL', [
    userId,
  ]);
  const details = { reason: wanted?.reason ?? '', expiresAt: wanted?.expiresAt?.toISOString() ?? null };
  await recordAudit(tx, { actorId, action: 'user.ban', targetUserId: userId, details });
  if (!wanted?.expiresAt) news.push(...(await passOnRestOf(tx, { userId, actorId })));
  return [...news, await askedNews(tx, userId)];
};

const liftBan = async (tx: Queryable, { actorId, userId }: UserChange): Promise<RoomNews[]> => {
  const lifted = await tx.query(
    `UPDATE users SET banned_at = NULL, banned_until = NULL, ban_reason = NULL
     WHERE id = $1 AND banned_at IS NOT NULL RETURNING id`,
    [userId],
  );
  if (lifted.length === 0) return [];
  await recordAudit(tx, { actorId, action: 'user.unban', targetUserId: userId, details: {} });
  return [await askedNews(tx, userId)];
};

/** What became of somebody, and what is to be told in their rooms. */
export interface ChangedUser {
  user: AdminUser;
  news: RoomNews[];
}

const updateUser = async (tx: Queryable, change: UserChange): Promise<ChangedUser | UserChangeRefusal> => {
  const { userId, isAdministrator } = change;
  const isLast = await isLastAdministrator(tx, userId);
  if (isLast && (isAdministrator === false || change.ban)) return 'last-administrator';
  const known = await tx.query('SELECT 1 FROM users WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE', [
    userId,
  ]);
  if (known.length === 0) return 'gone';
  const news = change.ban ? await ban(tx, change) : [];
  if (isAdministrator !== undefined) news.push(...(await setAdministrator(tx, change)));
  if (change.ban === null) news.push(...(await liftBan(tx, change)));
  const [row] = await tx.query<AdminUserRow>(`${selectUser} WHERE u.id = $1`, [userId]);
  return row ? { user: toAdminUser(row), news } : 'gone';
};

export interface NewReset {
  actorId: string;
  userId: string;
  codeHash: Buffer;
  expiresAt: Date;
}

const insertReset = async (tx: Queryable, reset: NewReset): Promise<boolean> => {
  const { actorId, userId, codeHash, expiresAt } = reset;
  const known = await tx.query('SELECT 1 FROM users WHERE id = $1 AND deleted_at IS NULL FOR SHARE', [
    userId,
  ]);
  if (known.length === 0) return false;
  await tx.query('DELETE FROM password_resets WHERE user_id = $1', [userId]);
  await tx.query(
    'INSERT INTO password_resets (code_hash, user_id, created_by, expires_at) VALUES ($1, $2, $3, $4)',
    [codeHash, userId, actorId, expiresAt],
  );
  await recordAudit(tx, { actorId, action: 'user.resetPassword', targetUserId: userId, details: {} });
  return true;
};

export const createAdminRepository = (db: Database, initialMode: RegistrationMode) => ({
  registration: (): Promise<RegistrationMode> => selectRegistrationMode(db, initialMode),

  setRegistration: (actorId: string, registration: RegistrationMode): Promise<void> =>
    db.transaction(async (tx) => {
      await updateRegistrationMode(tx, registration);
      await recordAudit(tx, { actorId, action: 'server.update', details: { registration } });
    }),

  users: (page: UserPage) => findUsers(db, page),

  updateUser: (change: UserChange): Promise<ChangedUser | UserChangeRefusal> =>
    db.transaction((tx) => updateUser(tx, change)),

  /** @returns false where there is no such account. */
  insertReset: (reset: NewReset): Promise<boolean> => db.transaction((tx) => insertReset(tx, reset)),
});

export type AdminRepository = ReturnType<typeof createAdminRepository>;
