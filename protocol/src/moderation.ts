import { z } from 'zod';
import { Done } from './done.ts';
import { ErrorBody } from './errors.ts';
import { defineEvents } from './frames.ts';
import { humanText, InvitationId, MessageId, ReportId, RoomId, RoomSlug, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { RestMessage } from './messages.ts';
import { GrantedRole, Room } from './room-shapes.ts';
import { defineRoutes } from './routes.ts';

const RoomParams = z.object({ slug: RoomSlug });
const errors = { 400: ErrorBody, 401: ErrorBody, 403: ErrorBody, 404: ErrorBody };
const cursor = z.string().max(100).optional().describe('The next_cursor of an earlier page.');
const limit = z.coerce.number().int().min(1).max(100).default(50);

/** A secret that travels in a link. */
export const InvitationCode = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/, 'That is no invitation code')
  .meta({ id: 'InvitationCode' });

export const Invitation = z
  .object({
    id: InvitationId,
    role: GrantedRole,
    created_by: z.object({ user_id: UserId, user_name: z.string() }).nullable(),
    created_at: Timestamp,
    expires_at: Timestamp.nullable(),
    max_uses: z.int().nullable(),
    uses: z.int(),
  })
  .meta({ id: 'Invitation', description: 'Its code is told once, to whoever made it.' });
export type Invitation = z.infer<typeof Invitation>;

export const CreateInvitationBody = z
  .object({
    role: GrantedRole.default('member'),
    expires_in_s: z
      .int()
      .min(60)
      .max(365 * 24 * 60 * 60)
      .nullable()
      .default(7 * 24 * 60 * 60)
      .describe('Null: it does not end by itself.'),
    max_uses: z.int().min(1).max(10_000).nullable().default(null).describe('Null: any number.'),
  })
  .meta({ id: 'CreateInvitationBody' });
export type CreateInvitationBody = z.infer<typeof CreateInvitationBody>;

const created = { 201: z.object({ invitation: Invitation, code: InvitationCode }) };
const CodeBody = z.object({ code: InvitationCode });

/** Invitations answer the same whether a code never was, has ended, or was used up. */
export const invitationRoutes = defineRoutes({
  'invitations.create': {
    method: 'POST',
    path: '/v1/rooms/:slug/invitations',
    auth: 'bearer',
    summary: 'Make an invitation to a room',
    params: RoomParams,
    body: CreateInvitationBody,
    responses: { ...created, ...errors, 429: ErrorBody },
  },
  'invitations.list': {
    method: 'GET',
    path: '/v1/rooms/:slug/invitations',
    auth: 'bearer',
    summary: 'The invitations to a room that still work; whoever is no moderator sees their own',
    params: RoomParams,
    query: z.object({ cursor, limit: z.coerce.number().int().min(1).max(100).default(100) }),
    responses: {
      200: z.object({
        invitations: z.array(Invitation).describe('The newest first.'),
        next_cursor: z.string().nullable().optional(),
      }),
      ...errors,
    },
  },
  'invitations.revoke': {
    method: 'DELETE',
    path: '/v1/invitations/:invitation_id',
    auth: 'bearer',
    summary: 'Take an invitation back',
    params: z.object({ invitation_id: InvitationId }),
    responses: { 200: Done, ...errors },
  },
  'invitations.look': {
    method: 'POST',
    path: '/v1/invitations/look',
    auth: 'optional',
    summary:
      'What a code invites to; nothing, to somebody signed in who is banned from its room. The code travels in the body, so that no log holds it',
    body: CodeBody,
    responses: {
      200: z.object({
        room_title: z.string().nullable().describe('Null: to the server.'),
        invited_by: z.string().nullable(),
        expires_at: Timestamp.nullable(),
      }),
      400: ErrorBody,
      404: ErrorBody,
      429: ErrorBody,
    },
  },
  'invitations.accept': {
    method: 'POST',
    path: '/v1/invitations/accept',
    auth: 'bearer',
    summary:
      'Take an invitation: from now on I belong to its room. Whoever does already uses it up no further',
    body: CodeBody,
    responses: { 200: z.object({ room: Room.nullable() }), ...errors, 429: ErrorBody },
  },
});

