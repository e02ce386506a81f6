import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScriptedServer, type ScriptedServer, user, uuid } from '../test/scripted-server.ts';
import { until } from '../test/until.ts';
import { createClient } from './client.ts';
import type { Client, LogEntry, TokenStorage } from './types.ts';

const marker = `by cookie: ${user.id}`;
const credentials = { email: user.email, password: 'password123' };

describe('a session that a cookie renews', () => {
  let server: ScriptedServer;
  let client: Client | undefined;
  let kept: string | null;
  let log: LogEntry[];
  let expiresInMs: number;
  let renewals: number;
  /** The only token that is good. */
  let good: string;
  const storage: TokenStorage = {
    load: () => kept,
    save: (next) => {
      kept = next;
    },
  };
  const start = () => {
    client = createClient({
      ...{ baseUrl: server.baseUrl, storage, session: 'cookie', random: () => 0 },
      onLog: (entry) => log.push(entry),
    });
    return client;
  };
  const signedIn = (changes: object = {}) => ({
    status: 200,
    body: { user, token: good, expires_in_ms: expiresInMs, ...changes },
  });
  const renew = () => {
    renewals += 1;
    good = `secret-token-${renewals}`;
    return signedIn();
  };
  const refuse = () => ({ status: 401, body: { error: 'Unauthorized', message: 'Over' } });
  const isOnline = () => until((client as Client).connection.state, ({ status }) => status === 'online');

  beforeEach(async () => {
    server = await createScriptedServer();
    kept = null;
    log = [];
    expiresInMs = 900_000;
    renewals = 0;
    good = 'secret-token-0';
    server.rest.set('POST /v1/auth/login', () => signedIn());
    server.rest.set('POST /v1/auth/refresh', renew);
    server.rest.set('POST /v1/realtime/ticket', ({ token }) =>
      token === good
        ? { status: 201, body: { ticket: `secret-ticket of ${token}`, expires_in_ms: 30_000 } }
        : refuse(),
    );
    server.rest.set('GET /v1/rooms', ({ token }) =>
      token === good ? { status: 200, body: { rooms: [] } } : refuse(),
    );
  });
  afterEach(async () => {
    client?.close();
    client = undefined;
    await server.close();
  });

  it('asks for it, and keeps no token', async () => {
    let asked: unknown;
    server.rest.set('POST /v1/auth/login', ({ body }) => {
      asked = body;
      return signedIn();
    });
    await start().auth.login(credentials);
    await isOnline();
    expect(asked).toMatchObject({ renewal: 'cookie' });
    expect(kept).toBe(marker);
    expect(JSON.stringify([...(server.sockets[0]?.url.searchParams ?? [])])).toContain('ticket');
    expect(JSON.stringify(log)).not.toContain('secret');
  });

  it('goes on in a page that is opened anew, by the cookie alone', async () => {
    kept = marker;
    const { auth } = start();
    expect(auth.state.get().status).toBe('restoring');
    expect((await until(auth.state, ({ status }) => status === 'signed-in')).user).toEqual(user);
    await isOnline();
    expect(renewals).toBe(1);
    expect(kept).toBe(marker);
  });

  it('asks for nothing where nobody was signed in', async () => {
    const { auth } = start();
    await auth.login(credentials);
    expect(renewals).toBe(0);
  });

  it('is not lost while the server cannot be asked', async () => {
    kept = marker;
    let asked = 0;
    server.rest.set('POST /v1/auth/refresh', () => {
      asked += 1;
      return asked < 3 ? { status: 503, body: { error: 'Unavailable' } } : renew();
    });
    await until(start().auth.state, ({ status }) => status === 'signed-in');
    expect(asked).toBe(3);
  });

  it('has ended where the cookie renews nothing', async () => {
    kept = marker;
    server.rest.set('POST /v1/auth/refresh', refuse);
    await until(start().auth.state, ({ endedByServer }) => endedByServer);
    expect(kept).toBeNull();
    expect(server.sockets).toEqual([]);
  });

  it('renews its token before it ends, and its socket stays', async () => {
    expiresInMs = 60;
    const { auth } = start();
    await auth.login(credentials);
    await isOnline();
    await expect.poll(() => renewals).toBeGreaterThan(2);
    expect(server.sockets).toHaveLength(1);
    expect(auth.state.get().status).toBe('signed-in');
  });

  it('renews a token that a call shows to have ended, once for all that wait, and makes the calls again', async () => {
    const { auth, rooms } = start();
    await auth.login(credentials);
    await until(rooms.state, ({ status }) => status === 'ready');
    good = 'secret-token of nobody';
    await Promise.all([rooms.refresh(), rooms.refresh(), rooms.refresh()]);
    expect(rooms.state.get()).toMatchObject({ status: 'ready', error: null });
    expect(renewals).toBe(1);
  });

  it('comes back with another token where its socket is told that the session has ended', async () => {
    const { auth } = start();
    await auth.login(credentials);
    await isOnline();
    server.sockets[0]?.close(4003);
    await server.waitForSocket(2);
    await isOnline();
    expect(renewals).toBe(1);
    expect(auth.state.get().status).toBe('signed-in');
  });

  it('has ended where its socket is told so and the cookie says the same', async () => {
    const { auth, connection } = start();
    await auth.login(credentials);
    await isOnline();
    server.rest.set('POST /v1/auth/refresh', refuse);
    server.sockets[0]?.close(4003);
    await until(auth.state, ({ endedByServer }) => endedByServer);
    expect(connection.state.get().status).toBe('offline');
    expect(kept).toBeNull();
  });

  it('ends here, not elsewhere, where another page of the browser has signed somebody else in', async () => {
    const { auth } = start();
    await auth.login(credentials);
    await isOnline();
    const other = { ...user, id: uuid(2), name: 'Boris' };
    kept = `by cookie: ${other.id}`;
    server.rest.set('POST /v1/auth/refresh', () => signedIn({ user: other }));
    server.sockets[0]?.close(4003);
    await until(auth.state, ({ status }) => status === 'signed-out');
    expect(auth.state.get().user).toBeNull();
    expect(kept).toBe(`by cookie: ${other.id}`);
  });

  it('is ended by signing out, also where its token has run out meanwhile', async () => {
    const { auth } = start();
    await auth.login(credentials);
    await isOnline();
    const toldWith: (string | null)[] = [];
    server.rest.set('POST /v1/auth/logout', ({ token }) => {
      toldWith.push(token);
      return token === good ? { status: 200, body: { ok: true } } : refuse();
    });
    good = 'secret-token of nobody';
    await auth.logout();
    expect(toldWith).toEqual(['secret-token-0', 'secret-token-1']);
    expect(kept).toBeNull();
  });

  it('that could not be ended is ended when the page is opened again, before anybody signs in', async () => {
    const { auth, close } = start();
    await auth.login(credentials);
    await isOnline();
    server.rest.set('POST /v1/auth/logout', () => ({ status: 503, body: { error: 'Unavailable' } }));
    await auth.logout();
    expect(kept).not.toBeNull();
    close();
    const order: string[] = [];
    server.rest.set('POST /v1/auth/logout', () => {
      order.push('out');
      return { status: 200, body: { ok: true } };
    });
    server.rest.set('POST /v1/auth/login', () => {
      order.push('in');
      return signedIn();
    });
    const next = start();
    expect(next.auth.state.get().status).toBe('signed-out');
    await next.auth.login(credentials);
    expect(order).toEqual(['out', 'in']);
    expect(kept).toBe(marker);
  });

  it('does not touch a token that an earlier version of the page has kept', async () => {
    kept = 'an older token';
    let askedWith: string | null = null;
    server.rest.set('GET /v1/auth/me', ({ token }) => {
      askedWith = token;
      return { status: 200, body: { user } };
    });
    await until(start().auth.state, ({ status }) => status === 'signed-in');
    expect(askedWith).toBe('an older token');
    expect(kept).toBe('an older token');
    expect(renewals).toBe(0);
  });

  it('leaves no timer behind when closed', async () => {
    const countTimers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = countTimers();
    const { auth, close } = start();
    await auth.login(credentials);
    await isOnline();
    expect(countTimers()).toBeGreaterThan(before);
    close();
    await expect.poll(countTimers).toBeLessThanOrEqual(before);
  });
});
