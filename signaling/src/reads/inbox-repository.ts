import type { ChatMessage, EventPayload, InboxEntry } from '@boltorezka/protocol';
import { readMessages } from '../messages/index.ts';
import type { Queryable } from '../platform/db.ts';
import { noteParticipants } from './participant-repository.ts';
import { type PersonRead, selectReadStates } from './state-repository.ts';

/** So many people hear of one message at most: who read the room last, before the others. */
const maxRecipients = 1_000;

/** Somebody, or those whom it takes in, may be told of a message. */
export type Notice = { kind: 'mention' | 'reply'; userId: string } | { kind: 'thread' | 'everyone' };

/** A message, and whom it may concern. */
export interface NoticedMessage {
  message: ChatMessage;
  room: { slug: string; title: string };
  notices: Notice[];
  /** Named in a later change: whoever has read past the message has not read that. */
  isChange?: boolean;
}

/** Somebody's inbox holds something more. */
export interface InboxAddition {
  userId: string;
  entry: EventPayload<'inbox.added'>;
}

interface EntryRow {
  user_id: string;
  message_id: string;
  kind: InboxEntry['kind'];
  created_at: Date;
  read_at: Date | null;
}

/** Of several reasons the first one counts: one person gets one entry of a message. */
const insert = `
  WITH entry AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::boolean[], $6::uuid[])
    AS e (message_id, room_id, seq, author_id, is_change, thread_root_id)),
  notice AS (SELECT * FROM unnest($7::uuid[], $8::text[], $9::uuid[]) AS n (message_id, kind, subject_id)),
  candidate AS (
    SELECT message_id, subject_id AS user_id, kind, CASE kind WHEN 'mention' THEN 1 ELSE 2 END AS rank
      FROM notice WHERE kind IN ('mention', 'reply')
    UNION ALL
    SELECT n.message_id, p.user_id, n.kind, 3 FROM notice n CROSS JOIN LATERAL (
      SELECT t.user_id FROM messages t WHERE t.id = n.subject_id UNION
      (SELECT t.user_id FROM thread_participants t WHERE t.root_id = n.subject_id
        ORDER BY t.last_seq DESC LIMIT ${maxRecipients})) p
      WHERE n.kind = 'thread'
    UNION ALL
    SELECT n.message_id, p.user_id, n.kind, 4 FROM notice n CROSS JOIN LATERAL (
      SELECT user_id FROM (
        SELECT w.user_id, w.seq FROM room_reads w WHERE w.room_id = n.subject_id
        UNION ALL SELECT w.user_id, 0 FROM room_members w WHERE w.room_id = n.subject_id) everyone
      GROUP BY user_id ORDER BY max(seq) DESC LIMIT ${maxRecipients}) p
      WHERE n.kind = 'everyone'),
  chosen AS (SELECT DISTINCT ON (message_id, user_id) * FROM candidate ORDER BY message_id, user_id, rank)
  INSERT INTO inbox (user_id, message_id, room_id, seq, kind, created_at, thread_root_id, read_at)
  SELECT c.user_id, c.message_id, e.room_id, e.seq, c.kind, clock_timestamp(), e.thread_root_id,
    CASE WHEN NOT e.is_change AND coalesce(t.seq, w.seq) >= e.seq THEN now() END
  FROM chosen c JOIN entry e USING (message_id) JOIN rooms r ON r.id = e.room_id
  JOIN users u ON u.id = c.user_id AND u.deleted_at IS NULL
  LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = c.user_id
  LEFT JOIN room_reads w ON w.room_id = r.id AND w.user_id = c.user_id AND e.thread_root_id IS NULL
  LEFT JOIN thread_reads t ON t.root_id = e.thread_root_id AND t.user_id = c.user_id
  WHERE c.user_id <> e.author_id AND ((r.is_public AND r.kind = 'room') OR m.user_id IS NOT NULL)
    AND NOT EXISTS (SELECT FROM room_bans b WHERE b.room_id = r.id AND b.user_id = c.user_id
      AND (b.expires_at IS NULL OR b.expires_at > now()))
    AND NOT EXISTS (SELECT FROM blocks k WHERE k.user_id = c.user_id AND k.blocked_user_id = e.author_id)
    AND NOT EXISTS (SELECT FROM room_preferences p
      WHERE p.room_id = r.id AND p.user_id = c.user_id AND p.notify = 'nothing')
  ON CONFLICT (user_id, message_id) DO NOTHING
  RETURNING user_id, message_id, kind, created_at, read_at`;

