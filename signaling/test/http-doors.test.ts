import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/app.ts';
import { createPasswords } from '../src/auth/passwords.ts';
import { redactedPaths } from '../src/platform/log.ts';
import { createMetrics } from '../src/platform/metrics.ts';
import { call, testPassword } from './call.ts';
import { startTestServer, type TestServer } from './start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('a proxy in front', () => {
  it.each([
    ['tells ports with addresses', (n: number) => `203.0.113.7:${50_000 + n}`],
    ['tells ports with addresses of IPv6', (n: number) => `[2001:db8::${n}]:${50_000 + n}`],
    ['tells what is no address', (n: number) => `visitor-${n}`],
  ])('that %s gives nobody a budget for each connection', async (_what, addressOf) => {
    const limited = await startTestServer({
      env: { RATE_LIMIT_AUTH_PER_MINUTE: '3', TRUST_PROXY: 'loopback' },
    });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const body = { email: `${randomUUID()}@example.org`, password: 'a wrong password' };
      const headers = { 'x-forwarded-for': addressOf(n) };
      statuses.push((await call(limited.url, 'POST /v1/auth/login', { body, headers })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    await limited.close();
  });
});

describe('what the API answers', () => {
  it('is kept by no browser and no proxy, whether it is told or refused', async () => {
    const { token } = await server.register('Anna');
    const answers = await Promise.all([
      call(server.url, 'GET /v1/auth/me', { token }),
      call(server.url, 'GET /v1/auth/sessions', { token }),
      call(server.url, 'GET /v1/auth/me/export', { token }),
      call(server.url, 'GET /v1/rooms/general/messages', { token }),
      call(server.url, 'GET /v1/rooms/nowhere/messages', { token }),
      call(server.url, 'GET /v1/auth/me'),
      call(server.url, 'GET /v1/nothing', { token }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 404, 401, 404]);
    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('metrics', () => {
  it('are read so often by an address, as the API is', async () => {
    const limited = await startTestServer({ env: { RATE_LIMIT_REST_PER_MINUTE: '3' } });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await fetch(`${limited.url}/metrics`)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    await limited.close();
  });

  it('have no line for each number that a client closes its socket with', async () => {
    for (const code of [4555, 3999, 1000]) {
      const socket = await server.connect();
      socket.ws.close(code);
      await socket.closed;
    }
    const read = async () => (await fetch(`${server.url}/metrics`)).text();
    await expect.poll(read).toContain('boltorezka_socket_closes_total{code="other"} 2');
    const lines = await read();
    expect(lines).toContain('closes_total{code="1000"}');
    for (const code of [4555, 3999]) expect(lines).not.toContain(`code="${code}"`);
  });
});

describe('a code that resets a password', () => {
  it('that is made up costs no hash: others sign in meanwhile', async () => {
    const { user } = await server.register('Anna');
    const makeUp = () =>
      call(server.url, 'POST /v1/auth/password-reset', {
        body: { code: randomBytes(18).toString('base64url'), new_password: 'another password' },
      });
    const body = { email: user.email, password: testPassword };
    // As many hashes would fill the queue, and whoever signs in after them would be told to come back.
    const answers = await Promise.all([
      ...Array.from({ length: 120 }, makeUp),
      call(server.url, 'POST /v1/auth/login', { body }),
    ]);
    expect(answers.at(-1)?.status).toBe(200);
    expect(new Set(answers.slice(0, -1).map(({ status }) => status))).toEqual(new Set([404]));
  });

  it('would be refused with so many at once if it cost one', async () => {
    const passwords = createPasswords();
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.hash('a password')));
    expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
  });
});

describe('the log, however much of it is written,', () => {
  it('holds no token of a request that cannot be read', async () => {
    const lines: string[] = [];
    const log = pino(
      { level: 'trace', redact: { paths: redactedPaths } },
      { write: (line) => void lines.push(line) },
    );
    const app = await createApp({ config: server.config, log, metrics: createMetrics() });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const secret = 'a-very-secret-token';
    const socket = connect(port, '127.0.0.1');
    socket.resume();
    socket.write(
      `GET /v1/realtime/ws?token=${secret} HTTP/1.1\r\nauthorization: Bearer ${secret}\r\nbroken header\r\n\r\n`,
    );
    await once(socket, 'close');
    await expect.poll(() => lines.join('')).toContain('client error');
    const bytes = JSON.stringify([...Buffer.from(secret)]).slice(1, -1);
    for (const shown of [secret, bytes]) expect(lines.join('')).not.toContain(shown);
    await app.close();
  });

  it('holds no password and no refresh token, by whatever name they go', () => {
    const lines: string[] = [];
    const log = pino({ redact: { paths: redactedPaths } }, { write: (line) => void lines.push(line) });
    const names = [
      'refresh_token',
      'refreshToken',
      'current_password',
      'new_password',
      'passwordHash',
      'password',
    ];
    for (const name of names) {
      log.info({ [name]: 'a secret' }, 'at the top');
      log.info({ body: { [name]: 'a secret' } }, 'within');
    }
    expect(lines).toHaveLength(2 * names.length);
    expect(lines.join('')).not.toContain('a secret');
  });
});
