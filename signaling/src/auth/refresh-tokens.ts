import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const idBytes = 16;
const valueBytes = 32;
const macBytes = 16;

export interface RefreshTokens {
  /** The first one of a session. */
  create(sessionId: string): string;
  /**
   * The one that follows: the same for the same token, so that who asks twice at once gets one answer.
   * @param answeredBefore the hash of what was given out for it last, and may have been lost: another follows then.
   */
  next(token: string, answeredBefore?: Buffer): string;
  /** Whose it is; undefined for what is none of ours. */
  sessionOf(token: string): string | undefined;
}

/** What is stored of a token: whoever reads the database has none. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const toId = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/**
 * Opaque to clients; to us a session's id, a value, and a signature over both. By the signature, a token that was good once
 * is told from a made-up one: only the first, shown again, is a theft to act on.
 */
export const createRefreshTokens = (secret: string): RefreshTokens => {
  const keyFor = (purpose: string) =>
    createHmac('sha256', secret).update(`refresh token: ${purpose}`).digest();
  const [signingKey, successionKey] = [keyFor('signature'), keyFor('succession')];
  const sign = (body: Buffer) => createHmac('sha256', signingKey).update(body).digest().subarray(0, macBytes);
  const seal = (body: Buffer) => Buffer.concat([body, sign(body)]).toString('base64url');
  const bodyOf = (token: string): Buffer | undefined => {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== idBytes + valueBytes + macBytes) return undefined;
    const body = bytes.subarray(0, idBytes + valueBytes);
    return timingSafeEqual(sign(body), bytes.subarray(body.length)) ? body : undefined;
  };
  return {
    create: (sessionId) =>
      seal(Buffer.concat([Buffer.from(sessionId.replaceAll('-', ''), 'hex'), randomBytes(valueBytes)])),
    next: (token, answeredBefore) => {
      const body = bodyOf(token);
      if (!body) throw new Error('what follows a token is asked for one of ours');
      const value = createHmac('sha256', successionKey)
        .update(body)
        .update(answeredBefore ?? '')
        .digest();
      return seal(Buffer.concat([body.subarray(0, idBytes), value]));
    },
    sessionOf: (token) => {
      const body = bodyOf(token);
      return body && toId(body.subarray(0, idBytes));
    },
  };
};
