import { AppError } from '@boltorezka/protocol';
import jwt from 'jsonwebtoken';
import { z } from 'zod';

const issuer = 'boltorezka';
const algorithm = 'HS256';

const AccessClaims = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.number() });
const ResumeClaims = z.object({ sub: z.uuid(), cid: z.uuid() });

export interface AccessClaims {
  userId: string;
  sessionId: string;
  expiresAt: Date;
}

export interface Tokens {
  /** @returns the token, and when it ends: the session row ends with it. */
  signAccess(userId: string, sessionId: string): { token: string; expiresAt: Date };
  /** @throws AppError `Unauthorized` for anything but a valid access token of ours. */
  verifyAccess(token: string): AccessClaims;
  /** Names a socket, so that the next one of the same person may replace it. */
  signResume(userId: string, connectionId: string, expiresAt: Date): string;
  /** @returns the socket's id, or undefined where the token is not this person's or too old. */
  verifyResume(token: string, userId: string): string | undefined;
}

const verify = (token: string, secret: string, audience: string): unknown => {
  try {
    return jwt.verify(token, secret, { algorithms: [algorithm], issuer, audience });
  } catch (error) {
    throw new AppError('Unauthorized', 'The token is not valid, or has ended; sign in again.', {
      cause: error,
    });
  }
};

const unauthorized = () => new AppError('Unauthorized', 'The token is not valid; sign in again.');

/**
 * @param expiresIn as in `JWT_EXPIRES_IN`: `7d`, `12h`.
 */
export const createTokens = (secret: string, expiresIn: string): Tokens => {
  const sign = (claims: object, audience: string, ttl: string | number) =>
    jwt.sign(claims, secret, {
      algorithm,
      issuer,
      audience,
      expiresIn: ttl as jwt.SignOptions['expiresIn'] & string,
    });
  return {
    signAccess: (userId, sessionId) => {
      const token = sign({ sub: userId, sid: sessionId }, 'access', expiresIn);
      const { exp } = AccessClaims.parse(jwt.decode(token));
      return { token, expiresAt: new Date(exp * 1000) };
    },
    verifyAccess: (token) => {
      const claims = AccessClaims.safeParse(verify(token, secret, 'access'));
      if (!claims.success) throw unauthorized();
      const { sub, sid, exp } = claims.data;
      return { userId: sub, sessionId: sid, expiresAt: new Date(exp * 1000) };
    },
    signResume: (userId, connectionId, expiresAt) => {
      const ttlS = Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
      return sign({ sub: userId, cid: connectionId }, 'resume', ttlS);
    },
    verifyResume: (token, userId) => {
      try {
        const claims = ResumeClaims.parse(verify(token, secret, 'resume'));
        return claims.sub === userId ? claims.cid : undefined;
      } catch {
        // A resume token is a hint; without a good one the socket is simply new.
        return undefined;
      }
    },
  };
};
