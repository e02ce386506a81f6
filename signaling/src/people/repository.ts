import type { Queryable } from '../platform/db.ts';

export interface Person {
  user_id: string;
  user_name: string;
}

interface PersonRow {
  id: string;
  name: string;
}

const toPerson = ({ id, name }: PersonRow): Person => ({ user_id: id, user_name: name });

/** What stands between the words of a name is blank, for whoever looks for a word. */
const separators = '-_.,"()';
const blanks = ' '.repeat(separators.length);
const toWords = (text: string): string => text.replace(/[-_.,"()]/g, ' ');

/** Found as it is written, without wildcards. */
const escapePattern = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

export interface PeopleQuery {
  /** The beginning of any word of the name. */
  text: string;
  /** Only who may enter this room. */
  roomId: string | undefined;
  limit: number;
}

export const findPeople = async (db: Queryable, { text, roomId, limit }: PeopleQuery): Promise<Person[]> => {
  const rows = await db.query<PersonRow>(
    `SELECT u.id, u.name FROM users u
     WHERE u.deleted_at IS NULL AND (u.banned_at IS NULL OR (u.banned_until IS NOT NULL AND u.banned_until <= now()))
       AND ' ' || translate(lower(u.name), '${separators}', '${blanks}') LIKE '% ' || lower($4) || '%'
       AND ($2::uuid IS NULL OR (
         EXISTS (SELECT 1 FROM rooms r LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = u.id
           WHERE r.id = $2 AND (r.is_public OR m.user_id IS NOT NULL))
         AND NOT EXISTS (SELECT 1 FROM room_bans b WHERE b.room_id = $2 AND b.user_id = u.id
           AND (b.expires_at IS NULL OR b.expires_at > now()))))
     ORDER BY lower(u.name) NOT LIKE lower($1) || '%', lower(u.name), u.id LIMIT $3`,
    [escapePattern(text), roomId ?? null, limit, escapePattern(toWords(text))],
  );
  return rows.map(toPerson);
};

/** Who wants nothing of whom. */
export const createBlockRepository = (db: Queryable) => ({
  list: async (userId: string): Promise<Person[]> => {
    const rows = await db.query<PersonRow>(
      `SELECT u.id, u.name FROM blocks b JOIN users u ON u.id = b.blocked_user_id
       WHERE b.user_id = $1 ORDER BY b.created_at, u.id`,
      [userId],
    );
    return rows.map(toPerson);
  },

  count: async (userId: string): Promise<number> => {
    const [row] = await db.query<{ count: string }>('SELECT count(*) FROM blocks WHERE user_id = $1', [
      userId,
    ]);
    return Number(row?.count ?? 0);
  },

  /** @returns false where there is no such person, or not any more. */
  set: async ({ userId, blockedUserId }: { userId: string; blockedUserId: string }): Promise<boolean> => {
    const rows = await db.query(
      `WITH person AS (SELECT id FROM users WHERE id = $2 AND deleted_at IS NULL), made AS (
         INSERT INTO blocks (user_id, blocked_user_id) SELECT $1, id FROM person ON CONFLICT DO NOTHING)
       SELECT id FROM person`,
      [userId, blockedUserId],
    );
    return rows.length > 0;
  },

  /** @returns false where there was no such block. */
  lift: async ({ userId, blockedUserId }: { userId: string; blockedUserId: string }): Promise<boolean> => {
    const rows = await db.query(
      'DELETE FROM blocks WHERE user_id = $1 AND blocked_user_id = $2 RETURNING user_id',
      [userId, blockedUserId],
    );
    return rows.length > 0;
  },

  /** Of these people, those who have blocked this one. */
  isBlockedBy: async (userId: string, byUserIds: string[]): Promise<Set<string>> => {
    if (byUserIds.length === 0) return new Set();
    const rows = await db.query<{ user_id: string }>(
      'SELECT user_id FROM blocks WHERE blocked_user_id = $1 AND user_id = ANY($2::uuid[])',
      [userId, byUserIds],
    );
    return new Set(rows.map((row) => row.user_id));
  },
});
