import { z } from 'zod';
import { PasswordResetCode, RegistrationMode } from './auth.ts';
import { Done } from './done.ts';
import { ErrorBody } from './errors.ts';
import { humanText, InvitationId, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { CreateInvitationBody, Invitation, InvitationCode } from './moderation.ts';
import { defineRoutes } from './routes.ts';

const UserParams = z.object({ user_id: UserId });
const Settings = z.object({ registration: RegistrationMode });
/** Whoever does not administer the server is refused with 403, whatever they ask for. */
const errors = { 400: ErrorBody, 401: ErrorBody, 403: ErrorBody };
const aboutSomebody = { ...errors, 404: ErrorBody };

export const ServerBan = z
  .object({
    reason: z.string(),
    created_at: Timestamp,
    expires_at: Timestamp.nullable().describe('Null: for good.'),
  })
  .meta({ id: 'ServerBan' });
export type ServerBan = z.infer<typeof ServerBan>;

/** A person as administrators see them. */
export const AdminUser = z
  .object({
    id: UserId,
    email: z.string(),
    name: z.string(),
    created_at: Timestamp,
    is_administrator: z.boolean(),
    last_seen_at: Timestamp.nullable().describe(
      'When one of their sessions was last used, to a few minutes.',
    ),
    ban: ServerBan.nullable(),
  })
  .meta({ id: 'AdminUser' });
export type AdminUser = z.infer<typeof AdminUser>;

export const UpdateUserBody = z
  .object({
    is_administrator: z.boolean(),
    ban: z
      .object({
        reason: humanText(0, limits.maxReasonLength)
          .transform((text) => text.trim())
          .default(''),
        expires_at: Timestamp.nullable().default(null).describe('Null: for good.'),
      })
      .nullable()
      .describe('Null: banned no more.'),
  })
  .partial()
  .refine(
    ({ is_administrator, ban }) => is_administrator !== undefined || ban !== undefined,
    'Say what to change: is_administrator or ban',
  )
  .meta({ id: 'UpdateUserBody', description: 'What is left out stays as it is.' });
export type UpdateUserBody = z.infer<typeof UpdateUserBody>;

export const adminRoutes = defineRoutes({
  'admin.settings': {
    method: 'GET',
    path: '/v1/admin/settings',
    auth: 'bearer',
    summary: "The server's settings",
    responses: { 200: z.object({ settings: Settings }), 401: ErrorBody, 403: ErrorBody },
  },
  'admin.changeSettings': {
    method: 'PATCH',
    path: '/v1/admin/settings',
    auth: 'bearer',
    summary: "Change the server's settings",
    body: Settings,
    responses: { 200: z.object({ settings: Settings }), ...errors },
  },
  'admin.users': {
    method: 'GET',
    path: '/v1/admin/users',
    auth: 'bearer',
    summary: 'Who has an account, the newest first; by a part of the name or of the address',
    query: z.object({
      query: humanText(0, 254).default(''),
      cursor: z
        .string()
        .regex(/^[0-9]{1,16}\.[0-9a-f-]{36}$/, 'Use the next_cursor of an earlier page')
        .optional(),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
    responses: {
      200: z.object({ users: z.array(AdminUser), next_cursor: z.string().nullable() }),
      ...errors,
    },
  },
  'admin.updateUser': {
    method: 'PATCH',
    path: '/v1/admin/users/:user_id',
    auth: 'bearer',
    summary:
      'Make somebody an administrator, or none; ban them from the server, or lift that. Whoever is banned is out within a second. One administrator stays',
    params: UserParams,
    body: UpdateUserBody,
    responses: { 200: z.object({ user: AdminUser }), ...aboutSomebody, 409: ErrorBody },
  },
  'admin.deleteUser': {
    method: 'DELETE',
    path: '/v1/admin/users/:user_id',
    auth: 'bearer',
    summary: "Delete somebody's account for good, as they could themselves",
    params: UserParams,
    body: z.object({ erase_messages: z.boolean().default(false) }),
    responses: { 200: Done, ...aboutSomebody, 409: ErrorBody },
  },
  'admin.removePicture': {
    method: 'DELETE',
    path: '/v1/admin/users/:user_id/picture',
    auth: 'bearer',
    summary: "Take somebody's picture away",
    params: UserParams,
    responses: { 200: Done, ...aboutSomebody },
  },
  'admin.resetPassword': {
    method: 'POST',
    path: '/v1/admin/users/:user_id/password-reset',
    auth: 'bearer',
    summary:
      'A code by which somebody sets another password, once and within a day. It is told here alone; the codes before it work no more',
    params: UserParams,
    responses: { 201: z.object({ code: PasswordResetCode, expires_at: Timestamp }), ...aboutSomebody },
  },
  'admin.createInvitation': {
    method: 'POST',
    path: '/v1/admin/invitations',
    auth: 'bearer',
    summary: 'Make an invitation to the server: whoever has it may sign up',
    body: CreateInvitationBody.omit({ role: true }),
    responses: { 201: z.object({ invitation: Invitation, code: InvitationCode }), ...errors, 429: ErrorBody },
  },
  'admin.invitations': {
    method: 'GET',
    path: '/v1/admin/invitations',
    auth: 'bearer',
    summary: 'The invitations to the server that still work, the newest first; a hundred at most',
    responses: { 200: z.object({ invitations: z.array(Invitation) }), 401: ErrorBody, 403: ErrorBody },
  },
  'admin.revokeInvitation': {
    method: 'DELETE',
    path: '/v1/admin/invitations/:invitation_id',
    auth: 'bearer',
    summary: 'Take an invitation to the server back',
    params: z.object({ invitation_id: InvitationId }),
    responses: { 200: Done, ...aboutSomebody },
  },
});
