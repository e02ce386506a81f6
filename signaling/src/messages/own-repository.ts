/** So many of one's own messages behind one's mark, the newest, are told from those of others. */
const maxOwnCounted = 1_000;

/** Compared as one, they are found by `messages_by_author` alone: the room's log may be read behind many a message of others. */
const key = '(o.user_id, o.room_id, o.seq)';

/**
 * How many of a person's own messages stand in a room behind a position: they are unread by nobody, though no mark goes up to
 * them. Counted where what is unread is asked for: a mark that kept the number would not know what is just being written.
 * The place is given as SQL.
 */
export const ownBehindSql = ({ userId, roomId, seq }: Record<'userId' | 'roomId' | 'seq', string>): string =>
  // What is in threads is sorted out of so many at most: who only writes there costs no more.
  `(SELECT count(*) FROM (SELECT o.thread_root_id FROM messages o
     WHERE ${key} > (${userId}, ${roomId}, ${seq}) AND ${key} <= (${userId}, ${roomId}, 9223372036854775807)
     ORDER BY o.user_id DESC, o.room_id DESC, o.seq DESC LIMIT ${maxOwnCounted}) own
   WHERE own.thread_root_id IS NULL)`;
