import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, testPassword } from './call.ts';
import { type CountingServers, startCountingServers } from './counting-servers.ts';
import { endProcess } from './processes.ts';
import { lookIntoRedis } from './redis.ts';
import type { TestServer } from './start-server.ts';

const perMinute = 6;

/** What came of each of so many attempts, by turns at either process. */
const byTurns = async (
  { servers }: CountingServers,
  times: number,
  attempt: (server: TestServer) => Promise<number>,
): Promise<number[]> => {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) statuses.push(await attempt(servers[n % 2 === 0 ? 0 : 1]));
  return statuses;
};

const repeated = (status: number, times: number): number[] => Array.from({ length: times }, () => status);

describe('attempts to sign in', () => {
  let counting: CountingServers;
  beforeAll(async () => {
    counting = await startCountingServers({ RATE_LIMIT_AUTH_PER_MINUTE: String(perMinute) });
  });
  afterAll(() => counting.close());

  const signIn = async ({ url }: TestServer): Promise<number> => {
    const body = { email: 'nobody@example.org', password: 'guessed once more' };
    return (await call(url, 'POST /v1/auth/login', { body })).status;
  };

  it('are counted at all processes together: another process gives nobody another try', async () => {
    const statuses = await byTurns(counting, perMinute + 2, signIn);
    expect(statuses).toEqual([...repeated(401, perMinute), 429, 429]);
  });

  it('are counted by each process while Redis hangs, and nobody waits for it longer than a moment', async () => {
    counting.redis.kill('SIGSTOP');
    const startedAt = performance.now();
    const statuses: number[] = [];
    // Each has counted its half of those before.
    for (let n = 0; n < perMinute; n += 1) statuses.push(await signIn(counting.servers[1]));
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(perMinute / 2);
    expect(statuses.at(-1)).toBe(429);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe('whoever has somebody’s session, and asks at every process by turns,', () => {
  let counting: CountingServers;
  let urls: string[];
  beforeAll(async () => {
    counting = await startCountingServers();
    urls = counting.servers.map(({ url }) => url);
  });
  afterAll(() => counting.close());

  const readExport = (url: string, token: string) => call(url, 'GET /v1/auth/me/export', { token });
  const newSession = () => counting.servers[0].register('Anna');

  it('guesses no more of the password than at one, whether changing it or deleting the account', async () => {
    const { token } = await newSession();
    let n = 0;
    const statuses = await byTurns(counting, 13, async ({ url }) => {
      n += 1;
      const wrong = 'guessed once more';
      const guess =
        n % 3 === 0
          ? call(url, 'DELETE /v1/auth/me', { token, body: { password: wrong } })
          : call(url, 'POST /v1/auth/password', {
              token,
              body: { current_password: wrong, new_password: 'another one' },
            });
      return (await guess).status;
    });
    expect(statuses).toEqual([...repeated(403, 10), ...repeated(429, 3)]);
  });

  it('tries no more codes of invitations than at one', async () => {
    const { token } = await newSession();
    const statuses = await byTurns(counting, 13, async ({ url }) => {
      const body = { code: randomBytes(18).toString('base64url') };
      return (await call(url, 'POST /v1/invitations/accept', { token, body })).status;
    });
    expect(statuses).toEqual([...repeated(404, 10), ...repeated(429, 3)]);
  });

  it('is told how long to wait, by the bucket that all have in common', async () => {
    const { token } = await newSession();
    const body = { current_password: 'guessed once more', new_password: 'another one' };
    for (let n = 0; n < 10; n += 1) await call(urls[0]!, 'POST /v1/auth/password', { token, body });
    const refused = await call(urls[1]!, 'POST /v1/auth/password', { token, body });
    expect(refused.status).toBe(429);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(20);
    expect(seconds).toBeLessThanOrEqual(30);
  });

  it('reads no more of an export than at one', async () => {
    const { token } = await newSession();
    const startedAt = performance.now();
    const statuses = await Promise.all(
      Array.from({ length: 140 }, async (_, n) => (await readExport(urls[n % 2]!, token)).status),
    );
    const answered = statuses.filter((status) => status === 200).length;
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(answered).toBeGreaterThanOrEqual(60);
    expect(answered).toBeLessThanOrEqual(61 + 2 * seconds);
  });

  it('finds nobody’s address in Redis, nor a password, nor a token', async () => {
    const { user, token } = await newSession();
    const body = { email: user.email, password: 'a wrong password' };
    await call(urls[0]!, 'POST /v1/auth/login', { body });
    const redis = lookIntoRedis(counting.redisUrl);
    const keys = await redis.keys('*');
    redis.disconnect();
    expect(keys.some((key) => key.includes('sign-in:'))).toBe(true);
    for (const secret of [user.email, 'wrong password', token]) expect(keys.join('\n')).not.toContain(secret);
  });

  it('has what one process gives, and no more, once Redis is gone', async () => {
    const { token } = await newSession();
    const body = { current_password: 'guessed once more', new_password: 'another one' };
    const guess = async ({ url }: TestServer) =>
      (await call(url, 'POST /v1/auth/password', { token, body })).status;
    expect(await byTurns(counting, 6, guess)).toEqual(repeated(403, 6));
    await endProcess(counting.redis, 'SIGKILL');
    // Each has seen three of the ten that it gives by itself.
    expect(await byTurns(counting, 18, guess)).toEqual([...repeated(403, 14), ...repeated(429, 4)]);
    // Somebody else is served as ever.
    const other = await newSession();
    const change = { current_password: testPassword, new_password: 'another one' };
    expect(
      (await call(urls[0]!, 'POST /v1/auth/password', { token: other.token, body: change })).status,
    ).toBe(200);
  });
});

describe('tickets and renewals of an address', () => {
  let counting: CountingServers;
  beforeAll(async () => {
    counting = await startCountingServers({ RATE_LIMIT_REST_PER_MINUTE: String(perMinute) });
  });
  afterAll(() => counting.close());

  it('are counted at all processes together, and apart from its other calls', async () => {
    const { token } = await counting.servers[0].register('Anna');
    let n = 0;
    const statuses = await byTurns(counting, perMinute + 2, async ({ url }) => {
      n += 1;
      const body = { refresh_token: 'A'.repeat(86) };
      const asked =
        n % 3 === 0
          ? call(url, 'POST /v1/auth/refresh', { body })
          : call(url, 'POST /v1/realtime/ticket', { token });
      return (await asked).status;
    });
    expect(statuses).toEqual([201, 201, 401, 201, 201, 401, 429, 429]);
    expect((await call(counting.servers[0].url, 'GET /v1/auth/me', { token })).status).toBe(200);
  });
});
