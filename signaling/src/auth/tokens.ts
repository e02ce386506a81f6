import { randomUUID } from 'node:crypto';
import { AppError } from '@boltorezka/protocol';
import jwt from 'jsonwebtoken';
import { z } from 'zod';

const issuer = 'boltorezka';
const algorithm = 'HS256';

/** From asking for a ticket to opening the socket: a few round trips. */
const ticketTtlS = 30;

/** `end`: when the session ends, where the token ends before it. */
const AccessClaims = z.object({ sub: z.uuid(), sid: z.uuid(), exp: z.number(), end: z.number().optional() });
const ResumeClaims = z.object({ sub: z.uuid(), cid: z.uuid() });
const TicketClaims = AccessClaims.required({ end: true }).extend({ jti: z.uuid() });
const Span = z.object({ iat: z.number(), exp: z.number() });

/** Whose a token is. */
export interface AccessClaims {
  userId: string;
  sessionId: string;
  /** When the session ends, as far as the token knows. */
  expiresAt: Date;
}

export interface TicketClaims extends AccessClaims {
  ticketId: string;
  ticketExpiresAt: Date;
}

export interface TokensOptions {
  /** As in `JWT_EXPIRES_IN`: `7d`, `12h`. How long a session lasts, or may lie unused. */
  expiresIn: string;
  /** Of a session that renews its tokens: how long each lasts. */
  shortTtlS: number;
}

export interface Tokens {
  readonly sessionMs: number;
  readonly shortTtlMs: number;
  /** @returns the token, and when it ends: the session row ends with it. */
  signAccess(userId: string, sessionId: string): { token: string; expiresAt: Date };
  /** A short one, of a session that goes on after it. */
  signShortAccess(claims: AccessClaims): string;
  /** @throws AppError `Unauthorized` for anything but a valid access token of ours. */
  verifyAccess(token: string): AccessClaims;
  /** Opens a socket, once. */
  signTicket(claims: AccessClaims): { ticket: string; expiresInMs: number };
  /** @throws AppError `Unauthorized`. Whether it was used already, the signature does not know. */
  verifyTicket(ticket: string): TicketClaims;
  /** Names a socket, so that the next one of the same person may replace it. */
  signResume(userId: string, connectionId: string, expiresAt: Date): string;
  /** @returns the socket's id, or undefined where the token is not this person's or too old. */
  verifyResume(token: string, userId: string): string | undefined;
}

const unauthorized = (cause?: unknown) =>
  new AppError('Unauthorized', 'The token is not valid, or has ended; sign in again.', { cause });

const toDate = (seconds: number): Date => new Date(seconds * 1000);
const toSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

const createSigner = (secret: string) => ({
  sign: (claims: object, audience: string, ttl: string | number): string =>
    jwt.sign(claims, secret, {
      algorithm,
      issuer,
      audience,
      expiresIn: ttl as jwt.SignOptions['expiresIn'] & string,
    }),
  verify: <T>(token: string, audience: string, schema: z.ZodType<T>): T => {
    try {
      return schema.parse(jwt.verify(token, secret, { algorithms: [algorithm], issuer, audience }));
    } catch (error) {
      throw unauthorized(error);
    }
  },
});

type Signer = ReturnType<typeof createSigner>;

const createAccessTokens = ({ sign, verify }: Signer, { expiresIn, shortTtlS }: TokensOptions) => ({
  signAccess: (userId: string, sessionId: string) => {
    const token = sign({ sub: userId, sid: sessionId }, 'access', expiresIn);
    return { token, expiresAt: toDate(Span.parse(jwt.decode(token)).exp) };
  },
  signShortAccess: ({ userId, sessionId, expiresAt }: AccessClaims) => {
    const ttlS = Math.max(1, Math.min(shortTtlS, toSeconds(expiresAt) - toSeconds(new Date())));
    return sign({ sub: userId, sid: sessionId, end: toSeconds(expiresAt) }, 'access', ttlS);
  },
  verifyAccess: (token: string) => {
    const { sub, sid, exp, end = exp } = verify(token, 'access', AccessClaims);
    return { userId: sub, sessionId: sid, expiresAt: toDate(end) };
  },
});

const createTickets = ({ sign, verify }: Signer) => ({
  signTicket: ({ userId, sessionId, expiresAt }: AccessClaims) => ({
    ticket: sign(
      { sub: userId, sid: sessionId, end: toSeconds(expiresAt), jti: randomUUID() },
      'ticket',
      ticketTtlS,
    ),
    expiresInMs: ticketTtlS * 1000,
  }),
  verifyTicket: (ticket: string) => {
    const { sub, sid, exp, end, jti } = verify(ticket, 'ticket', TicketClaims);
    return {
      ...{ userId: sub, sessionId: sid, expiresAt: toDate(end) },
      ...{ ticketId: jti, ticketExpiresAt: toDate(exp) },
    };
  },
});

export const createTokens = (secret: string, options: TokensOptions): Tokens => {
  const signer = createSigner(secret);
  const span = Span.parse(jwt.decode(signer.sign({}, 'span', options.expiresIn)));
  return {
    sessionMs: (span.exp - span.iat) * 1000,
    shortTtlMs: options.shortTtlS * 1000,
    ...createAccessTokens(signer, options),
    ...createTickets(signer),
    signResume: (userId, connectionId, expiresAt) => {
      const ttlS = Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
      return signer.sign({ sub: userId, cid: connectionId }, 'resume', ttlS);
    },
    verifyResume: (token, userId) => {
      try {
        const claims = signer.verify(token, 'resume', ResumeClaims);
        return claims.sub === userId ? claims.cid : undefined;
      } catch {
        // A resume token is a hint; without a good one the socket is simply new.
        return undefined;
      }
    },
  };
};
