import { answer, type RouteRegistrar } from '../http/route.ts';
import type { AuthService } from './service.ts';

export const registerAuthRoutes = (route: RouteRegistrar, auth: AuthService): void => {
  route('auth.register', async ({ body }) => answer(201, await auth.register(body)), 'auth');
  route('auth.login', async ({ body }) => answer(200, await auth.login(body)), 'auth');
  route('auth.me', async ({ session }) => answer(200, { user: session.user }));
  route('auth.logout', async ({ session }) => {
    await auth.logout(session.sessionId);
    return answer(200, { ok: true as const });
  });
};
