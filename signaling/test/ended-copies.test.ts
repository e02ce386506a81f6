import type { AuthResult } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, testPassword } from './call.ts';
import { waitForLockWaiters } from './lock-waiters.ts';
import { sessionIdOf } from './session-id.ts';
import { startTestServer, type TestServer } from './start-server.ts';

type Renewing = AuthResult & { refresh_token: string };

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const refresh = (refreshToken: string) =>
  call<Renewing>(server.url, 'POST /v1/auth/refresh', { body: { refresh_token: refreshToken } });

/** As if so long had gone by since the session was renewed last. */
const age = (token: string, seconds: number) =>
  server.database.db.query(
    'UPDATE sessions SET refreshed_at = refreshed_at - make_interval(secs => $2) WHERE id = $1',
    [sessionIdOf(token), seconds],
  );

type Way = [route: `${'DELETE' | 'POST'} /${string}`, more: { body?: object }];
const toEndOthers: Way = ['DELETE /v1/auth/sessions', {}];
const ways: Way[] = [
  toEndOthers,
  ['POST /v1/auth/password', { body: { current_password: testPassword, new_password: 'another one' } }],
];

/** A browser that holds one refresh token in its cookie, which somebody has copied. */
const signIn = async (email: string) => {
  const body = { email, password: testPassword, renewal: 'cookie' };
  const { headers, body: signedIn } = await call<AuthResult>(server.url, 'POST /v1/auth/login', { body });
  const [, name, held] = /(boltorezka_\w+)=([^;]+)/.exec(headers.get('set-cookie') ?? '') ?? [];
  const { token } = signedIn;
  const send = ([route, more]: Way, shown: string) =>
    call(server.url, route, { token, headers: { cookie: `${name}=${shown}` }, ...more });
  const endCopies = async (shown: string, way = toEndOthers) => {
    expect((await send(way, shown)).status).toBe(200);
  };
  return { token, held: String(held), send, endCopies };
};

const signInAnew = async () => signIn((await server.register('Anna')).user.email);

describe('of the session that ends the others, or has changed the password,', () => {
  it.each(ways)('goes on what its owner holds alone, once they have sent %s', async (...way) => {
    for (const [who, expected] of [
      ['owner', 200],
      ['thief', 401],
    ] as const) {
      const { token, held, endCopies } = await signInAnew();
      const { body: owner } = await refresh(held);
      await age(token, 11);
      const { body: thief } = await refresh(held);
      await age(token, 11);
      await endCopies(owner.refresh_token, way);
      const shown = { owner, thief }[who].refresh_token;
      expect([who, (await refresh(shown)).status]).toEqual([who, expected]);
    }
  });

  it.each(ways)(
    'goes on a token that nobody answered its owner, and no answer to a copy: %s',
    async (...way) => {
      for (const [who, expected] of [
        ['owner', 200],
        ['thief', 401],
      ] as const) {
        const { token, held, endCopies } = await signInAnew();
        const { body: thief } = await refresh(held);
        await age(token, 11);
        await endCopies(held, way);
        const { status, body: renewed } = await refresh(who === 'owner' ? held : thief.refresh_token);
        expect([who, status]).toEqual([who, expected]);
        if (status === 200) expect((await refresh(renewed.refresh_token)).status).toBe(200);
      }
    },
  );

  it.each(ways)('goes on the token whose answer is on its way, and is lost: %s', async (...way) => {
    for (const arrives of [true, false]) {
      const { token, held, endCopies } = await signInAnew();
      const { body: answer } = await refresh(held);
      await endCopies(held, way);
      expect((await refresh(held)).body.refresh_token).toBe(answer.refresh_token);
      await age(token, 11);
      const { status, body: renewed } = await refresh(arrives ? answer.refresh_token : held);
      expect([arrives, status]).toEqual([arrives, 200]);
      expect((await refresh(renewed.refresh_token)).status).toBe(200);
      expect((await refresh(arrives ? held : answer.refresh_token)).status).toBe(401);
    }
  });

  it('ends a token that was answered just before, but for a page that shows it at the same time', async () => {
    const { token, held, endCopies } = await signInAnew();
    const { body: owner } = await refresh(held);
    await endCopies(owner.refresh_token);
    expect((await refresh(held)).body.refresh_token).toBe(owner.refresh_token);
    await age(token, 11);
    expect((await refresh(held)).status).toBe(401);
  });

  it('goes on the latest answer at both pages of a browser where an earlier one was lost', async () => {
    const { token, held, endCopies } = await signInAnew();
    const { body: lost } = await refresh(held);
    await age(token, 11);
    const { body: owner } = await refresh(held);
    await endCopies(owner.refresh_token);
    expect((await refresh(held)).body.refresh_token).toBe(owner.refresh_token);
    expect((await refresh(owner.refresh_token)).status).toBe(200);
    expect((await refresh(lost.refresh_token)).status).toBe(401);
  });

  it('goes on no token that is shown again once it has ended', async () => {
    const { token, held, endCopies } = await signInAnew();
    const { body: owner } = await refresh(held);
    await age(token, 11);
    await endCopies(owner.refresh_token);
    await endCopies(held);
    expect((await refresh(owner.refresh_token)).status).toBe(200);
  });
});

it('two devices that end the other sessions at once, each the other’s, are both answered', async () => {
  const { email } = (await server.register('Anna')).user;
  const one = await signIn(email);
  // The session that signing up began.
  await one.endCopies(one.held);
  const [first, second] = [one, await signIn(email)].sort((a, b) =>
    sessionIdOf(a.token) < sessionIdOf(b.token) ? -1 : 1,
  );
  const { db } = server.database;
  const sent: Promise<{ status: number }>[] = [];
  await db.transaction(async (tx) => {
    await tx.query('SELECT FROM sessions WHERE id = $1 FOR UPDATE', [sessionIdOf(first!.token)]);
    for (const device of [second!, first!]) {
      sent.push(device.send(toEndOthers, device.held));
      await waitForLockWaiters(db, sent.length);
    }
  });
  expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200]);
});
