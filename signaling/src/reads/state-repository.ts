import type { ReadState } from '@boltorezka/protocol';
import { ownBehindSql } from '../messages/index.ts';
import type { Queryable } from '../platform/db.ts';

/** How somebody's reading of a room stands. */
export interface PersonRead {
  userId: string;
  state: ReadState;
}

interface ReadStateRow {
  user_id: string;
  room_id: string;
  slug: string;
  seq: string;
  message_count: string;
  own_count: string;
  room_message_count: string;
  unread_mention_count: string;
}

const toReadState = (row: ReadStateRow): ReadState => {
  const [ofMark, ownCount] = [Number(row.message_count), Number(row.own_count)];
  return {
    roomId: row.room_id,
    roomSlug: row.slug,
    seq: Number(row.seq),
    messageCount: ofMark + ownCount,
    // Who hears of that before they hear of the messages themselves would take them for others' later on.
    ...(ownCount > 0 && { roomMessageCount: Number(row.room_message_count) }),
    unreadMentionCount: Number(row.unread_mention_count),
  };
};

const ownBehind = ownBehindSql({ userId: 'w.user_id', roomId: 'w.room_id', seq: 'w.seq' });

/** How these people's reading of these rooms stands now, place by place. */
export const selectReadStates = async (
  tx: Queryable,
  places: { userId: string; roomId: string }[],
): Promise<PersonRead[]> => {
  if (places.length === 0) return [];
  const rows = await tx.query<ReadStateRow>(
    `SELECT n.user_id, n.room_id, r.slug, coalesce(w.seq, 0) AS seq, coalesce(w.message_count, 0) AS message_count,
       r.message_count AS room_message_count,
       CASE WHEN r.message_count > w.message_count THEN ${ownBehind} ELSE 0 END AS own_count,
       (SELECT count(*) FROM inbox i WHERE i.user_id = n.user_id AND i.room_id = n.room_id AND i.read_at IS NULL)
         AS unread_mention_count
     FROM unnest($1::uuid[], $2::uuid[]) AS n (user_id, room_id) JOIN rooms r ON r.id = n.room_id
     LEFT JOIN room_reads w ON w.user_id = n.user_id AND w.room_id = n.room_id`,
    [places.map(({ userId }) => userId), places.map(({ roomId }) => roomId)],
  );
  return rows.map((row) => ({ userId: row.user_id, state: toReadState(row) }));
};