const AuditEntry = z
  .object({
    id: z.string(),
    action: z.string().describe('What was done, as `member.ban` or `room.update`; new ones may come.'),
    actor: z.object({ user_id: UserId, user_name: z.string() }).nullable(),
    target: z.object({ user_id: UserId, user_name: z.string() }).nullable(),
    message_id: MessageId.nullable(),
    room_slug: RoomSlug.nullable()
      .optional()
      .describe("Of the server's list: in which room; null for what concerns the server."),
    details: z
      .record(z.string(), z.unknown())
      .describe('A reason, an end, what was changed; never a text that was deleted.'),
    created_at: Timestamp,
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof AuditEntry>;

const Report = z
  .object({
    id: ReportId,
    message: RestMessage,
    reporter: z.object({ user_id: UserId, user_name: z.string() }),
    reason: z.string(),
    created_at: Timestamp,
    as_reported: z
      .object({ text: z.string(), attachment_names: z.array(z.string()) })
      .optional()
      .describe(
        'What the message said when it was reported, where that is not what it says now. Kept until the report is dealt with, or the account of its author is deleted with all that they wrote.',
      ),
  })
  .meta({ id: 'Report' });
export type Report = z.infer<typeof Report>;

export const moderationRoutes = defineRoutes({
  'audit.room': {
    method: 'GET',
    path: '/v1/rooms/:slug/audit',
    auth: 'bearer',
    summary: 'Who did what to whom in a room, newest first; for its moderators',
    params: RoomParams,
    query: z.object({ cursor, limit }),
    responses: {
      200: z.object({ entries: z.array(AuditEntry), next_cursor: z.string().nullable() }),
      ...errors,
    },
  },
  'audit.server': {
    method: 'GET',
    path: '/v1/admin/audit',
    auth: 'bearer',
    summary: 'The same of the server and of all rooms; for administrators',
    query: z.object({ cursor, limit }),
    responses: {
      200: z.object({ entries: z.array(AuditEntry), next_cursor: z.string().nullable() }),
      400: ErrorBody,
      401: ErrorBody,
      403: ErrorBody,
    },
  },
  'reports.create': {
    method: 'POST',
    path: '/v1/messages/:message_id/reports',
    auth: 'bearer',
    summary:
      "Tell a room's moderators about a message; of a room of two, and where only its author moderates, the server's administrators, who see that message and nothing else of the room",
    params: z.object({ message_id: MessageId }),
    body: z.object({ reason: humanText(1, limits.maxReasonLength) }),
    responses: { 201: Done, ...errors, 429: ErrorBody },
  },
  'reports.list': {
    method: 'GET',
    path: '/v1/rooms/:slug/reports',
    auth: 'bearer',
    summary: 'The reports that wait, the first one first; a hundred at most',
    params: RoomParams,
    responses: { 200: z.object({ reports: z.array(Report) }), ...errors },
  },
  'reports.server': {
    method: 'GET',
    path: '/v1/admin/reports',
    auth: 'bearer',
    summary:
      'The same of messages in rooms of two, and in private rooms that nobody but the author moderates; for administrators. Of what a message answers nothing is told',
    responses: { 200: z.object({ reports: z.array(Report) }), 401: ErrorBody, 403: ErrorBody },
  },
  'reports.resolve': {
    method: 'POST',
    path: '/v1/reports/:report_id/resolve',
    auth: 'bearer',
    summary: 'A report is dealt with; one of the server’s by an administrator',
    params: z.object({ report_id: ReportId }),
    responses: { 200: Done, ...errors },
  },
});

export const moderationEvents = defineEvents({
  'joinRequest.declined': {
    payload: z.object({ roomId: RoomId, roomSlug: RoomSlug, roomTitle: z.string() }),
    summary: 'Moderators do not let me in to a room that I have asked; to my sockets',
  },
  'moderation.waiting': {
    payload: z.object({
      roomId: RoomId,
      roomSlug: RoomSlug,
      joinRequestCount: z.int().nonnegative(),
      reportCount: z.int().nonnegative(),
    }),
    summary:
      'How many requests and reports wait in a room; to the sockets of its moderators, when it changes, and after lobby.watch where any wait',
  },
  'moderation.serverWaiting': {
    payload: z.object({ reportCount: z.int().nonnegative() }),
    summary:
      'How many reports wait that only administrators deal with, as `reports.server` lists them; to their sockets, when it changes, and after lobby.watch where any wait',
  },
});
