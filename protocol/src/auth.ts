import { z } from 'zod';
import { ErrorBody } from './errors.ts';
import { humanText, Timestamp, UserId } from './ids.ts';
import { limits } from './limits.ts';
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

export const UserName = humanText(limits.minUserNameLength, limits.maxUserNameLength)
  .transform((name) => name.trim())
  .meta({ id: 'UserName' });

export const User = z
  .object({ id: UserId, email: z.string(), name: z.string(), created_at: Timestamp })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const RegisterBody = z
  .object({ email: Email, password: Password, name: UserName })
  .meta({ id: 'RegisterBody' });
export type RegisterBody = z.infer<typeof RegisterBody>;

export const LoginBody = z
  .object({ email: Email, password: z.string().min(1).max(limits.maxPasswordLength) })
  .meta({ id: 'LoginBody' });
export type LoginBody = z.infer<typeof LoginBody>;

export const AuthResult = z
  .object({ user: User, token: z.string().describe('A JWT, tied to a session that can be revoked.') })
  .meta({ id: 'AuthResult' });
export type AuthResult = z.infer<typeof AuthResult>;

export const authRoutes = defineRoutes({
  'auth.register': {
    method: 'POST',
    path: '/v1/auth/register',
    auth: 'none',
    summary: 'Create an account and sign in',
    body: RegisterBody,
    responses: { 201: AuthResult, 400: ErrorBody, 409: ErrorBody, 429: ErrorBody },
  },
  'auth.login': {
    method: 'POST',
    path: '/v1/auth/login',
    auth: 'none',
    summary: 'Sign in',
    body: LoginBody,
    responses: { 200: AuthResult, 400: ErrorBody, 401: ErrorBody, 429: ErrorBody },
  },
  'auth.me': {
    method: 'GET',
    path: '/v1/auth/me',
    auth: 'bearer',
    summary: 'Who am I',
    responses: { 200: z.object({ user: User }), 401: ErrorBody },
  },
  'auth.logout': {
    method: 'POST',
    path: '/v1/auth/logout',
    auth: 'bearer',
    summary: 'End this session: its token stops working and its sockets close',
    responses: { 200: z.object({ ok: z.literal(true) }), 401: ErrorBody },
  },
});
