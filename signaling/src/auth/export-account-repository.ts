import { attachmentPath, type MemberRole, type NotifyLevel, picturePath } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { isBannedFrom } from '../rooms/index.ts';
import { selectSessions } from './repository.ts';

interface MembershipRow {
  slug: string;
  title: string;
  role: MemberRole | null;
  joined_at: Date | null;
  notify: NotifyLevel | null;
  read_seq: string | null;
  is_closed: boolean;
}

/** Of rooms `r` and the person $1: may not be told what goes on there. */
const isOut = `((NOT r.is_public AND NOT EXISTS (SELECT FROM room_members o WHERE o.room_id = r.id AND o.user_id = $1))
  OR ${isBannedFrom('r.id', '$1')})`;

/** What a room that they may not read any more is called by now is not theirs to know. */
const selectMemberships = `SELECT r.slug, CASE WHEN ${isOut} THEN '' ELSE r.title END AS title, m.role, m.joined_at, p.notify, d.seq AS read_seq,
  EXISTS (SELECT FROM closed_rooms c WHERE c.room_id = r.id AND c.user_id = $1) AS is_closed FROM rooms r
  LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = $1
  LEFT JOIN room_preferences p ON p.room_id = r.id AND p.user_id = $1
  LEFT JOIN room_reads d ON d.room_id = r.id AND d.user_id = $1
  WHERE m.user_id IS NOT NULL OR p.user_id IS NOT NULL OR d.user_id IS NOT NULL ORDER BY r.created_at, r.id`;

const toMembership = (row: MembershipRow) => ({
  room_slug: row.slug,
  room_title: row.title,
  role: row.role,
  joined_at: row.joined_at?.toISOString() ?? null,
  notify: row.notify,
  read_seq: row.read_seq === null ? null : Number(row.read_seq),
  is_closed: row.is_closed,
});

/** Times, as PostgreSQL gives them, become texts; the rest stays. */
type Told<Row> = {
  [K in keyof Row]: Row[K] extends Date ? string : Row[K] extends Date | null ? string | null : Row[K];
};

const toTold = <Row extends object>(row: Row): Told<Row> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  ) as Told<Row>;

interface SentenceRow {
  room_slug: string;
  reason: string;
  created_at: Date;
  expires_at: Date | null;
}

interface InvitationRow {
  room_slug: string | null;
  role: MemberRole;
  created_at: Date;
  expires_at: Date | null;
  max_uses: number | null;
  uses: number;
  revoked_at: Date | null;
}

interface ReportRow {
  message_id: string;
  room_slug: string;
  reason: string;
  created_at: Date;
  resolved_at: Date | null;
}

interface DecisionRow {
  room_slug: string | null;
  action: string;
  message_id: string | null;
  reason: string | null;
  created_at: Date;
}

/**
 * Whether the person $1 may know of a room `r`: it is public, or answers who stands before it; or they have been in it. Whoever has
 * nothing to do with a hidden room may be banned from it, and not hear of it by that.
 */
const isKnown = `(r.is_public OR r.accepts_requests
  OR EXISTS (SELECT FROM room_members o WHERE o.room_id = r.id AND o.user_id = $1)
  OR EXISTS (SELECT FROM room_reads o WHERE o.room_id = r.id AND o.user_id = $1)
  OR EXISTS (SELECT FROM audit_log o WHERE o.room_id = r.id AND o.target_user_id = $1
    AND o.action NOT IN ('member.ban', 'member.unban')))`;

const sentenceColumns = 'r.slug AS room_slug, n.reason, n.created_at, n.expires_at';

