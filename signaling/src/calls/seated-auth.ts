import { AppError } from '@boltorezka/protocol';
import type { Tokens } from '../auth/index.ts';
import type { Session, SocketSession } from '../http/session.ts';
import type { Logger } from '../platform/log.ts';
import type { SeatMap } from './seats.ts';

export interface SeatedAuthDeps {
  tokens: Pick<Tokens, 'verifyAccess'>;
  /** Asks the database. @throws AppError `Unauthorized`, `Unavailable`. */
  authenticate: (token: string) => Promise<Session>;
  seats: SeatMap;
  /** Ends every socket of a session. */
  onSessionEnded: (sessionId: string) => void;
  log: Logger;
}

export interface SeatedAuth {
  /** @throws AppError `Unauthorized`; `Unavailable` where only the database could tell. */
  authenticate(token: string): Promise<SocketSession>;
  close(): void;
}

/** Somebody in a call does not wait longer for the database. */
const databaseWaitMs = 500;
const recheckIntervalMs = 5_000;

const isAway = (error: unknown): boolean => error instanceof AppError && error.code === 'Unavailable';

/**
 * Lets people back to their call while the database is away: by the token's signature, and by the seat that its session
 * took when the database could be asked. When it can be asked again, it is: a session that was revoked meanwhile ends.
 */
export const createSeatedAuth = (deps: SeatedAuthDeps): SeatedAuth => {
  const { tokens, authenticate, seats, onSessionEnded, log } = deps;
  const unconfirmed = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;

  const confirm = async (sessionId: string, token: string): Promise<void> => {
    try {
      await authenticate(token);
    } catch (error) {
      if (isAway(error)) return;
      log.info({ err: error, sessionId }, 'a session had ended while the database was away');
      onSessionEnded(sessionId);
    }
    unconfirmed.delete(sessionId);
  };
  const recheck = async (): Promise<void> => {
    for (const [sessionId, token] of [...unconfirmed]) await confirm(sessionId, token);
    timer = unconfirmed.size > 0 ? setTimeout(recheck, recheckIntervalMs).unref() : undefined;
  };
  const admitBySeat = (token: string): SocketSession | undefined => {
    const { userId, sessionId, expiresAt } = tokens.verifyAccess(token);
    const seat = seats.byUser(userId);
    if (seat?.sessionId !== sessionId) return undefined;
    unconfirmed.set(sessionId, token);
    timer ??= setTimeout(recheck, recheckIntervalMs).unref();
    return { user: { id: userId, name: seat.userName }, sessionId, expiresAt };
  };

  return {
    authenticate: async (token) => {
      const { userId } = tokens.verifyAccess(token);
      if (!seats.byUser(userId)) return authenticate(token);
      const asked = authenticate(token);
      const late = new Promise<'late'>((resolve) => {
        setTimeout(() => resolve('late'), databaseWaitMs).unref();
      });
      const answer = await Promise.race([asked, late]).catch((error: unknown) => {
        if (isAway(error)) return 'late' as const;
        throw error;
      });
      if (answer !== 'late') return answer;
      return admitBySeat(token) ?? asked;
    },
    close: () => {
      clearTimeout(timer);
      unconfirmed.clear();
    },
  };
};
