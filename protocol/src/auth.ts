import { z } from 'zod';
import { Done } from './done.ts';
import { ErrorBody } from './errors.ts';
import { RoomSlug, SessionId, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
import { InvitationCode } from './moderation.ts';
import { oneLineText } from './one-line.ts';
import { defineRoutes } from './routes.ts';

/** Compared without case: the account is the same however its address is written. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(limits.maxEmailLength)
  .pipe(z.email())
  .meta({ id: 'Email', format: 'email', description: 'Compared without case.' });

export const Password = z
  .string()
  .min(limits.minPasswordLength)
  .max(limits.maxPasswordLength)
  .meta({ id: 'Password' });

export const UserName = oneLineText(limits.minUserNameLength, limits.maxUserNameLength).meta({
  id: 'UserName',
  description: 'In one line: runs of blanks become one space, and what is not seen is left out.',
});

export const User = z
  .object({ id: UserId, email: z.string(), name: z.string(), created_at: Timestamp })
  .extend({
    is_administrator: z
      .boolean()
      .optional()
      .describe('Said to oneself: true for who administers the server, absent for anybody else.'),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

/** How a session is kept going. Without it the token lasts as long as the session. */
const Renewal = z
  .enum(['token', 'cookie'])
  .describe(
    'Short tokens, renewed by auth.refresh: with a refresh token, or with a cookie that no script can read. Left out: one token that lasts as long as the session.',
  );
export type Renewal = z.infer<typeof Renewal>;

export const RegisterBody = z
  .object({ email: Email, password: Password, name: UserName })
  .extend({
    invitation: InvitationCode.optional().describe('Needed where registration is by invitation.'),
    renewal: Renewal.optional(),
  })
  .meta({ id: 'RegisterBody' });
export type RegisterBody = z.infer<typeof RegisterBody>;

/** A password as it is shown to be compared: how long it must be is of no interest any more. */
const GivenPassword = z.string().min(1).max(limits.maxPasswordLength);

export const LoginBody = z
  .object({ email: Email, password: GivenPassword, renewal: Renewal.optional() })
  .meta({ id: 'LoginBody' });
export type LoginBody = z.infer<typeof LoginBody>;

export const RefreshToken = z
  .string()
  .regex(/^[A-Za-z0-9_-]{86}$/, 'That is no refresh token')
  .meta({ id: 'RefreshToken' });

export const AuthResult = z
  .object({ user: User, token: z.string().describe('A JWT, tied to a session that can be revoked.') })
  .extend({
    expires_in_ms: z
      .int()
      .positive()
      .optional()
      .describe('Of a session that renews its tokens: how long this one lasts.'),
    refresh_token: RefreshToken.optional().describe(
      "With renewal 'token': good for the next one, and again until that was used. Shown later, it ends the session.",
    ),
  })
  .meta({ id: 'AuthResult' });
export type AuthResult = z.infer<typeof AuthResult>;

export const Registered = AuthResult.extend({
  room_slug: RoomSlug.optional().describe('Of who signed up by the invitation to a room: they belong to it.'),
}).meta({ id: 'Registered' });
export type Registered = z.infer<typeof Registered>;

export const DeviceSession = z
  .object({
    id: SessionId,
    browser: z.string().nullable().describe('As the program named itself: `Firefox 152`. Null: unknown.'),
    os: z.string().nullable(),
    created_at: Timestamp,
    last_used_at: Timestamp.describe('To a few minutes.'),
    expires_at: Timestamp,
    is_current: z.boolean().describe('The one that asks.'),
  })
  .meta({ id: 'DeviceSession' });
export type DeviceSession = z.infer<typeof DeviceSession>;

/** Who may sign up. */
export const RegistrationMode = z.enum(['open', 'invitation', 'closed']).meta({ id: 'RegistrationMode' });
export type RegistrationMode = z.infer<typeof RegistrationMode>;

export const PasswordResetCode = z
  .string()
  .regex(/^[A-Za-z0-9_-]{16,64}$/, 'That is no code')
  .meta({ id: 'PasswordResetCode' });

const done = { 200: Done, 400: ErrorBody, 401: ErrorBody };

const renewsFirst =
  'A client that keeps its refresh token itself renews it first: one whose answer was lost is good no more';

/** Coming in, and staying in. */
const signInRoutes = defineRoutes({
  'auth.registration': {
    method: 'GET',
    path: '/v1/auth/registration',
    auth: 'none',
    summary: 'Who may sign up',
    responses: { 200: z.object({ mode: RegistrationMode }), 429: ErrorBody },
  },
  'auth.register': {
    method: 'POST',
    path: '/v1/auth/register',
    auth: 'none',
    summary: 'Create an account and sign in',
    body: RegisterBody,
    responses: { 201: Registered, 400: ErrorBody, 403: ErrorBody, 409: ErrorBody, 429: ErrorBody },
  },
  'auth.login': {
    method: 'POST',
    path: '/v1/auth/login',
    auth: 'none',
    summary: 'Sign in',
    body: LoginBody,
    responses: { 200: AuthResult, 400: ErrorBody, 401: ErrorBody, 403: ErrorBody, 429: ErrorBody },
  },
  'auth.refresh': {
    method: 'POST',
    path: '/v1/auth/refresh',
    auth: 'none',
    summary:
      'Another token for a session that renews its tokens, by its refresh token or its cookie. A refresh token may be shown again as long as none that came for it was used, since the answer may have been lost; later it ends the session',
    body: z.object({ refresh_token: RefreshToken.optional().describe('Left out: the cookie.') }),
    responses: { 200: AuthResult, 400: ErrorBody, 401: ErrorBody, 403: ErrorBody, 429: ErrorBody },
  },
  'auth.resetPassword': {
    method: 'POST',
    path: '/v1/auth/password-reset',
    auth: 'none',
    summary:
      "Set another password by the code of an administrator's link. All sessions of the account end; the code is used up",
    body: z.object({ code: PasswordResetCode, new_password: Password }),
    responses: { 200: Done, 400: ErrorBody, 404: ErrorBody, 429: ErrorBody },
  },
  'auth.logout': {
    method: 'POST',
    path: '/v1/auth/logout',
    auth: 'bearer',
    summary: 'End this session: its token stops working and its sockets close',
    body: z.object({ everywhere: z.boolean().default(false).describe('Also the other sessions.') }),
    responses: done,
  },
  'realtime.ticket': {
    method: 'POST',
    path: '/v1/realtime/ticket',
    auth: 'bearer',
    summary: 'A ticket that opens the realtime socket once: /v1/realtime/ws?ticket=',
    responses: {
      201: z.object({ ticket: z.string(), expires_in_ms: z.int().positive() }),
      401: ErrorBody,
      429: ErrorBody,
    },
  },
});

/** One's own account. */
const accountRoutes = defineRoutes({
  'auth.me': {
    method: 'GET',
    path: '/v1/auth/me',
    auth: 'bearer',
    summary: 'Who am I',
    responses: { 200: z.object({ user: User }), 401: ErrorBody },
  },
  'auth.rename': {
    method: 'PATCH',
    path: '/v1/auth/me',
    auth: 'bearer',
    summary: 'Be called otherwise',
    body: z.object({ name: UserName }),
    responses: { 200: z.object({ user: User }), 400: ErrorBody, 401: ErrorBody, 429: ErrorBody },
  },
  'auth.delete': {
    method: 'DELETE',
    path: '/v1/auth/me',
    auth: 'bearer',
    summary:
      'Delete the account for good. What its person wrote stays without a name, or is erased as well; rooms that they alone own pass on',
    body: z.object({
      password: GivenPassword,
      erase_messages: z
        .boolean()
        .default(false)
        .describe(
          'Erase what this person wrote, everywhere. Of very much, some is still being erased when this answers.',
        ),
    }),
    responses: { ...done, 403: ErrorBody, 409: ErrorBody, 429: ErrorBody },
  },
  'auth.changePassword': {
    method: 'POST',
    path: '/v1/auth/password',
    auth: 'bearer',
    summary: `Another password; the other sessions end. ${renewsFirst}`,
    body: z.object({ current_password: GivenPassword, new_password: Password }),
    responses: { ...done, 403: ErrorBody, 429: ErrorBody },
  },
  'auth.sessions': {
    method: 'GET',
    path: '/v1/auth/sessions',
    auth: 'bearer',
    summary: 'Where I am signed in, the one used last first',
    responses: { 200: z.object({ sessions: z.array(DeviceSession) }), 401: ErrorBody },
  },
  'auth.endSession': {
    method: 'DELETE',
    path: '/v1/auth/sessions/:session_id',
    auth: 'bearer',
    summary: 'Sign out a device of mine: its sockets, and its place in a call, end within a second',
    params: z.object({ session_id: SessionId }),
    responses: { ...done, 404: ErrorBody },
  },
  'auth.endOtherSessions': {
    method: 'DELETE',
    path: '/v1/auth/sessions',
    auth: 'bearer',
    summary: `Sign out every device of mine but this one. ${renewsFirst}`,
    responses: { 200: Done, 401: ErrorBody },
  },
});

export const authRoutes = { ...signInRoutes, ...accountRoutes } as const;
