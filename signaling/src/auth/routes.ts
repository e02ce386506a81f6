import { AppError } from '@boltorezka/protocol';
import type { Caller } from '../http/caller.ts';
import { type AnswerHeaders, answer, type RouteRegistrar } from '../http/route.ts';
import type { Session, SocketSession } from '../http/session.ts';
import type { AccountService } from './account-service.ts';
import type { RefreshCookies } from './cookies.ts';
import { toStoredUserAgent } from './devices.ts';
import type { KnownDevices } from './known-devices.ts';
import type { AuthService, Device, SignedIn } from './service.ts';
import type { Tokens } from './tokens.ts';

export interface AuthRouteDeps {
  auth: AuthService;
  account: AccountService;
  cookies: RefreshCookies;
  knownDevices: KnownDevices;
  tokens: Pick<Tokens, 'signTicket'>;
  /** As the socket knows people: also while the database is away. */
  authenticateForSocket: (token: string) => Promise<SocketSession>;
  mayAdminister: (caller: Caller) => boolean;
}

const ok = { ok: true as const };

const registerSignIn = (route: RouteRegistrar, deps: AuthRouteDeps): void => {
  const { auth, cookies, knownDevices, mayAdminister } = deps;
  const toDevice = (caller: Caller, email: string): Device => ({
    userAgent: toStoredUserAgent(caller.headers['user-agent']),
    mayAdminister: mayAdminister(caller),
    address: caller.address,
    knownDevice: knownDevices.find(caller, email),
  });
  // Who wants no cookie gets none.
  const headersFor = (caller: Caller, { cookieToken, result }: SignedIn): AnswerHeaders =>
    cookieToken === undefined
      ? {}
      : {
          'set-cookie': [cookies.set(caller, cookieToken), knownDevices.remember(caller, result.user.email)],
        };
  route('auth.registration', async () => answer(200, { mode: await auth.registrationMode() }));
  route(
    'auth.register',
    async ({ body, caller }) => {
      const signedIn = await auth.register(body, toDevice(caller, body.email));
      return answer(201, signedIn.result, headersFor(caller, signedIn));
    },
    'auth',
  );
  route(
    'auth.login',
    async ({ body, caller }) => {
      const signedIn = await auth.login(body, toDevice(caller, body.email));
      return answer(200, signedIn.result, headersFor(caller, signedIn));
    },
    'auth',
  );
};

const registerStayingIn = (route: RouteRegistrar, deps: AuthRouteDeps): void => {
  const { auth, cookies, tokens, authenticateForSocket } = deps;
  route(
    'auth.refresh',
    async ({ body, caller }) => {
      const kept = body.refresh_token === undefined ? cookies.read(caller) : undefined;
      const shown = body.refresh_token ?? kept;
      if (shown === undefined) throw new AppError('Unauthorized', 'Nobody is signed in here; sign in.');
      const { result, refreshToken } = await auth.refresh(shown);
      return kept === undefined
        ? answer(200, { ...result, refresh_token: refreshToken })
        : answer(200, result, { 'set-cookie': cookies.set(caller, refreshToken) });
    },
    'tokens',
  );
  route('auth.logout', async ({ session, body, caller }) => {
    await auth.logout(session, body.everywhere);
    return answer(200, ok, cookies.clear(caller));
  });
  route(
    'realtime.ticket',
    async ({ session }) => {
      const { user, sessionId, expiresAt } = session;
      const { ticket, expiresInMs } = tokens.signTicket({ userId: user.id, sessionId, expiresAt });
      return answer(201, { ticket, expires_in_ms: expiresInMs });
    },
    { authenticate: authenticateForSocket, limit: 'tokens' },
  );
};

const registerSessions = (route: RouteRegistrar, { account, cookies }: AuthRouteDeps): void => {
  const sessionsOf = async (session: Session) => ({ sessions: await account.sessions(session) });
  route('auth.sessions', async ({ session }) => answer(200, await sessionsOf(session)));
  route('auth.endSession', async ({ session, params }) => {
    await account.endSession(session, params.session_id);
    return answer(200, ok);
  });
  route('auth.endOtherSessions', async ({ session, caller }) => {
    await account.endOtherSessions(session, cookies.find(caller));
    return answer(200, ok);
  });
};

const registerAccount = (route: RouteRegistrar, { account, cookies, knownDevices }: AuthRouteDeps): void => {
  route('auth.me', async ({ session }) => answer(200, { user: session.user }));
  route('auth.rename', async ({ session, body }) =>
    answer(200, { user: await account.rename(session, body.name) }),
  );
  route('auth.export', async ({ session, query }) =>
    answer(200, await account.exportPage(session, query.cursor)),
  );
  route('auth.delete', async ({ session, body, caller }) => {
    const { password, erase_messages: eraseMessages } = body;
    await account.deleteOwn(session, { password, eraseMessages });
    return answer(200, ok, cookies.clear(caller));
  });
  route('auth.changePassword', async ({ session, body, caller }) => {
    const { current_password: current, new_password: next } = body;
    await account.changePassword(session, { current, next, shown: cookies.find(caller) });
    return answer(200, ok);
  });
  route(
    'auth.resetPassword',
    async ({ body, caller }) => {
      const { email } = await account.resetPassword(body.code, body.new_password);
      // Whoever was let in by an administrator's link is no stranger, however many guess.
      return answer(200, ok, { 'set-cookie': knownDevices.remember(caller, email) });
    },
    'auth',
  );
};

export const registerAuthRoutes = (route: RouteRegistrar, deps: AuthRouteDeps): void => {
  registerSignIn(route, deps);
  registerStayingIn(route, deps);
  registerSessions(route, deps);
  registerAccount(route, deps);
};
