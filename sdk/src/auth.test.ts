import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { roomOf } from '../test/fixtures.ts';
import {
  createScriptedServer,
  type RestAnswer,
  type ScriptedServer,
  token,
  user,
} from '../test/scripted-server.ts';
import { until } from '../test/until.ts';
import { createClient } from './client.ts';
import type { Client, LogEntry, TokenStorage } from './types.ts';

const signedOut = { status: 'signed-out', user: null, endedByServer: false, error: null };

describe('auth', () => {
  let server: ScriptedServer;
  let client: Client | undefined;
  let kept: string | null;
  let log: LogEntry[];
  const storage: TokenStorage = {
    load: () => kept,
    save: (next) => {
      kept = next;
    },
  };
  const start = () => {
    client = createClient({
      baseUrl: `${server.baseUrl}/`,
      storage,
      random: () => 0,
      onLog: (entry) => log.push(entry),
    });
    return client;
  };

  beforeEach(async () => {
    server = await createScriptedServer();
    kept = null;
    log = [];
  });
  afterEach(async () => {
    client?.close();
    client?.close();
    client = undefined;
    await server.close();
  });

  it('signs in, keeps the token, and opens the socket with a ticket that it gets by it', async () => {
    let askedWith: string | null = null;
    server.rest.set('POST /v1/realtime/ticket', (request) => {
      askedWith = request.token;
      return { status: 201, body: { ticket: 'secret-ticket', expires_in_ms: 30_000 } };
    });
    const { auth, connection } = start();
    expect(auth.state.get()).toEqual(signedOut);
    expect(await auth.login({ email: user.email, password: 'password123' })).toEqual(user);
    expect(kept).toBe(token);
    await until(connection.state, ({ status }) => status === 'online');
    expect(askedWith).toBe(token);
    expect([...(server.sockets[0]?.url.searchParams ?? [])]).toEqual([['ticket', 'secret-ticket']]);
    expect(JSON.stringify(log)).not.toContain('secret');
  });

  it('opens the socket with the token itself at a server that knows no tickets', async () => {
    server.rest.delete('POST /v1/realtime/ticket');
    const { auth, connection } = start();
    await auth.login({ email: user.email, password: 'password123' });
    await until(connection.state, ({ status }) => status === 'online');
    expect(server.sockets[0]?.url.searchParams.get('token')).toBe(token);
  });

  it('ends the session where the server gives it no ticket any more', async () => {
    const { auth, connection } = start();
    await auth.login({ email: user.email, password: 'password123' });
    await until(connection.state, ({ status }) => status === 'online');
    server.rest.set('POST /v1/realtime/ticket', () => ({ status: 401, body: { error: 'Unauthorized' } }));
    server.sockets[0]?.terminate();
    await until(auth.state, ({ endedByServer }) => endedByServer);
    expect(kept).toBeNull();
    expect(connection.state.get().status).toBe('offline');
  });

  it('passes on what the server has against a registration', async () => {
    const issues = [{ path: ['email'], message: 'Not an address', code: 'invalid' }];
    const body = { error: 'ValidationError', message: 'email: Not an address', issues };
    server.rest.set('POST /v1/auth/register', () => ({ status: 400, body }));
    const { auth } = start();
    const registration = auth.register({ email: 'x', password: 'password123', name: 'Ann' });
    await expect(registration).rejects.toMatchObject({ code: 'ValidationError', issues });
    expect(auth.state.get().status).toBe('signed-out');
  });

  describe('of who signs up again after no answer came', () => {
    const input = { email: user.email, password: 'password123', name: 'Ann' };
    const refuse = (status: number, error: string) =>
      server.rest.set('POST /v1/auth/register', () => ({ status, body: { error, message: 'No' } }));
    beforeEach(() => {
      server.rest.set('POST /v1/auth/login', ({ body }) =>
        (body as typeof input).password === input.password
          ? { status: 200, body: { user, token } }
          : { status: 401, body: { error: 'Unauthorized', message: 'No' } },
      );
    });

    it.each([
      [409, 'Conflict'],
      [403, 'Forbidden'],
    ])('signs in whose account it is, though the server answers %d', async (status, error) => {
      const { auth } = start();
      refuse(503, 'Unavailable');
      await expect(auth.register(input)).rejects.toMatchObject({ code: 'Unavailable' });
      refuse(status, error);
      for (const other of [{ email: 'b@example.org' }, { password: 'another one' }])
        await expect(auth.register({ ...input, ...other })).rejects.toMatchObject({ code: error });
      expect(await auth.register(input)).toEqual({ user, roomSlug: undefined, isNew: false });
      expect(auth.state.get().status).toBe('signed-in');
    });

    it.each([
      [409, 'Conflict'],
      [429, 'RateLimited'],
    ])('signs in nobody where the first answer was %d', async (status, error) => {
      const { auth } = start();
      refuse(status, error);
      await expect(auth.register(input)).rejects.toMatchObject({ code: error });
      refuse(409, 'Conflict');
      await expect(auth.register(input)).rejects.toMatchObject({ code: 'Conflict' });
    });

    it('says that the account is closed, where it is', async () => {
      const { auth } = start();
      refuse(503, 'Unavailable');
      await expect(auth.register(input)).rejects.toMatchObject({ code: 'Unavailable' });
      refuse(409, 'Conflict');
      const ban = { reason: 'spam', until: null };
      server.rest.set('POST /v1/auth/login', () => ({
        ...{ status: 403, body: { error: 'Forbidden', message: 'No', ban } },
      }));
      await expect(auth.register(input)).rejects.toMatchObject({ code: 'Forbidden', ban });
    });
  });

  it('tells an error that is no JSON by its status', async () => {
    server.rest.set('POST /v1/auth/login', () => ({ status: 502, body: '<html>Bad gateway</html>' }));
    const login = start().auth.login({ email: 'x', password: 'y' });
    await expect(login).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
  });

  it('opens the socket before it knows whose the kept session is, and reads the rooms once it does', async () => {
    kept = token;
    let answerMe: ((answer: RestAnswer) => void) | undefined;
    server.rest.set('GET /v1/auth/me', () => new Promise((resolve) => (answerMe = resolve)));
    server.rest.set('GET /v1/rooms', () => ({ status: 200, body: { rooms: [roomOf(1, 'general')] } }));
    const { auth, connection, rooms } = start();
    await until(connection.state, ({ status }) => status === 'online');
    await expect.poll(() => answerMe).toBeDefined();
    expect([auth.state.get().status, rooms.state.get().status]).toEqual(['restoring', 'loading']);
    answerMe?.({ status: 200, body: { user } });
    expect((await until(rooms.state, ({ status }) => status === 'ready')).rooms).toHaveLength(1);
    expect(server.sockets).toHaveLength(1);
  });

  it('restores a kept session, asking again while the server cannot answer', async () => {
    kept = token;
    let asked = 0;
    server.rest.set('GET /v1/auth/me', () => {
      asked += 1;
      return asked < 3 ? { status: 503, body: { error: 'Unavailable' } } : { status: 200, body: { user } };
    });
    const { auth } = start();
    expect(auth.state.get().status).toBe('restoring');
    const { user: restored } = await until(auth.state, ({ status }) => status === 'signed-in');
    expect(restored).toEqual(user);
    expect(asked).toBe(3);
    expect(auth.state.get().error).toBeNull();
  });

  it('says why a kept session cannot be restored, and asks again when told to', async () => {
    kept = token;
    let asked = 0;
    server.rest.set('GET /v1/auth/me', () => {
      asked += 1;
      return { status: 403, body: { error: 'Forbidden', message: 'Not from here' } };
    });
    const { auth } = start();
    const { status, error } = await until(auth.state, (state) => state.error !== null);
    expect(status).toBe('restoring');
    expect(error).toMatchObject({ code: 'Forbidden' });
    server.rest.set('GET /v1/auth/me', () => ({ status: 200, body: { user } }));
    auth.restoreNow();
    await until(auth.state, (state) => state.status === 'signed-in' && state.error === null);
    expect(asked).toBe(1);
  });

  it('lets go of a kept session that cannot be restored', async () => {
    kept = token;
    server.rest.set('GET /v1/auth/me', () => ({ status: 403, body: { error: 'Forbidden' } }));
    const { auth } = start();
    await until(auth.state, ({ error }) => error !== null);
    await auth.logout();
    expect(auth.state.get()).toEqual(signedOut);
    expect(kept).toBeNull();
  });

  it('does not erase the session that another page of the browser has kept since', async () => {
    const { auth, connection } = start();
    await auth.login({ email: user.email, password: 'password123' });
    await until(connection.state, ({ status }) => status === 'online');
    kept = 'token of another page';
    server.sockets[0]?.close(4003);
    await until(auth.state, ({ endedByServer }) => endedByServer);
    expect(kept).toBe('token of another page');
  });

  it('forgets a kept session that the server refuses', async () => {
    kept = token;
    server.rest.set('GET /v1/auth/me', () => ({ status: 401, body: { error: 'InvalidToken' } }));
    const { auth } = start();
    await until(auth.state, ({ status, endedByServer }) => status === 'signed-out' && endedByServer);
    expect(kept).toBeNull();
  });

  it('signs out when the socket says that the session has ended', async () => {
    const { auth, connection } = start();
    await auth.login({ email: user.email, password: 'password123' });
    await until(connection.state, ({ status }) => status === 'online');
    server.sockets[0]?.close(4003);
    await until(auth.state, ({ endedByServer }) => endedByServer);
    expect(kept).toBeNull();
    expect(connection.state.get().status).toBe('offline');
  });

  it('signs out at once, tells the server with the old token and closes the socket', async () => {
    let toldWith: string | null = null;
    server.rest.set('POST /v1/auth/logout', (request) => {
      toldWith = request.token;
      return { status: 200, body: { ok: true } };
    });
    const { auth, connection } = start();
    await auth.login({ email: user.email, password: 'password123' });
    await until(connection.state, ({ status }) => status === 'online');
    const leaving = auth.logout();
    expect(auth.state.get()).toEqual(signedOut);
    await leaving;
    expect(toldWith).toBe(token);
    expect(await server.sockets[0]?.closed).toBe(1000);
  });

  it('tells the server at the next start where it could not be told of signing out', async () => {
    server.rest.set('POST /v1/auth/logout', () => ({ status: 503, body: { error: 'Unavailable' } }));
    const { auth, close } = start();
    await auth.login({ email: user.email, password: 'password123' });
    await auth.logout();
    expect(auth.state.get()).toEqual(signedOut);
    close();
    let toldWith: string | null = null;
    server.rest.set('POST /v1/auth/logout', (request) => {
      toldWith = request.token;
      return { status: 200, body: { ok: true } };
    });
    expect(start().auth.state.get()).toEqual(signedOut);
    await expect.poll(() => kept).toBeNull();
    expect(toldWith).toBe(token);
  });

  it('signs out everywhere once the server has: until then nobody is told so, and it can be tried again', async () => {
    server.rest.set('POST /v1/auth/logout', () => ({ status: 503, body: { error: 'Unavailable' } }));
    const { auth, connection } = start();
    await auth.login({ email: user.email, password: 'password123' });
    await until(connection.state, ({ status }) => status === 'online');
    await expect(auth.logout({ everywhere: true })).rejects.toMatchObject({ code: 'Unavailable' });
    expect([auth.state.get().status, kept]).toEqual(['signed-in', token]);
    let body: unknown;
    server.rest.set('POST /v1/auth/logout', async (request) => {
      body = request.body;
      server.sockets[0]?.close(4003);
      await until(connection.state, ({ status }) => status !== 'online');
      return { status: 200, body: { ok: true } };
    });
    await auth.logout({ everywhere: true });
    expect(body).toEqual({ everywhere: true });
    expect([auth.state.get(), kept]).toEqual([signedOut, null]);
  });

  it('leaves no timer behind when closed', async () => {
    const countTimers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = countTimers();
    const { auth, connection, rooms, close } = start();
    await auth.login({ email: user.email, password: 'password123' });
    await until(connection.state, ({ status }) => status === 'online');
    rooms.open('general').close();
    rooms.open('kitchen').send('hello');
    await server.waitForRequest('room.join');
    expect(countTimers()).toBeGreaterThan(before);
    close();
    expect(countTimers()).toBeLessThanOrEqual(before);
  });
});