/** What others have decided about somebody. That they were reported is not told: they might guess who did. */
const selectSentences = async (db: Queryable, userId: string) => ({
  bans: (
    await db.query<SentenceRow>(
      `SELECT ${sentenceColumns} FROM room_bans n JOIN rooms r ON r.id = n.room_id
       WHERE n.user_id = $1 AND ${isKnown}
       ORDER BY n.created_at, r.id`,
      [userId],
    )
  ).map(toTold),
  mutes: (
    await db.query<SentenceRow & { text: boolean; voice: boolean }>(
      `SELECT ${sentenceColumns}, n.text, n.voice FROM room_mutes n JOIN rooms r ON r.id = n.room_id WHERE n.user_id = $1
       ORDER BY n.created_at, r.id`,
      [userId],
    )
  ).map(toTold),
  decisions: (
    await db.query<DecisionRow>(
      `SELECT r.slug AS room_slug, a.action, a.target_message_id AS message_id, a.details ->> 'reason' AS reason, a.created_at
       FROM audit_log a LEFT JOIN rooms r ON r.id = a.room_id
       WHERE a.target_user_id = $1 AND a.action <> 'report.resolve' AND (r.id IS NULL OR ${isKnown}) ORDER BY a.id`,
      [userId],
    )
  ).map(toTold),
});

/** What somebody has asked others for, or told them. */
const selectAsked = async (db: Queryable, userId: string) => ({
  join_requests: (
    await db.query<{ room_slug: string; text: string; created_at: Date }>(
      `SELECT r.slug AS room_slug, j.text, j.created_at FROM join_requests j JOIN rooms r ON r.id = j.room_id
       WHERE j.user_id = $1 ORDER BY j.created_at, r.id`,
      [userId],
    )
  ).map(toTold),
  invitations: (
    await db.query<InvitationRow>(
      `SELECT r.slug AS room_slug, i.role, i.created_at, i.expires_at, i.max_uses, i.uses, i.revoked_at
       FROM invitations i LEFT JOIN rooms r ON r.id = i.room_id WHERE i.created_by = $1 ORDER BY i.created_at, i.id`,
      [userId],
    )
  ).map(toTold),
  reports: (
    await db.query<ReportRow>(
      `SELECT p.message_id, r.slug AS room_slug, p.reason, p.created_at, p.resolved_at
       FROM reports p JOIN rooms r ON r.id = p.room_id WHERE p.reporter_id = $1 ORDER BY p.created_at, p.id`,
      [userId],
    )
  ).map(toTold),
});

const selectPicture = async (db: Queryable, userId: string) => {
  const [picture] = await db.query<{ id: string; size_bytes: number; created_at: Date }>(
    'SELECT id, size_bytes, created_at FROM user_pictures WHERE user_id = $1',
    [userId],
  );
  return picture ? { ...toTold(picture), path: picturePath(picture.id) } : null;
};

const selectUnsent = async (db: Queryable, userId: string) => {
  const files = await db.query<{
    id: string;
    name: string;
    media_type: string;
    size_bytes: string;
    created_at: Date;
  }>(
    `SELECT id, name, media_type, size_bytes, created_at FROM attachments WHERE user_id = $1 AND message_id IS NULL
     ORDER BY created_at, id`,
    [userId],
  );
  return files.map((file) => ({
    ...toTold(file),
    size_bytes: Number(file.size_bytes),
    path: attachmentPath(file.id),
  }));
};

/** What is kept of a person beside what stands at messages. */
export const selectExportedAccount = async (db: Queryable, userId: string) => ({
  picture: await selectPicture(db, userId),
  sessions: await selectSessions(db, userId),
  memberships: (await db.query<MembershipRow>(selectMemberships, [userId])).map(toMembership),
  blocked: await db.query<{ user_id: string; user_name: string }>(
    `SELECT u.id AS user_id, u.name AS user_name FROM blocks b JOIN users u ON u.id = b.blocked_user_id
     WHERE b.user_id = $1 ORDER BY b.created_at, u.id`,
    [userId],
  ),
  ...(await selectAsked(db, userId)),
  ...(await selectSentences(db, userId)),
  unsent_attachments: await selectUnsent(db, userId),
});
