import { isLetIn } from '../access/index.ts';
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
     WHERE ${isLetIn('u')}
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

interface Block {
  userId: string;
  blockedUserId: string;
}

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

  /** @returns the name of the other one; undefined where there is no such person, or not any more. */
  set: async ({ userId, blockedUserId }: Block): Promise<string | undefined> => {
    const [person] = await db.query<{ name: string }>(
      `WITH person AS (SELECT id, name FROM users WHERE id = $2 AND deleted_at IS NULL), made AS (
         INSERT INTO blocks (user_id, blocked_user_id) SELECT $1, id FROM person ON CONFLICT DO NOTHING)
       SELECT name FROM person`,
      [userId, blockedUserId],
    );
    return person?.name;
  },

  /** @returns the name of the other one; undefined where there was no such block. */
  lift: async ({ userId, blockedUserId }: Block): Promise<string | undefined> => {
    const [person] = await db.query<{ name: string }>(
      `DELETE FROM blocks b USING users u WHERE b.user_id = $1 AND b.blocked_user_id = $2 AND u.id = $2
       RETURNING u.name`,
      [userId, blockedUserId],
    );
    return person?.name;
  },
});
