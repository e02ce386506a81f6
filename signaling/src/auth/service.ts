import { randomUUID } from 'node:crypto';
import {
  AppError,
  type AuthResult,
  type LoginBody,
  type RegisterBody,
  type User,
} from '@boltorezka/protocol';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import type { Session } from '../http/session.ts';
import type { AuthRepository } from './repository.ts';
import type { Tokens } from './tokens.ts';

/** argon2id with OWASP's parameters: 19 MiB, two passes, one lane. */
const argon2Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Each hash takes a core for some 20 ms and 19 MiB: from many addresses at once they would take the machine. */
const maxHashesAtOnce = 2;
const maxHashesWaiting = 50;

/** @throws AppError `Unavailable` where too many wait already. */
const createHashQueue = () => {
  const limit = pLimit(maxHashesAtOnce);
  return <T>(task: () => Promise<T>): Promise<T> => {
    if (limit.pendingCount >= maxHashesWaiting) {
      throw new AppError(
        'Unavailable',
        'Too many people are signing in at this moment; try again in a moment.',
      );
    }
    return limit(task);
  };
};

export interface AuthService {
  /** @throws AppError `Conflict` where the address has an account. */
  register(input: RegisterBody): Promise<AuthResult>;
  /** @throws AppError `Unauthorized`, the same in text and time for a wrong password and an unknown address. */
  login(input: LoginBody): Promise<AuthResult>;
  /** @throws AppError `Unauthorized` for a token that is not ours, has ended, or whose session was revoked. */
  authenticate(token: string): Promise<Session>;
  /** Ends the session: its token stops working. */
  logout(sessionId: string): Promise<void>;
}

export const createAuthService = (repository: AuthRepository, tokens: Tokens): AuthService => {
  const queueHash = createHashQueue();
  const startSession = async (user: User): Promise<AuthResult> => {
    const sessionId = randomUUID();
    const { token, expiresAt } = tokens.signAccess(user.id, sessionId);
    await repository.insertSession({ id: sessionId, userId: user.id, expiresAt });
    return { user, token };
  };

  // Compared against where the address is unknown, so that both answers take as long.
  const decoy = hash(randomUUID(), argon2Options);

  return {
    register: async ({ email, password, name }) => {
      const passwordHash = await queueHash(() => hash(password, argon2Options));
      const user = await repository.insertUser({ id: randomUUID(), email, name, passwordHash });
      if (!user) {
        throw new AppError(
          'Conflict',
          'There is an account with this email already; sign in, or use another.',
        );
      }
      return startSession(user);
    },
    login: async ({ email, password }) => {
      const stored = await repository.findByEmail(email);
      const expected = stored?.passwordHash ?? (await decoy);
      const matches = await queueHash(() => verify(expected, password));
      if (!stored || !matches) throw new AppError('Unauthorized', 'Email or password is wrong.');
      return startSession(stored.user);
    },
    authenticate: async (token) => {
      const { userId, sessionId, expiresAt } = tokens.verifyAccess(token);
      const user = await repository.findBySession(sessionId, userId);
      if (!user) throw new AppError('Unauthorized', 'The session has ended; sign in again.');
      return { user, sessionId, expiresAt };
    },
    logout: (sessionId) => repository.revokeSession(sessionId),
  };
};
