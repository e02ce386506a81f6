import { randomUUID } from 'node:crypto';
import type { AuthResult, DeviceSession } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, signIn } from './call.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import { sessionIdOf } from './session-id.ts';
import { shapes, startShape } from './shapes.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

const listSessions = async (url: string, token: string): Promise<DeviceSession[]> =>
  (await call<{ sessions: DeviceSession[] }>(url, 'GET /v1/auth/sessions', { token })).body.sessions;

const meStatus = async (url: string, token: string): Promise<number> =>
  (await call(url, 'GET /v1/auth/me', { token })).status;

describe('sessions', () => {
  let server: TestServer;
  let anna: AuthResult;
  let elsewhere: AuthResult;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());
  const signUpTwice = async () => {
    anna = await server.register('Anna');
    elsewhere = await signIn(server.url, anna.user.email);
  };

  it('are listed with their devices, one of them as the present one', async () => {
    const { user } = await server.register('Anna');
    const body = { email: user.email, password: 'password123' };
    const { body: result } = await call<AuthResult>(server.url, 'POST /v1/auth/login', {
      body,
      headers: { 'user-agent': firefox },
    });
    const sessions = await listSessions(server.url, result.token);
    expect(sessions).toHaveLength(2);
    expect(sessions.find(({ is_current }) => is_current)).toMatchObject({
      browser: 'Firefox 140',
      os: 'Linux',
    });
    expect(sessions.every(({ expires_at }) => Date.parse(expires_at) > Date.now())).toBe(true);
    expect(JSON.stringify(sessions)).not.toContain('Mozilla');
  });

  it('of a client that says nothing of itself, or nonsense, are listed as well', async () => {
    const { user } = await server.register('Anna');
    for (const agent of ['', 'x'.repeat(5_000), '() { :; }; <script>', 'curl/8.5.0']) {
      const body = { email: user.email, password: 'password123' };
      const headers = { 'user-agent': agent };
      expect((await call(server.url, 'POST /v1/auth/login', { body, headers })).status).toBe(200);
    }
    const { token } = await signIn(server.url, user.email);
    const names = (await listSessions(server.url, token)).map(({ browser }) => browser);
    expect(names).toContain('curl');
  });

  it('end one by one, and their sockets with them', async () => {
    await signUpTwice();
    const socket = await openSocket(server.url, elsewhere);
    const other = (await listSessions(server.url, anna.token)).find(({ is_current }) => !is_current);
    const ended = await call(server.url, `DELETE /v1/auth/sessions/${other?.id}`, { token: anna.token });
    expect(ended).toMatchObject({ status: 200, body: { ok: true } });
    expect((await socket.closed).code).toBe(4003);
    expect(await meStatus(server.url, elsewhere.token)).toBe(401);
    expect(await meStatus(server.url, anna.token)).toBe(200);
    const again = await call(server.url, `DELETE /v1/auth/sessions/${other?.id}`, { token: anna.token });
    expect(again.status).toBe(404);
  });

  it('are a hundred at most: who signs in once more ends the one that has lain unused the longest', async () => {
    await signUpTwice();
    const socket = await openSocket(server.url, anna);
    const { db } = server.database;
    await db.query(
      `INSERT INTO sessions (id, user_id, expires_at, last_used_at)
       SELECT gen_random_uuid(), $1, now() + interval '1 day', now() - n * interval '1 minute' FROM generate_series(1, 250) n`,
      [anna.user.id],
    );
    await db.query(`UPDATE sessions SET last_used_at = now() - interval '1 day' WHERE id = $1`, [
      sessionIdOf(anna.token),
    ]);
    expect(await listSessions(server.url, elsewhere.token)).toHaveLength(100);
    const { token } = await signIn(server.url, anna.user.email);
    expect((await socket.closed).code).toBe(4003);
    expect(await meStatus(server.url, elsewhere.token)).toBe(200);
    const sessions = await listSessions(server.url, token);
    const oldest = Math.min(...sessions.map(({ last_used_at }) => Date.parse(last_used_at)));
    expect(sessions.filter(({ is_current }) => is_current)).toHaveLength(1);
    expect(Date.now() - oldest).toBeLessThan(100 * 60_000);
    const [alive] = await db.query<{ count: string }>(
      'SELECT count(*) FROM sessions WHERE user_id = $1 AND revoked_at IS NULL',
      [anna.user.id],
    );
    expect(alive?.count).toBe('100');
  });

  it('of others answer like those that never were', async () => {
    await signUpTwice();
    const stranger = await server.register('Stranger');
    const [session] = await listSessions(server.url, anna.token);
    const end = (id: string | undefined) =>
      call(server.url, `DELETE /v1/auth/sessions/${id}`, { token: stranger.token });
    const [foreign, missing] = [await end(session?.id), await end(randomUUID())];
    expect(foreign.status).toBe(404);
    expect(foreign.body).toEqual(missing.body);
    expect(await meStatus(server.url, anna.token)).toBe(200);
  });

  it('end all but the present one', async () => {
    await signUpTwice();
    const socket = await openSocket(server.url, anna);
    await call(server.url, 'DELETE /v1/auth/sessions', { token: anna.token });
    expect(await meStatus(server.url, elsewhere.token)).toBe(401);
    expect(await meStatus(server.url, anna.token)).toBe(200);
    expect(socket.ws.readyState).toBe(socket.ws.OPEN);
    await socket.close();
  });

  it('end everywhere, or here alone, as logging out says', async () => {
    await signUpTwice();
    await call(server.url, 'POST /v1/auth/logout', { token: elsewhere.token });
    expect(await meStatus(server.url, elsewhere.token)).toBe(401);
    expect(await meStatus(server.url, anna.token)).toBe(200);
    const third = await signIn(server.url, anna.user.email);
    const everywhere = { token: third.token, body: { everywhere: true } };
    expect((await call(server.url, 'POST /v1/auth/logout', everywhere)).status).toBe(200);
    expect(await meStatus(server.url, anna.token)).toBe(401);
    expect(await meStatus(server.url, third.token)).toBe(401);
  });

  it('note when they were used last, once a minute', async () => {
    const { token } = await server.register('Anna');
    const past = '2026-01-01T00:00:00.000Z';
    const { db } = server.database;
    const [session] = await listSessions(server.url, token);
    await db.query('UPDATE sessions SET last_used_at = $2 WHERE id = $1', [session?.id, past]);
    await meStatus(server.url, token);
    const lastUse = async () => (await listSessions(server.url, token))[0]?.last_used_at;
    await expect.poll(lastUse).not.toBe(past);
    const noted = await lastUse();
    await meStatus(server.url, token);
    expect(await lastUse()).toBe(noted);
  });
});

describe.each(shapes)('a session that is ended from elsewhere (%s)', (shape) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startShape(shape);
  });
  afterAll(() => server.close());

  it('loses its sockets and its place in the call within a second, at every process', async () => {
    const anna: TestSocket = await server.connect('Anna');
    const boris = await server.connect('Boris');
    await boris.request('room.join', { roomSlug: 'general' });
    const seat = await anna.request('voice.join', { roomSlug: 'general', rtpCapabilities });
    await anna.request('voice.produce', {
      ...{ transportId: seat.sendTransport.id, kind: 'audio', rtpParameters: microphone() },
    });
    await boris.next('voice.participantJoined', ({ participant }) => participant.userId === anna.user.id);
    const beside = server.urlBeside(anna);
    const { token } = await signIn(beside, anna.user.email);
    const startedAt = performance.now();
    await call(beside, 'DELETE /v1/auth/sessions', { token });
    const [{ code }] = await Promise.all([
      anna.closed,
      boris.next('voice.participantLeft', ({ userId }) => userId === anna.user.id),
    ]);
    expect(code).toBe(4003);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await boris.close();
  });
});
