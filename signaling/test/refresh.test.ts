import type { AuthResult } from '@boltorezka/protocol';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, call, testPassword } from './call.ts';
import { sessionIdOf } from './session-id.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket } from './test-socket.ts';

type Renewing = AuthResult & { refresh_token: string; expires_in_ms: number };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const signInWith = async (renewal: 'token' | 'cookie', headers: Record<string, string> = {}) => {
  const { user } = await server.register('Anna');
  const body = { email: user.email, password: testPassword, renewal };
  return call<Renewing>(server.url, 'POST /v1/auth/login', { body, headers });
};

const refresh = (refreshToken: string): Promise<Answered<Renewing>> =>
  call<Renewing>(server.url, 'POST /v1/auth/refresh', { body: { refresh_token: refreshToken } });

const isLetIn = async (token: string): Promise<boolean> =>
  (await call(server.url, 'GET /v1/auth/me', { token })).status === 200;

/** As if so long had gone by since the session was renewed last. */
const age = (token: string, seconds: number) =>
  server.database.db.query(
    'UPDATE sessions SET refreshed_at = refreshed_at - make_interval(secs => $2) WHERE id = $1',
    [sessionIdOf(token), seconds],
  );

describe('a session that renews its tokens', () => {
  it('gets short ones, and another with each refresh token', async () => {
    const { body } = await signInWith('token');
    expect(body.expires_in_ms).toBe(900_000);
    const { iat, exp } = jwt.decode(body.token) as { iat: number; exp: number };
    expect(exp - iat).toBe(900);
    const { status, body: renewed, headers } = await refresh(body.refresh_token);
    expect(status).toBe(200);
    expect(renewed.user).toEqual(body.user);
    expect(renewed.refresh_token).not.toBe(body.refresh_token);
    expect(headers.get('set-cookie')).toBeNull();
    expect(await isLetIn(renewed.token)).toBe(true);
    expect((await refresh(renewed.refresh_token)).status).toBe(200);
  });

  it('answers two who ask at once with the same refresh token alike, also within ten seconds', async () => {
    const { body } = await signInWith('token');
    const answers = await Promise.all(Array.from({ length: 6 }, () => refresh(body.refresh_token)));
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    const tokens = new Set(answers.map((answer) => answer.body.refresh_token));
    expect(tokens.size).toBe(1);
    await age(body.token, 9);
    expect((await refresh(body.refresh_token)).body.refresh_token).toBe([...tokens][0]);
    expect((await refresh(String([...tokens][0]))).status).toBe(200);
  });

  it('goes on where the answer was lost, however often and for however long', async () => {
    const { body } = await signInWith('token');
    const socket = await openSocket(server.url, body);
    await refresh(body.refresh_token);
    for (const seconds of [11, 3_600, 6 * 86_400]) {
      await age(body.token, seconds);
      expect((await refresh(body.refresh_token)).status).toBe(200);
    }
    const { body: renewed } = await refresh(body.refresh_token);
    expect((await refresh(renewed.refresh_token)).status).toBe(200);
    expect(await socket.request('ping', {})).toBeDefined();
    await socket.close();
  });

  it('goes on by an answer that came late, after another to the same token', async () => {
    const { body } = await signInWith('token');
    const { body: late } = await refresh(body.refresh_token);
    await age(body.token, 11);
    const { body: again } = await refresh(body.refresh_token);
    expect(again.refresh_token).not.toBe(late.refresh_token);
    await age(body.token, 9);
    expect((await refresh(body.refresh_token)).body.refresh_token).toBe(again.refresh_token);
    expect((await refresh(late.refresh_token)).status).toBe(200);
  });

  it('ends where a token is shown of which a follower was used, however soon', async () => {
    const { body: first } = await signInWith('token');
    const socket = await openSocket(server.url, first);
    const { body: second } = await refresh(first.refresh_token);
    const { body: third } = await refresh(second.refresh_token);
    expect((await refresh(first.refresh_token)).status).toBe(401);
    expect((await socket.closed).code).toBe(4003);
    expect(await isLetIn(third.token)).toBe(false);
    expect((await refresh(third.refresh_token)).status).toBe(401);
  });

  it.each(['the owner', 'the thief'])(
    'ends where two go on by the same token, and %s is the second to renew again',
    async (second) => {
      const { body } = await signInWith('token');
      const { body: thief } = await refresh(body.refresh_token);
      await age(body.token, 11);
      const { body: owner } = await refresh(body.refresh_token);
      const [one, other] = second === 'the owner' ? [thief, owner] : [owner, thief];
      const { status, body: renewed } = await refresh(one.refresh_token);
      expect(status).toBe(200);
      expect((await refresh(other.refresh_token)).status).toBe(401);
      expect(await isLetIn(renewed.token)).toBe(false);
    },
  );

  it('remembers no more of lost answers than a few', async () => {
    const { body } = await signInWith('token');
    const { body: oldest } = await refresh(body.refresh_token);
    for (let lost = 0; lost < 17; lost += 1) {
      await age(body.token, 11);
      expect((await refresh(body.refresh_token)).status).toBe(200);
    }
    expect((await refresh(oldest.refresh_token)).status).toBe(401);
  });

  it('does not mind a token that somebody has made up in its name', async () => {
    const { body } = await signInWith('token');
    const forged = Buffer.from(body.refresh_token, 'base64url');
    forged[20] = (forged[20] ?? 0) ^ 1;
    const { status } = await refresh(forged.toString('base64url'));
    expect(status).toBe(401);
    expect(await isLetIn(body.token)).toBe(true);
    expect((await refresh(body.refresh_token)).status).toBe(200);
  });

  it('keeps its socket when the token that opened it has ended', async () => {
    const short = await startTestServer({ env: { ACCESS_TOKEN_TTL_S: '1' } });
    try {
      const { user } = await short.register('Anna');
      const body = { email: user.email, password: testPassword, renewal: 'token' };
      const { body: signedIn } = await call<Renewing>(short.url, 'POST /v1/auth/login', { body });
      const socket = await openSocket(short.url, signedIn);
      await expect
        .poll(async () => (await call(short.url, 'GET /v1/auth/me', { token: signedIn.token })).status, {
          timeout: 5_000,
        })
        .toBe(401);
      expect(await socket.request('ping', {})).toBeDefined();
      await socket.close();
    } finally {
      await short.close();
    }
  });

  it('goes on as long as it is used, and its sockets with it', async () => {
    const { body } = await signInWith('token');
    const plain = await server.register('Boris');
    await server.database.db.query(
      "UPDATE sessions SET expires_at = now() + interval '700 milliseconds' WHERE user_id = ANY($1::uuid[])",
      [[body.user.id, plain.user.id]],
    );
    const [socket, other] = [await openSocket(server.url, body), await openSocket(server.url, plain)];
    await refresh(body.refresh_token);
    // The one that was opened later has ended, and the other would have ended before it.
    expect((await other.closed).code).toBe(4003);
    expect(await socket.request('ping', {})).toBeDefined();
    await socket.close();
  });

  it('keeps no token in the database that would be good', async () => {
    const { body } = await signInWith('token');
    const rows = await server.database.db.query<{ row: string }>('SELECT s::text AS row FROM sessions s');
    expect(JSON.stringify(rows)).not.toContain(body.refresh_token);
  });
});

