import { z } from 'zod';
import { DeviceSession, User } from './auth.ts';
import { ErrorBody } from './errors.ts';
import { PictureId, RoomSlug, Timestamp, UserId } from './ids.ts';
import { MemberRole, NotifyLevel } from './room-shapes.ts';
import { defineRoutes } from './routes.ts';

const ExportCursor = z
  .string()
  .regex(/^[0-9a-f-]{36}\.[0-9]{1,15}$/, 'Use the next_cursor of an earlier page');

const ExportedSentence = z.object({
  room_slug: RoomSlug,
  reason: z.string(),
  created_at: Timestamp,
  expires_at: Timestamp.nullable(),
});

const ExportedDecision = z.object({
  room_slug: RoomSlug.nullable().describe('Null: by the server.'),
  action: z.string().describe('As in an audit log: `member.ban`.'),
  message_id: z.uuid().nullable(),
  reason: z.string().nullable(),
  created_at: Timestamp,
});

const FilePath = z
  .string()
  .optional()
  .describe("Where its bytes are, for the person's own token. The export holds none.");

const ExportedFile = z.object({
  id: z.uuid().optional(),
  name: z.string(),
  media_type: z.string(),
  size_bytes: z.int().nonnegative(),
  path: FilePath,
});

/** What the server keeps of a person, beside what they wrote. */
const ExportedAccount = z.object({
  user: User,
  picture: z
    .object({ id: PictureId, size_bytes: z.int().positive(), created_at: Timestamp, path: FilePath })
    .nullable()
    .default(null),
  sessions: z.array(DeviceSession.omit({ is_current: true })),
  memberships: z.array(
    z.object({
      room_slug: RoomSlug,
      room_title: z.string().describe('Empty: of two people, or one that they may not read any more.'),
      role: MemberRole.nullable().describe('Null: no member, but there are preferences.'),
      joined_at: Timestamp.nullable(),
      notify: NotifyLevel.nullable(),
      read_seq: z.int().nonnegative().nullable(),
      is_closed: z.boolean().optional().describe('A direct room that they have closed.'),
    }),
  ),
  blocked: z.array(z.object({ user_id: UserId, user_name: z.string() })),
  join_requests: z
    .array(z.object({ room_slug: RoomSlug, text: z.string(), created_at: Timestamp }))
    .default([])
    .describe('Where they ask to be let in.'),
  invitations: z
    .array(
      z.object({
        room_slug: RoomSlug.nullable().describe('Null: to the server.'),
        role: MemberRole,
        created_at: Timestamp,
        expires_at: Timestamp.nullable(),
        max_uses: z.int().nullable(),
        uses: z.int().nonnegative(),
        revoked_at: Timestamp.nullable(),
      }),
    )
    .default([])
    .describe('Those that they made; the codes are kept nowhere.'),
  reports: z
    .array(
      z.object({
        message_id: z.uuid(),
        room_slug: RoomSlug,
        reason: z.string(),
        created_at: Timestamp,
        resolved_at: Timestamp.nullable(),
      }),
    )
    .default([])
    .describe('Those that they made.'),
  bans: z
    .array(ExportedSentence)
    .default([])
    .describe(
      'About them, that hold; `decisions` has all. Not from private rooms that are hidden, and in which they never were.',
    ),
  mutes: z
    .array(ExportedSentence.extend({ text: z.boolean(), voice: z.boolean() }))
    .default([])
    .describe('About them, that hold; `decisions` has all.'),
  decisions: z
    .array(ExportedDecision)
    .default([])
    .describe(
      'What the audit logs of rooms and of the server say was done to them, but for what others reported, and what hidden rooms did in which they never were.',
    ),
  unsent_attachments: z
    .array(ExportedFile.extend({ created_at: Timestamp }))
    .default([])
    .describe('Files that they have uploaded and not sent.'),
});

const ExportedMessage = z.object({
  id: z.uuid().optional(),
  thread_root_id: z.uuid().nullish().describe('The message whose thread it stands in.'),
  reply_to: z.uuid().nullish(),
  room_slug: RoomSlug,
  text: z.string(),
  created_at: Timestamp,
  edited_at: Timestamp.nullable(),
  attachments: z.array(ExportedFile),
});

const ExportedReaction = z.object({
  room_slug: RoomSlug,
  message_id: z.uuid(),
  emoji: z.string(),
  created_at: Timestamp,
});

const ExportedNotice = z.object({
  room_slug: RoomSlug,
  message_id: z.uuid(),
  kind: z.enum(['mention', 'everyone', 'reply', 'thread']),
  created_at: Timestamp,
  read_at: Timestamp.nullable(),
});

export const AccountExport = z
  .object({
    account: ExportedAccount.optional().describe('Of the first page.'),
    messages: z.array(ExportedMessage),
    reactions: z.array(ExportedReaction).default([]).describe('Those of the person, to any message.'),
    inbox: z.array(ExportedNotice).default([]).describe('Messages that they were told of.'),
    next_cursor: ExportCursor.nullable(),
  })
  .meta({ id: 'AccountExport' });
export type AccountExport = z.infer<typeof AccountExport>;

export const exportRoutes = defineRoutes({
  'auth.export': {
    method: 'GET',
    path: '/v1/auth/me/export',
    auth: 'bearer',
    summary: 'All that is kept of me: the first page holds the account, the others what I wrote',
    query: z.object({ cursor: ExportCursor.optional() }),
    responses: { 200: AccountExport, 400: ErrorBody, 401: ErrorBody, 429: ErrorBody },
  },
});
