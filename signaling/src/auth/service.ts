import { randomUUID } from 'node:crypto';
import {
  AppError,
  type LoginBody,
  type RegisterBody,
  type Registered,
  type RegistrationMode,
  type User,
} from '@boltorezka/protocol';
import type { Session } from '../http/session.ts';
import type { Passwords } from './passwords.ts';
import { hashOf, type RefreshTokens } from './refresh-tokens.ts';
import type { Registration, RegistrationRefusal, RegistrationRepository } from './registration-repository.ts';
import type { RenewalRepository } from './renewal-repository.ts';
import type { AuthRepository, KnownSession, StoredUser } from './repository.ts';
import { createPasswordProof } from './sign-in.ts';
import type { SignInGuard } from './sign-in-guard.ts';
import type { TicketRepository } from './ticket-repository.ts';
import { createUsedTickets, ticketIsUsed } from './tickets.ts';
import type { AccessClaims, TicketClaims, Tokens } from './tokens.ts';

export interface AuthServiceDeps {
  repository: AuthRepository;
  registrations: RegistrationRepository;
  renewals: RenewalRepository;
  tickets: TicketRepository;
  tokens: Tokens;
  refreshTokens: RefreshTokens;
  passwords: Passwords;
  guard: SignInGuard;
  /** Somebody has come into a room by the invitation that they signed up with. */
  onRegistered: (registration: Registration) => void;
}

/** What a device is told, and what its browser keeps beside that. */
export interface SignedIn {
  result: Registered;
  /** For the cookie of who asked for one. */
  cookieToken?: string;
}

/** Where somebody signs in. */
export interface Device {
  userAgent: string | null;
  /** May become the administrator of a server that has none. */
  mayAdminister: boolean;
  /** As addresses are counted. */
  address: string;
  /** What a browser is called in which this account was signed in before. */
  knownDevice: string | undefined;
}

export interface AuthService {
  registrationMode(): Promise<RegistrationMode>;
  /** @throws AppError `Conflict` where the address has an account; `Forbidden` where registration is not open. */
  register(input: RegisterBody, device: Device): Promise<SignedIn>;
  /**
   * @throws AppError `Unauthorized`, the same in text and time for a wrong password and an unknown address; `Forbidden`
   * for who is banned, where the password is right; `RateLimited`.
   */
  login(input: LoginBody, device: Device): Promise<SignedIn>;
  /** @throws AppError `Unauthorized`, the same for each token that renews nothing. */
  refresh(refreshToken: string): Promise<SignedIn & { refreshToken: string }>;
  /** @throws AppError `Unauthorized` for a token that is not ours, has ended, or whose session was revoked. */
  authenticate(token: string): Promise<Session>;
  /** The same for claims whose signature was checked. */
  checkSession(claims: AccessClaims): Promise<Session>;
  /** The same, and uses the ticket up. @throws AppError `Unauthorized` the second time. */
  redeemTicket(claims: TicketClaims): Promise<Session>;
  /** Ends the session, or all of the person's: their tokens stop working. */
  logout(session: Session, everywhere: boolean): Promise<void>;
}

const sessionEnded = () => new AppError('Unauthorized', 'The session has ended; sign in again.');

/** Says why, to who has shown the right password: in a sentence, and in parts for clients of any language. */
const bannedError = ({ reason, until }: NonNullable<StoredUser['ban']>): AppError => {
  const end = until ? ` until ${until.toISOString().slice(0, 16).replace('T', ' ')} UTC` : '';
  const why = reason === '' ? 'Ask an administrator.' : `The reason given: ${reason}`;
  const message = `An administrator has banned this account${end}. ${why}`;
  return new AppError('Forbidden', message, { ban: { until: until?.toISOString() ?? null, reason } });
};

const refusalError = (refusal: RegistrationRefusal): AppError => {
  switch (refusal) {
    case 'closed':
      return new AppError('Forbidden', 'Nobody can sign up here at present; ask an administrator.');
    case 'by-invitation':
      return new AppError('Forbidden', 'Signing up takes an invitation; open the link that you were sent.');
    case 'bad-invitation':
      return new AppError('Forbidden', 'This invitation does not work any more; ask for another.');
    case 'taken':
      return new AppError(
        'Conflict',
        'There is an account with this email already; sign in, or use another.',
      );
    default:
      return refusal satisfies never;
  }
};

const isRefusal = (outcome: Registration | RegistrationRefusal): outcome is RegistrationRefusal =>
  typeof outcome === 'string';

interface Opening {
  user: User;
  passwordHash: string;
  device: Device;
  renewal: LoginBody['renewal'];
}