const subjectOf = ({ message }: NoticedMessage, notice: Notice): string => {
  if ('userId' in notice) return notice.userId;
  return notice.kind === 'everyone' ? message.roomId : (message.threadRootId ?? message.id);
};

/**
 * Writes who is told of these messages, in the transaction that writes them. Left out are the author, whoever has blocked
 * the author, wants nothing of the room, or may not read it.
 */
export const addToInboxes = async (tx: Queryable, noticed: NoticedMessage[]): Promise<InboxAddition[]> => {
  const concerning = noticed.filter(({ notices }) => notices.length > 0);
  if (concerning.length === 0) return [];
  await noteParticipants(
    tx,
    concerning.flatMap(({ message, isChange }) => (isChange ? [] : [message])),
  );
  const notices = concerning.flatMap((of) => of.notices.map((notice) => ({ of, notice })));
  const rows = await tx.query<EntryRow>(insert, [
    concerning.map(({ message }) => message.id),
    concerning.map(({ message }) => message.roomId),
    concerning.map(({ message }) => message.seq),
    concerning.map(({ message }) => message.userId),
    concerning.map(({ isChange }) => isChange ?? false),
    concerning.map(({ message }) => message.threadRootId ?? null),
    notices.map(({ of }) => of.message.id),
    notices.map(({ notice }) => notice.kind),
    notices.map(({ of, notice }) => subjectOf(of, notice)),
  ]);
  const byId = new Map(concerning.map((of) => [of.message.id, of]));
  return rows.flatMap((row) => {
    const of = byId.get(row.message_id);
    return of ? [{ userId: row.user_id, entry: toEntry(row, of) }] : [];
  });
};

const toEntry = (row: EntryRow, { message, room }: NoticedMessage): InboxEntry => ({
  kind: row.kind,
  roomId: message.roomId,
  roomSlug: room.slug,
  roomTitle: room.title,
  message,
  createdAt: row.created_at.toISOString(),
  isRead: row.read_at !== null,
});

/**
 * Entries are locked in the order of their messages, here and below: one person's may be read while what they name is deleted.
 * Nobody is told of these messages of a room any more: of these people alone where they are named, and of what named them.
 * @returns how their reading stands, of those who had not seen all of it yet.
 */
export const removeFromInboxes = async (
  tx: Queryable,
  { messageIds, roomId, onlyMentioned }: { messageIds: string[]; roomId: string; onlyMentioned?: string[] },
): Promise<PersonRead[]> => {
  const rows = await tx.query<{ user_id: string; read_at: Date | null }>(
    `WITH entry AS (SELECT user_id, message_id FROM inbox WHERE message_id = ANY($1::uuid[])
         AND ($2::uuid[] IS NULL OR (user_id = ANY($2) AND kind = 'mention'))
       ORDER BY message_id, user_id FOR UPDATE)
     DELETE FROM inbox i USING entry e WHERE i.user_id = e.user_id AND i.message_id = e.message_id
     RETURNING i.user_id, i.read_at`,
    [messageIds, onlyMentioned ?? null],
  );
  const unread = new Set(rows.flatMap(({ user_id, read_at }) => (read_at === null ? [user_id] : [])));
  return selectReadStates(
    tx,
    [...unread].map((userId) => ({ userId, roomId })),
  );
};

/**
 * What names somebody from a person whom they want to hear no more of is read.
 * @returns how their reading stands, room by room.
 */
export const markInboxReadFrom = async (
  tx: Queryable,
  { userId, authorId }: { userId: string; authorId: string },
): Promise<PersonRead[]> => {
  const rows = await tx.query<{ room_id: string }>(
    `WITH entry AS (SELECT i.message_id FROM inbox i JOIN messages m ON m.id = i.message_id
       WHERE i.user_id = $1 AND i.read_at IS NULL AND m.user_id = $2 ORDER BY i.message_id FOR NO KEY UPDATE OF i)
     UPDATE inbox i SET read_at = now() FROM entry e WHERE i.user_id = $1 AND i.message_id = e.message_id
     RETURNING i.room_id`,
    [userId, authorId],
  );
  const roomIds = [...new Set(rows.map((row) => row.room_id))];
  return selectReadStates(
    tx,
    roomIds.map((roomId) => ({ userId, roomId })),
  );
};

