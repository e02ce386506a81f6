import { AppError, type Attachment } from '@boltorezka/protocol';
import type { Database, Queryable } from '../platform/db.ts';

export interface NewAttachment extends Attachment {
  roomId: string;
  userId: string;
}

/** What somebody's files take up, sent or not. */
export interface Usage {
  bytes: number;
  /** How many of them were not sent. */
  unsentCount: number;
}

/** Each throws where what is taken up leaves no room for the file. */
export interface QuotaCheck {
  assertFits: (used: Usage) => void;
  /** Left out, nobody counts what is everybody's. */
  assertAllFit?: (usedBytes: number) => void;
}

interface AttachmentRow {
  id: string;
  room_id: string;
  user_id: string;
  message_id: string | null;
  name: string;
  media_type: string;
  size_bytes: string;
  has_thumbnail: boolean;
}

/** What serving a file needs to know of it. */
export interface StoredAttachment {
  id: string;
  roomId: string;
  userId: string;
  messageId: string | null;
  name: string;
  mediaType: string;
  sizeBytes: number;
  hasThumbnail: boolean;
}

const toStored = (row: AttachmentRow): StoredAttachment => ({
  id: row.id,
  roomId: row.room_id,
  userId: row.user_id,
  messageId: row.message_id,
  name: row.name,
  mediaType: row.media_type,
  sizeBytes: Number(row.size_bytes),
  hasThumbnail: row.has_thumbnail,
});

const usageOf = async (db: Queryable, userId: string): Promise<Usage> => {
  const [row] = await db.query<{ used: string; unsent: number }>(
    `SELECT coalesce(sum(size_bytes), 0) AS used, count(*) FILTER (WHERE message_id IS NULL)::int AS unsent
     FROM attachments WHERE user_id = $1`,
    [userId],
  );
  return { bytes: Number(row?.used ?? 0), unsentCount: row?.unsent ?? 0 };
};

const allBytes = async (db: Queryable): Promise<number> => {
  const [row] = await db.query<{ used: string }>(
    'SELECT coalesce(sum(size_bytes), 0) AS used FROM attachments',
  );
  return Number(row?.used ?? 0);
};

/** One upload after another: of this person, or of everybody. */
const waitForTurn = (tx: Queryable, whose: string) =>
  tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('attachments of ' || $1, 0))`, [whose]);

const insert = async (tx: Queryable, attachment: NewAttachment): Promise<boolean> => {
  const { id, roomId, userId, name, mediaType, sizeBytes, width, height, hasThumbnail } = attachment;
  const rows = await tx.query(
    `INSERT INTO attachments (id, room_id, user_id, name, media_type, size_bytes, width, height, has_thumbnail)
     SELECT $1, r.id, $3, $4, $5, $6, $7, $8, $9 FROM rooms r WHERE r.id = $2 FOR KEY SHARE RETURNING id`,
    [id, roomId, userId, name, mediaType, sizeBytes, width ?? null, height ?? null, hasThumbnail],
  );
  return rows.length > 0;
};

export const createAttachmentRepository = (db: Database) => ({
  /** What everybody's files take up, sent or not. */
  allBytes: () => allBytes(db),

  usageOf: (userId: string) => usageOf(db, userId),

  /**
   * Writes the row of a file that is stored, where it fits into its uploader's quota and into that of everybody.
   * @throws AppError `NotFound` where the room is gone; what `quota` throws.
   */
  add: (attachment: NewAttachment, quota: QuotaCheck): Promise<void> =>
    db.transaction(async (tx) => {
      await waitForTurn(tx, attachment.userId);
      quota.assertFits(await usageOf(tx, attachment.userId));
      if (quota.assertAllFit) {
        await waitForTurn(tx, 'everybody');
        quota.assertAllFit(await allBytes(tx));
      }
      if (!(await insert(tx, attachment))) throw new AppError('NotFound', 'The room is gone.');
    }),

  /** The file itself is swept. @returns whether it was this person's, and not sent. */
  discardUnsent: async (id: string, userId: string): Promise<boolean> => {
    const rows = await db.query(
      'DELETE FROM attachments WHERE id = $1 AND user_id = $2 AND message_id IS NULL RETURNING id',
      [id, userId],
    );
    return rows.length > 0;
  },

  find: async (id: string): Promise<StoredAttachment | undefined> => {
    const [row] = await db.query<AttachmentRow>(
      `SELECT id, room_id, user_id, message_id, name, media_type, size_bytes, has_thumbnail
       FROM attachments WHERE id = $1`,
      [id],
    );
    return row && toStored(row);
  },
});

export type AttachmentRepository = ReturnType<typeof createAttachmentRepository>;
