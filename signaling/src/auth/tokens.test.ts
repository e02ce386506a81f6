import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { describe, expect, it } from 'vitest';
import { createTokens } from './tokens.ts';

const secret = 'a secret for tests alone, long enough';
const tokens = createTokens(secret, { expiresIn: '1h', shortTtlS: 900 });
const claims = { sub: randomUUID(), sid: randomUUID() };
const ours = { algorithm: 'HS256', issuer: 'boltorezka', audience: 'access', expiresIn: '1h' } as const;

describe('access tokens', () => {
  it('say who, by which session, and until when', () => {
    const { token, expiresAt } = tokens.signAccess(claims.sub, claims.sid);
    expect(tokens.verifyAccess(token)).toEqual({ userId: claims.sub, sessionId: claims.sid, expiresAt });
    expect(expiresAt.getTime() - Date.now()).toBeGreaterThan(3_500_000);
  });

  it.each([
    ['another key', jwt.sign(claims, `${secret}!`, ours)],
    ['another algorithm', jwt.sign(claims, secret, { ...ours, algorithm: 'HS512' })],
    ['no algorithm', jwt.sign(claims, '', { ...ours, algorithm: 'none' })],
    ['another audience', jwt.sign(claims, secret, { ...ours, audience: 'resume' })],
    ['another issuer', jwt.sign(claims, secret, { ...ours, issuer: 'somebody' })],
    ['an end in the past', jwt.sign(claims, secret, { ...ours, expiresIn: '-1s' })],
    ['no session', jwt.sign({ sub: claims.sub }, secret, ours)],
    ['ids that are none', jwt.sign({ sub: '1', sid: '2' }, secret, ours)],
  ])('of %s are refused', (_what, token) => {
    expect(() => tokens.verifyAccess(token)).toThrow(expect.objectContaining({ code: 'Unauthorized' }));
  });
});

describe('resume tokens', () => {
  const inAnHour = new Date(Date.now() + 3_600_000);

  it('name a socket to the person whose it was, and nothing to anybody else', () => {
    const connectionId = randomUUID();
    const token = tokens.signResume(claims.sub, connectionId, inAnHour);
    expect(tokens.verifyResume(token, claims.sub)).toBe(connectionId);
    expect(tokens.verifyResume(token, randomUUID())).toBeUndefined();
    expect(tokens.verifyResume('nonsense', claims.sub)).toBeUndefined();
  });

  it('are no access tokens, and access tokens resume nothing', () => {
    const resume = tokens.signResume(claims.sub, randomUUID(), inAnHour);
    expect(() => tokens.verifyAccess(resume)).toThrow(expect.objectContaining({ code: 'Unauthorized' }));
    expect(tokens.verifyResume(tokens.signAccess(claims.sub, claims.sid).token, claims.sub)).toBeUndefined();
  });
});