/** A place in an inbox, from the newest to the oldest. */
export interface InboxPlace {
  /** Microseconds, as PostgreSQL keeps them: milliseconds would name several entries. */
  atUs: string;
  messageId: string;
}

/** Of rooms that the person of `i` may read: what was written while they could is not theirs after that. */
const readable = (condition: string): string => `JOIN rooms r ON r.id = i.room_id
  LEFT JOIN room_members m ON m.room_id = r.id AND m.user_id = i.user_id
  WHERE ${condition} AND ((r.is_public AND r.kind = 'room') OR m.user_id IS NOT NULL)
    AND NOT EXISTS (SELECT FROM room_bans b WHERE b.room_id = r.id AND b.user_id = i.user_id
      AND (b.expires_at IS NULL OR b.expires_at > now()))`;

interface ListedRow extends EntryRow {
  slug: string;
  title: string;
}

/** What inboxes hold of these messages and nobody has read yet, as it was told when that came in. */
export const selectInboxAdditions = async (
  tx: Queryable,
  messages: ChatMessage[],
): Promise<InboxAddition[]> => {
  const rows = await tx.query<ListedRow>(
    `SELECT i.*, r.slug, r.title FROM inbox i ${readable('i.message_id = ANY($1::uuid[])')} AND i.read_at IS NULL`,
    [messages.map(({ id }) => id)],
  );
  const byId = new Map(messages.map((message) => [message.id, message]));
  return rows.flatMap((row) => {
    const message = byId.get(row.message_id);
    if (!message) return [];
    return [{ userId: row.user_id, entry: toEntry(row, { message, room: row, notices: [] }) }];
  });
};

interface PageRow extends ListedRow {
  at_us: string;
  unread_count: string;
}

/** One page of somebody's inbox, newest first, with the place that each entry has. */
export interface InboxPage {
  listed: { entry: InboxEntry; place: InboxPlace }[];
  /** Of the whole inbox. */
  unreadCount: number;
}

/**
 * The page and the count in one statement: of two moments, a client would follow from a count that is not that of its
 * entries, and no event would ever put it right.
 */
const selectPage = `WITH unread AS (SELECT count(*) AS unread_count FROM inbox i ${readable('i.user_id = $1')}
    AND i.read_at IS NULL),
  page AS (SELECT i.*, r.slug, r.title, (extract(epoch FROM i.created_at) * 1000000)::bigint AS at_us
    FROM inbox i ${readable('i.user_id = $1')}
      AND ($2::bigint IS NULL
        OR (i.created_at, i.message_id) < (timestamptz 'epoch' + $2 * interval '1 microsecond', $3::uuid))
    ORDER BY i.created_at DESC, i.message_id DESC LIMIT $4)
  SELECT * FROM unread LEFT JOIN page ON true ORDER BY page.created_at DESC, page.message_id DESC`;

export const readInbox = async (
  db: Queryable,
  { userId, before, limit }: { userId: string; before: InboxPlace | undefined; limit: number },
): Promise<InboxPage> => {
  const rows = await db.query<PageRow>(selectPage, [
    userId,
    before?.atUs ?? null,
    before?.messageId ?? null,
    limit,
  ]);
  // An empty page is one row without an entry.
  const pick = {
    sql: 'SELECT unnest($1::uuid[]) AS id',
    values: [rows.flatMap(({ message_id }) => message_id ?? [])],
    orderBy: 'm.id',
  };
  const messages = new Map((await readMessages(db, pick, userId)).map((message) => [message.id, message]));
  const listed = rows.flatMap((row) => {
    const message = messages.get(row.message_id);
    if (!message) return [];
    const room = { slug: row.slug, title: row.title };
    return [
      {
        entry: toEntry(row, { message, room, notices: [] }),
        place: { atUs: row.at_us, messageId: row.message_id },
      },
    ];
  });
  return { listed, unreadCount: Number(rows[0]?.unread_count ?? 0) };
};
