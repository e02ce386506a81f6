import { AppError } from '@boltorezka/protocol';
import type { AccessClaims, TicketClaims, Tokens } from '../auth/index.ts';
import type { Session, SocketSession } from '../http/session.ts';
import type { Logger } from '../platform/log.ts';
import type { SeatMap } from './seats.ts';

export interface SeatedAuthDeps {
  tokens: Pick<Tokens, 'verifyAccess' | 'verifyTicket'>;
  /** Asks the database. @throws AppError `Unauthorized`, `Unavailable`. */
  checkSession: (claims: AccessClaims) => Promise<Session>;
  /** The same, and uses the ticket up. It refuses one that this process has seen without asking. */
  redeemTicket: (claims: TicketClaims) => Promise<Session>;
  seats: SeatMap;
  /** Ends every socket of a session. */
  onSessionEnded: (sessionId: string) => void;
  log: Logger;
}

export interface SeatedAuth {
  /** @throws AppError `Unauthorized`; `Unavailable` where only the database could tell. */
  authenticate(token: string): Promise<SocketSession>;
  /** The same by a ticket, which is good once. */
  authenticateTicket(ticket: string): Promise<SocketSession>;
  /**
   * Asks once more for a session that was let in.
   * @returns false where it has ended; where the database does not tell soon, it is asked until it does.
   */
  confirm(claims: AccessClaims): Promise<boolean>;
  close(): void;
}

/** Somebody in a call does not wait longer for the database. */
const databaseWaitMs = 500;
const recheckIntervalMs = 5_000;

const isRefused = (error: unknown): boolean => error instanceof AppError && error.code === 'Unauthorized';
const isAway = (error: unknown): boolean => error instanceof AppError && error.code === 'Unavailable';

/** Asks about sessions that were let in without the database, until it answers. */
const createRecheck = ({ checkSession, onSessionEnded, log }: SeatedAuthDeps) => {
  const unconfirmed = new Map<string, AccessClaims>();
  let timer: NodeJS.Timeout | undefined;
  const confirm = async (claims: AccessClaims): Promise<void> => {
    const { sessionId } = claims;
    try {
      await checkSession(claims);
    } catch (error) {
      if (isAway(error)) return;
      log.info({ err: error, sessionId }, 'a session had ended while the database was away');
      onSessionEnded(sessionId);
    }
    unconfirmed.delete(sessionId);
  };
  const recheck = async (): Promise<void> => {
    for (const claims of [...unconfirmed.values()]) await confirm(claims);
    timer = unconfirmed.size > 0 ? setTimeout(recheck, recheckIntervalMs).unref() : undefined;
  };
  return {
    add: (claims: AccessClaims): void => {
      unconfirmed.set(claims.sessionId, claims);
      timer ??= setTimeout(recheck, recheckIntervalMs).unref();
    },
    close: (): void => {
      clearTimeout(timer);
      unconfirmed.clear();
    },
  };
};

/** @returns the answer, or 'late' where the database does not give one soon. */
const soon = async (asked: Promise<Session>): Promise<Session | 'late'> => {
  const late = new Promise<'late'>((resolve) => {
    setTimeout(() => resolve('late'), databaseWaitMs).unref();
  });
  return Promise.race([asked, late]).catch((error: unknown) => {
    if (isAway(error)) return 'late' as const;
    throw error;
  });
};

/**
 * Lets people back to their call while the database is away: by the token's signature, and by the seat that its session
 * took when the database could be asked. When it can be asked again, it is: a session that was revoked meanwhile ends.
 */
export const createSeatedAuth = (deps: SeatedAuthDeps): SeatedAuth => {
  const { tokens, checkSession, redeemTicket, seats } = deps;
  const recheck = createRecheck(deps);
  const admitBySeat = (claims: AccessClaims): SocketSession | undefined => {
    const { userId, sessionId, expiresAt } = claims;
    const seat = seats.byUser(userId);
    if (seat?.sessionId !== sessionId) return undefined;
    recheck.add(claims);
    return { user: { id: userId, name: seat.userName }, sessionId, expiresAt, isUnchecked: true };
  };
  const admit = async <C extends AccessClaims>(
    claims: C,
    ask: (claims: C) => Promise<Session>,
  ): Promise<SocketSession> => {
    const asked = ask(claims);
    if (!seats.byUser(claims.userId)) return asked;
    const answer = await soon(asked);
    return answer === 'late' ? (admitBySeat(claims) ?? asked) : answer;
  };
  return {
    authenticate: async (token) => admit(tokens.verifyAccess(token), checkSession),
    authenticateTicket: async (ticket) => admit(tokens.verifyTicket(ticket), redeemTicket),
    confirm: async (claims) => {
      try {
        if ((await soon(checkSession(claims))) === 'late') recheck.add(claims);
        return true;
      } catch (error) {
        if (isRefused(error)) return false;
        throw error;
      }
    },
    close: () => recheck.close(),
  };
};
