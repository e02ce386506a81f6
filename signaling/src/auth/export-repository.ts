import { type AccountExport, attachmentPath } from '@boltorezka/protocol';
import { parseRoomCursor, type RoomCursor } from '../http/cursor.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { selectExportedAccount } from './export-account-repository.ts';

/** Messages that something of the person stands at. */
const pageSize = 200;

/** Before every message: where the pages of messages begin. */
const beginning: RoomCursor = { roomId: '00000000-0000-0000-0000-000000000000', seq: '0' };

interface MessageRow {
  id: string;
  thread_root_id: string | null;
  reply_to: string | null;
  slug: string;
  text: string;
  created_at: Date;
  edited_at: Date | null;
  attachments: { id: string; name: string; media_type: string; size_bytes: number }[];
}

/** After the first place, up to the second one. */
const inPage = (of: string) =>
  `(${of}.room_id, ${of}.seq) > ($2, $3) AND (${of}.room_id, ${of}.seq) <= ($4, $5)`;

/** Where something of the person stands: what they wrote, what they reacted to, what they were told of. */
const selectPlaces = `SELECT p.room_id, p.seq FROM (
    (SELECT m.room_id, m.seq FROM messages m
      WHERE m.user_id = $1 AND m.deleted_at IS NULL AND (m.room_id, m.seq) > ($2, $3) ORDER BY m.room_id, m.seq LIMIT $4)
    UNION
    SELECT m.room_id, m.seq FROM reactions x JOIN messages m ON m.id = x.message_id
      WHERE x.user_id = $1 AND (m.room_id, m.seq) > ($2, $3)
    UNION
    SELECT i.room_id, i.seq FROM inbox i WHERE i.user_id = $1 AND (i.room_id, i.seq) > ($2, $3)
  ) p ORDER BY p.room_id, p.seq LIMIT $4`;

const selectMessages = `SELECT m.id, m.thread_root_id, m.reply_to, r.slug, m.text, m.created_at, m.edited_at, ARRAY(
    SELECT json_build_object('id', a.id, 'name', a.name, 'media_type', a.media_type, 'size_bytes', a.size_bytes)
    FROM attachments a WHERE a.message_id = m.id ORDER BY a.position
  ) AS attachments
  FROM messages m JOIN rooms r ON r.id = m.room_id
  WHERE m.user_id = $1 AND ${inPage('m')} AND m.deleted_at IS NULL ORDER BY m.room_id, m.seq`;

const selectReactions = `SELECT r.slug AS room_slug, x.message_id, x.emoji, x.created_at
  FROM reactions x JOIN messages m ON m.id = x.message_id JOIN rooms r ON r.id = m.room_id
  WHERE x.user_id = $1 AND ${inPage('m')} ORDER BY m.room_id, m.seq, x.created_at, x.emoji`;

const selectNotices = `SELECT r.slug AS room_slug, i.message_id, i.kind, i.created_at, i.read_at
  FROM inbox i JOIN rooms r ON r.id = i.room_id
  WHERE i.user_id = $1 AND ${inPage('i')} ORDER BY i.room_id, i.seq`;

interface ReactionRow {
  room_slug: string;
  message_id: string;
  emoji: string;
  created_at: Date;
}

interface NoticeRow {
  room_slug: string;
  message_id: string;
  kind: 'mention' | 'everyone' | 'reply' | 'thread';
  created_at: Date;
  read_at: Date | null;
}

const toMessage = ({ slug, created_at, edited_at, attachments, ...row }: MessageRow) => ({
  ...row,
  attachments: attachments.map((file) => ({ ...file, path: attachmentPath(file.id) })),
  room_slug: slug,
  created_at: created_at.toISOString(),
  edited_at: edited_at?.toISOString() ?? null,
});

const toReaction = (row: ReactionRow) => ({ ...row, created_at: row.created_at.toISOString() });

const toNotice = (row: NoticeRow) => ({
  ...row,
  created_at: row.created_at.toISOString(),
  read_at: row.read_at?.toISOString() ?? null,
});

const toCursor = ({ roomId, seq }: RoomCursor) => `${roomId}.${seq}`;

interface Range {
  userId: string;
  after: RoomCursor;
  upTo: RoomCursor;
}

const selectRange = async (db: Queryable, { userId, after, upTo }: Range) => {
  const values = [userId, after.roomId, after.seq, upTo.roomId, upTo.seq];
  return {
    messages: (await db.query<MessageRow>(selectMessages, values)).map(toMessage),
    reactions: (await db.query<ReactionRow>(selectReactions, values)).map(toReaction),
    inbox: (await db.query<NoticeRow>(selectNotices, values)).map(toNotice),
  };
};

/** What is kept of a person. */
export const createExportRepository = (db: Database) => ({
  account: (userId: string) => selectExportedAccount(db, userId),

  firstCursor: toCursor(beginning),

  /** @throws AppError `ValidationError` for what is no cursor of ours. */
  messages: async (userId: string, cursor: string): Promise<Omit<AccountExport, 'account'>> => {
    const after = parseRoomCursor(cursor);
    const places = await db.query<{ room_id: string; seq: string }>(selectPlaces, [
      ...[userId, after.roomId, after.seq, pageSize + 1],
    ]);
    const last = places.slice(0, pageSize).at(-1);
    if (!last) return { messages: [], reactions: [], inbox: [], next_cursor: null };
    const upTo = { roomId: last.room_id, seq: last.seq };
    const found = await selectRange(db, { userId, after, upTo });
    return { ...found, next_cursor: places.length > pageSize ? toCursor(upTo) : null };
  },
});

export type ExportRepository = ReturnType<typeof createExportRepository>;
