import type { AuthResult } from '@boltorezka/protocol';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../src/platform/db.ts';
import { call } from './call.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { rtpCapabilities } from './rtp.ts';
import { startShape } from './shapes.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { openBareSocket } from './test-socket.ts';

const askForTicket = (url: string, token: string) =>
  call<{ ticket: string; expires_in_ms: number }>(url, 'POST /v1/realtime/ticket', { token });

const ticketFor = async (url: string, token: string): Promise<string> =>
  (await askForTicket(url, token)).body.ticket;

/** The code that the socket is closed with; 'open' for one that is greeted, which is then cut. */
const knock = async (url: string, query: Record<string, string>): Promise<number | 'open'> => {
  const { ws, closed, take } = openBareSocket(url, query);
  const greeted = take(({ type }) => type === 'server.ready', 'server.ready').then(
    () => 'open' as const,
    () => undefined,
  );
  const outcome = await Promise.race([greeted, closed.then(({ code }) => code)]);
  ws.terminate();
  return outcome ?? (await closed).code;
};

describe('a ticket', () => {
  let server: TestServer;
  let anna: AuthResult;
  beforeAll(async () => {
    server = await startTestServer();
    anna = await server.register('Anna');
  });
  afterAll(() => server.close());

  it('opens a socket once', async () => {
    const { status, body, headers } = await askForTicket(server.url, anna.token);
    expect(status).toBe(201);
    expect(body.expires_in_ms).toBe(30_000);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await knock(server.url, { ticket: body.ticket })).toBe('open');
    expect(await knock(server.url, { ticket: body.ticket })).toBe(4002);
  });

  it('shown by many at once lets one in', async () => {
    const ticket = await ticketFor(server.url, anna.token);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => knock(server.url, { ticket })));
    expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 4002)).toHaveLength(7);
  });

  it('is no access token, and an access token is no ticket', async () => {
    const ticket = await ticketFor(server.url, anna.token);
    expect((await call(server.url, 'GET /v1/auth/me', { token: ticket })).status).toBe(401);
    expect((await askForTicket(server.url, ticket)).status).toBe(401);
    expect(await knock(server.url, { token: ticket })).toBe(4002);
    expect(await knock(server.url, { ticket: anna.token })).toBe(4002);
    expect(await knock(server.url, { token: anna.token })).toBe('open');
  });

  it('that has ended, or that another key signed, opens nothing', async () => {
    const claims = jwt.decode(await ticketFor(server.url, anna.token)) as object;
    const { iat: _iat, exp: _exp, ...rest } = claims as Record<string, unknown>;
    const sign = (key: string, expiresIn: number) => jwt.sign(rest, key, { expiresIn });
    const ours = 'a secret for tests alone, long enough';
    expect(await knock(server.url, { ticket: sign(ours, -1) })).toBe(4002);
    expect(await knock(server.url, { ticket: sign(`${ours}!`, 30) })).toBe(4002);
    expect(await knock(server.url, { ticket: 'nonsense' })).toBe(4002);
    expect(await knock(server.url, { ticket: sign(ours, 30) })).toBe('open');
  });

  it('of a session that has ended meanwhile opens nothing', async () => {
    const { token } = await server.register('Boris');
    const ticket = await ticketFor(server.url, token);
    await call(server.url, 'POST /v1/auth/logout', { token });
    expect(await knock(server.url, { ticket })).toBe(4002);
    expect((await askForTicket(server.url, token)).status).toBe(401);
  });

  it('is in no log and in no answer of the database', async () => {
    await knock(server.url, { ticket: await ticketFor(server.url, anna.token) });
    const rows = await server.database.db.query('SELECT * FROM used_tickets');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('eyJ');
  });
});

describe('a ticket among two signaling processes', () => {
  it('that was used at one opens nothing at the other', async () => {
    const server = await startShape('two signaling and two media processes');
    try {
      const anna = await server.connect('Anna');
      const [here, beside] = [server.url, server.urlBeside(anna)];
      const other = here === beside ? server.urlBeside(await server.connect('Boris')) : beside;
      const ticket = await ticketFor(here, anna.token);
      expect(await knock(other, { ticket })).toBe('open');
      expect(await knock(here, { ticket })).toBe(4002);
    } finally {
      await server.close();
    }
  });
});

describe('while the database is away, a ticket', () => {
  let database: TestDatabase;
  let proxy: Awaited<ReturnType<typeof startTcpProxy>>;
  let server: TestServer;
  beforeAll(async () => {
    database = await createTestDatabase('debian');
    proxy = await startTcpProxy(database.address.port ?? 0);
    const db = createDatabase({ ...database.address, host: '127.0.0.1', port: proxy.port }, quietLog);
    server = await startTestServer({ database: { ...database, db } });
  });
  afterAll(async () => {
    await server.close();
    await proxy.close();
    await database.close();
  });

  it.each(['cut', 'silent'] as const)(
    'lets people back to their call, once, and nobody else (%s)',
    async (way) => {
      const [anna, stranger] = [await server.connect('Anna'), await server.connect('Stranger')];
      await anna.request('voice.join', { roomSlug: 'general', rtpCapabilities });
      const early = await ticketFor(server.url, stranger.token);
      if (way === 'cut') proxy.refuse();
      else proxy.pause();
      const { status, body } = await askForTicket(server.url, anna.token);
      expect(status).toBe(201);
      expect(await knock(server.url, { ticket: body.ticket })).toBe('open');
      expect(await knock(server.url, { ticket: body.ticket })).toBe(4002);
      expect(await knock(server.url, { ticket: early })).toBe(1013);
      expect((await askForTicket(server.url, stranger.token)).status).toBe(503);
      proxy.cut();
      await Promise.all([anna.close(), stranger.close()]);
    },
  );
});