const createSessionStart =
  ({ repository, tokens, refreshTokens, guard }: AuthServiceDeps) =>
  async ({ user, passwordHash, device, renewal }: Opening): Promise<SignedIn> => {
    const id = randomUUID();
    const refreshToken = renewal && refreshTokens.create(id);
    const plain = tokens.signAccess(user.id, id);
    const { expiresAt } = plain;
    const refreshHash = refreshToken === undefined ? null : hashOf(refreshToken);
    const placeHash = guard.placeOf(user.email, device.address);
    const { userAgent } = device;
    const row = { id, userId: user.id, passwordHash, expiresAt, userAgent, refreshHash, placeHash };
    if (!(await repository.insertSession(row))) throw sessionEnded();
    if (refreshToken === undefined) return { result: { user, token: plain.token } };
    const token = tokens.signShortAccess({ userId: user.id, sessionId: id, expiresAt });
    const result = { user, token, expires_in_ms: tokens.shortTtlMs };
    return renewal === 'cookie'
      ? { result, cookieToken: refreshToken }
      : { result: { ...result, refresh_token: refreshToken } };
  };

const createRefresh =
  ({ renewals, tokens, refreshTokens }: AuthServiceDeps): AuthService['refresh'] =>
  async (shown) => {
    const sessionId = refreshTokens.sessionOf(shown);
    if (sessionId === undefined) throw sessionEnded();
    const renewed = await renewals.renew({
      sessionId,
      shownHash: hashOf(shown),
      nextHash: (answeredBefore) => hashOf(refreshTokens.next(shown, answeredBefore)),
      expiresAt: new Date(Date.now() + tokens.sessionMs),
    });
    if (typeof renewed === 'string') throw sessionEnded();
    const { user, expiresAt, answeredBefore } = renewed;
    const token = tokens.signShortAccess({ userId: user.id, sessionId, expiresAt });
    return {
      result: { user, token, expires_in_ms: tokens.shortTtlMs },
      refreshToken: refreshTokens.next(shown, answeredBefore),
    };
  };

/** Looks sessions up, and notes that they are used: nobody waits for that. */
const createChecks = ({ repository, tickets }: AuthServiceDeps) => {
  const usedTickets = createUsedTickets();
  const toSession = ({ sessionId }: AccessClaims, known: KnownSession | undefined): Session => {
    if (!known) throw sessionEnded();
    if (known.isUseStale) void repository.noteUse([sessionId]).catch(() => undefined);
    return { user: known.user, sessionId, expiresAt: known.expiresAt };
  };
  return {
    checkSession: async (claims: AccessClaims) =>
      toSession(claims, await repository.findBySession(claims.sessionId, claims.userId)),
    redeemTicket: async (claims: TicketClaims) => {
      usedTickets.take(claims);
      const known = await tickets.redeem(claims);
      if (known === 'used') throw ticketIsUsed();
      return toSession(claims, known);
    },
  };
};

const createRegister =
  (deps: AuthServiceDeps, startSession: ReturnType<typeof createSessionStart>): AuthService['register'] =>
  async ({ email, password, name, invitation, renewal }, device) => {
    const { registrations, passwords, onRegistered } = deps;
    const { mayAdminister } = device;
    if (invitation === undefined && !mayAdminister) {
      // Asked again where it counts; here it spares a hash.
      const mode = await registrations.mode();
      if (mode !== 'open') throw refusalError(mode === 'closed' ? 'closed' : 'by-invitation');
    }
    const passwordHash = await passwords.hash(password);
    const newUser = { id: randomUUID(), email, name, passwordHash, invitation, mayAdminister };
    const outcome = await registrations.register(newUser);
    if (isRefusal(outcome)) throw refusalError(outcome);
    onRegistered(outcome);
    const signedIn = await startSession({ user: outcome.user, passwordHash, device, renewal });
    const { entered } = outcome;
    return entered ? { ...signedIn, result: { ...signedIn.result, room_slug: entered.slug } } : signedIn;
  };

export const createAuthService = (deps: AuthServiceDeps): AuthService => {
  const { repository, registrations, tokens } = deps;
  const startSession = createSessionStart(deps);
  const checks = createChecks(deps);
  const prove = createPasswordProof(deps);
  return {
    ...checks,
    registrationMode: () => registrations.mode(),
    register: createRegister(deps, startSession),
    login: async ({ email, password, renewal }, device) => {
      const stored = await prove({ ...device, email, password });
      if (stored.ban) throw bannedError(stored.ban);
      return startSession({ ...stored, device, renewal });
    },
    refresh: createRefresh(deps),
    authenticate: async (token) => checks.checkSession(tokens.verifyAccess(token)),
    logout: async ({ user, sessionId }, everywhere) => {
      await repository.revokeSessions({ userId: user.id, ...(everywhere ? {} : { sessionId }) });
    },
  };
};
