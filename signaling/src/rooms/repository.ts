import type { Room } from '@boltorezka/protocol';
import { notifyAccessChange } from '../access/index.ts';
import type { Database } from '../platform/db.ts';
import { type RoomRow, roomColumns, toRoom } from './guard-repository.ts';

const findPrivateIds = async (db: Database, userId: string): Promise<string[]> => {
  const rows = await db.query<{ id: string }>(
    `SELECT r.id FROM room_members m JOIN rooms r ON r.id = m.room_id
     WHERE m.user_id = $1 AND NOT r.is_public`,
    [userId],
  );
  return rows.map(({ id }) => id);
};

export const createRoomRepository = (db: Database) => ({
  /** Public rooms, and the private ones that the person belongs to; oldest first. */
  listFor: async (userId: string): Promise<Room[]> => {
    const rows = await db.query<RoomRow>(
      `SELECT ${roomColumns} FROM rooms r
       LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = $1
       WHERE r.is_public OR m.user_id IS NOT NULL ORDER BY r.created_at, r.id`,
      [userId],
    );
    return rows.map(toRoom);
  },

  /** The private rooms that the person belongs to. */
  privateIdsFor: (userId: string) => findPrivateIds(db, userId),

  /**
   * Creates a room with its creator as owner.
   * @returns undefined where the slug is taken.
   */
  create: (input: { id: string; slug: string; title: string; isPublic: boolean; ownerId: string }) =>
    db.transaction(async (tx) => {
      const [row] = await tx.query<RoomRow>(
        `INSERT INTO rooms AS r (id, slug, title, is_public, created_by) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (slug) DO NOTHING RETURNING ${roomColumns}`,
        [input.id, input.slug, input.title, input.isPublic, input.ownerId],
      );
      if (!row) return undefined;
      await tx.query(`INSERT INTO room_members (room_id, user_id, role) VALUES ($1, $2, 'owner')`, [
        input.id,
        input.ownerId,
      ]);
      if (!row.is_public)
        await notifyAccessChange(tx, { kind: 'roomGained', userId: input.ownerId, roomId: input.id });
      return toRoom(row);
    }),

  /** Where the room's log stands now. */
  position: async (roomId: string): Promise<{ seq: number; epoch: string } | undefined> => {
    const [row] = await db.query<{ last_seq: string; epoch: string }>(
      'SELECT last_seq, epoch FROM rooms WHERE id = $1',
      [roomId],
    );
    return row && { seq: Number(row.last_seq), epoch: row.epoch };
  },
});

export type RoomRepository = ReturnType<typeof createRoomRepository>;
