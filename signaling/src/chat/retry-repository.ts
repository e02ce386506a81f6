import type { Queryable } from '../platform/db.ts';
import type { RoomActivity } from './new-message.ts';

/** How rooms stand, as their list shows them. By their ids. */
export const selectActivities = async (
  tx: Queryable,
  roomIds: string[],
): Promise<Map<string, RoomActivity>> => {
  const rows = await tx.query<{
    id: string;
    slug: string;
    last_seq: string;
    message_count: string;
    last_message_at: Date | null;
    is_public: boolean;
  }>(
    `SELECT id, slug, last_seq, message_count, last_message_at, is_public FROM rooms
     WHERE id = ANY($1::uuid[]) AND last_message_at IS NOT NULL`,
    [[...new Set(roomIds)]],
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        ...{ roomId: row.id, roomSlug: row.slug, isPublic: row.is_public },
        ...{ seq: Number(row.last_seq), messageCount: Number(row.message_count) },
        lastMessageAt: row.last_message_at?.toISOString() ?? '',
      },
    ]),
  );
};
