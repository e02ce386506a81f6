import type { AccountExport, MemberRole, NotifyLevel } from '@boltorezka/protocol';
import type { Database } from '../platform/db.ts';
import { selectSessions } from './repository.ts';

const pageSize = 200;

/** Before every message: where the pages of messages begin. */
const beginning = { roomId: '00000000-0000-0000-0000-000000000000', seq: 0 };

interface MembershipRow {
  slug: string;
  title: string;
  role: MemberRole | null;
  joined_at: Date | null;
  notify: NotifyLevel | null;
  read_seq: string | null;
}

interface MessageRow {
  room_id: string;
  seq: string;
  slug: string;
  text: string;
  created_at: Date;
  edited_at: Date | null;
  attachments: { name: string; media_type: string; size_bytes: number }[];
}

const selectMemberships = `SELECT r.slug, r.title, m.role, m.joined_at, p.notify, d.seq AS read_seq FROM rooms r
  LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = $1
  LEFT JOIN room_preferences p ON p.room_id = r.id AND p.user_id = $1
  LEFT JOIN room_reads d ON d.room_id = r.id AND d.user_id = $1
  WHERE m.user_id IS NOT NULL OR p.user_id IS NOT NULL OR d.user_id IS NOT NULL ORDER BY r.created_at, r.id`;

const selectMessages = `SELECT m.room_id, m.seq, r.slug, m.text, m.created_at, m.edited_at, ARRAY(
    SELECT json_build_object('name', a.name, 'media_type', a.media_type, 'size_bytes', a.size_bytes)
    FROM attachments a WHERE a.message_id = m.id ORDER BY a.position
  ) AS attachments
  FROM messages m JOIN rooms r ON r.id = m.room_id
  WHERE m.user_id = $1 AND (m.room_id, m.seq) > ($2, $3) AND m.deleted_at IS NULL
  ORDER BY m.room_id, m.seq LIMIT $4`;

const toMembership = (row: MembershipRow) => ({
  room_slug: row.slug,
  room_title: row.title,
  role: row.role,
  joined_at: row.joined_at?.toISOString() ?? null,
  notify: row.notify,
  read_seq: row.read_seq === null ? null : Number(row.read_seq),
});

const toMessage = (row: MessageRow) => ({
  room_slug: row.slug,
  text: row.text,
  created_at: row.created_at.toISOString(),
  edited_at: row.edited_at?.toISOString() ?? null,
  attachments: row.attachments,
});

const toCursor = ({ roomId, seq }: { roomId: string; seq: string | number }) => `${roomId}.${seq}`;

/** What is kept of a person. */
export const createExportRepository = (db: Database) => ({
  account: async (userId: string) => ({
    sessions: await selectSessions(db, userId),
    memberships: (await db.query<MembershipRow>(selectMemberships, [userId])).map(toMembership),
    blocked: await db.query<{ user_id: string; user_name: string }>(
      `SELECT u.id AS user_id, u.name AS user_name FROM blocks b JOIN users u ON u.id = b.blocked_user_id
       WHERE b.user_id = $1 ORDER BY b.created_at, u.id`,
      [userId],
    ),
  }),

  firstCursor: toCursor(beginning),

  messages: async (userId: string, cursor: string): Promise<Omit<AccountExport, 'account'>> => {
    const [roomId, seq] = cursor.split('.');
    const rows = await db.query<MessageRow>(selectMessages, [userId, roomId, seq, pageSize + 1]);
    const shown = rows.slice(0, pageSize);
    const last = shown.at(-1);
    const isLastPage = rows.length <= pageSize || !last;
    return {
      messages: shown.map(toMessage),
      next_cursor: isLastPage ? null : toCursor({ roomId: last.room_id, seq: last.seq }),
    };
  },
});

export type ExportRepository = ReturnType<typeof createExportRepository>;