const ours = () => ({ origin: server.url });
const cookieOf = ({ headers }: Answered<unknown>): string => headers.get('set-cookie')?.split(';')[0] ?? '';
const refreshByCookie = (headers: Record<string, string>) =>
  call<AuthResult>(server.url, 'POST /v1/auth/refresh', { body: {}, headers });

describe('the cookie', () => {
  it('holds the refresh token where no script sees it, and is sent to nothing else', async () => {
    const signedIn = await signInWith('cookie', ours());
    expect(signedIn.body).not.toHaveProperty('refresh_token');
    const cookie = signedIn.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^boltorezka_[0-9a-f]{8}=[\w-]{86}; /);
    for (const flag of ['HttpOnly', 'SameSite=Strict', 'Path=/v1/auth', 'Max-Age=604800'])
      expect(cookie).toContain(flag);
    expect(cookie).not.toContain('Secure');
  });

  it('goes by HTTPS alone where the page came by HTTPS', async () => {
    const signedIn = await signInWith('cookie', { origin: 'https://talk.example' });
    expect(signedIn.headers.get('set-cookie')).toContain('Secure');
  });

  it('renews the session, and itself, and is gone after signing out', async () => {
    const signedIn = await signInWith('cookie', ours());
    const renewed = await refreshByCookie({ ...ours(), cookie: cookieOf(signedIn) });
    expect(renewed.status).toBe(200);
    expect(renewed.body).not.toHaveProperty('refresh_token');
    expect(cookieOf(renewed)).not.toBe(cookieOf(signedIn));
    const cookie = cookieOf(renewed);
    const out = await call(server.url, 'POST /v1/auth/logout', {
      token: renewed.body.token,
      headers: { cookie },
    });
    expect(out.headers.get('set-cookie')).toMatch(/^boltorezka_[0-9a-f]{8}=; Max-Age=0; Path=\/v1\/auth/);
    expect((await refreshByCookie({ ...ours(), cookie })).status).toBe(401);
  });

  it('is nothing to a page of elsewhere, or to one that hides where it is', async () => {
    const cookie = cookieOf(await signInWith('cookie', ours()));
    for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, {}]) {
      expect((await refreshByCookie({ ...headers, cookie })).status).toBe(403);
    }
    expect((await refreshByCookie({ ...ours(), cookie })).status).toBe(200);
  });

  it('that is missing, or nonsense, renews nothing', async () => {
    expect((await refreshByCookie(ours())).status).toBe(401);
    const name = cookieOf(await signInWith('cookie', ours())).split('=')[0];
    for (const value of ['', 'nonsense', '%00', 'A'.repeat(86), 'A'.repeat(4_000)])
      expect((await refreshByCookie({ ...ours(), cookie: `${name}=${value}` })).status).toBe(401);
  });
});

it('who asks for no renewal is answered as the baseline says, with one token', async () => {
  const { user } = await server.register('Anna');
  const body = { email: user.email, password: testPassword };
  const plain = await call<AuthResult>(server.url, 'POST /v1/auth/login', { body });
  expect(Object.keys(plain.body)).toEqual(['user', 'token']);
  expect(Object.keys(plain.body.user)).toEqual(['id', 'email', 'name', 'created_at']);
  expect(plain.headers.get('set-cookie')).toBeNull();
});
