import type { ServerEvent } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScriptedServer, type ScriptedServer, token, uuid } from '../test/scripted-server.ts';
import { until } from '../test/until.ts';
import type { Admit } from './admission.ts';
import { type ConnectionService, createConnection } from './connection.ts';
import type { LogEntry } from './types.ts';

describe('connection', () => {
  let server: ScriptedServer;
  let connection: ConnectionService;
  let ended: number[];
  let admit: Admit;
  let mayRenew: boolean;
  let log: LogEntry[];

  const start = (options: { requestTimeoutMs?: number; random?: () => number } = {}) => {
    connection = createConnection({
      baseUrl: server.baseUrl,
      webSocket: (url) => new WebSocket(url),
      random: () => 0,
      log: (entry) => log.push(entry),
      admit: (asked) => admit(asked),
      mayRenew: () => mayRenew,
      onSessionEnded: (of) => ended.push(of),
      ...options,
    });
    connection.start(1);
  };
  const online = () => until(connection.state, ({ status }) => status === 'online');

  beforeEach(async () => {
    server = await createScriptedServer();
    ended = [];
    admit = async () => ({ token });
    mayRenew = false;
    log = [];
  });
  afterEach(async () => {
    connection.stop();
    await server.close();
  });

  it('is online from server.ready on and resolves a request with its ack', async () => {
    server.handlers.set('room.leave', ({ roomSlug }) => ({ ack: { roomSlug, added: 'by a newer server' } }));
    start();
    await online();
    const result = await connection.request('room.leave', { roomSlug: 'general' });
    expect(result).toMatchObject({ roomSlug: 'general' });
    expect(server.requests[0]).toMatchObject({ type: 'room.leave', payload: { roomSlug: 'general' } });
  });

  it('rejects with the AppError of a nack', async () => {
    server.handlers.set('room.leave', () => ({ nack: { code: 'Forbidden', message: 'Not yours' } }));
    start();
    await online();
    const request = connection.request('room.leave', { roomSlug: 'general' });
    await expect(request).rejects.toMatchObject({
      code: 'Forbidden',
      message: 'Not yours',
      retryable: false,
    });
  });

  it('rejects a request that nobody answers in time', async () => {
    start({ requestTimeoutMs: 20 });
    await online();
    const request = connection.request('room.leave', { roomSlug: 'general' });
    await expect(request).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
  });

  it('rejects what was asked on a lost socket, and comes back resuming it', async () => {
    start();
    await online();
    const request = connection.request('room.leave', { roomSlug: 'general' });
    (await server.waitForRequest('room.leave')).socket.terminate();
    await expect(request).rejects.toMatchObject({ code: 'Unavailable' });
    const second = await server.waitForSocket(2);
    expect(second.url.searchParams.get('resume')).toBe('secret-resume-1');
    await online();
  });

  it('rejects at once while there is no socket', async () => {
    server.script.greet = false;
    start();
    await expect(connection.request('ping', {})).rejects.toMatchObject({ code: 'Unavailable' });
  });

  it('gives up a socket that is silent after a beat, and measures the round trip of one that is not', async () => {
    server.script.heartbeat = { intervalMs: 30, timeoutMs: 30 };
    start();
    const { roundTripMs } = await until(connection.state, (state) => state.roundTripMs !== null);
    expect(roundTripMs).toBeGreaterThanOrEqual(0);
    server.handlers.delete('ping');
    const [first] = server.sockets;
    // Neither 1000 nor 1001: the server would take them for leaving on purpose.
    expect(await first?.closed).toBe(4000);
    await server.waitForSocket(2);
    expect(log).toContainEqual(expect.objectContaining({ fields: { reason: 'silent' } }));
  });

  it('finds a silent socket within three seconds where somebody talks, and leaves it alone before', async () => {
    server.script.heartbeat = { intervalMs: 60_000, timeoutMs: 60_000 };
    server.handlers.delete('ping');
    start();
    await online();
    const askedAt = performance.now();
    connection.setUrgent(true);
    await server.sockets[0]?.closed;
    expect(performance.now() - askedAt).toBeLessThan(3_000);
    connection.setUrgent(false);
    await server.waitForSocket(2);
    await online();
    await expect.poll(() => server.requests.filter(({ type }) => type === 'ping').length).toBeGreaterThan(1);
    expect(connection.state.get().status).toBe('online');
  });

  it('gives a far server the time for a handshake that it needs, also where somebody talks', async () => {
    server.handlers.set('ping', async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { ack: { ts: Date.now() } };
    });
    start();
    await online();
    connection.setUrgent(true);
    await until(connection.state, ({ roundTripMs }) => (roundTripMs ?? 0) >= 490);
    server.script.greet = false;
    server.sockets[0]?.terminate();
    const second = await server.waitForSocket(2);
    const greetedNotAt = performance.now();
    await second.closed;
    expect(performance.now() - greetedNotAt).toBeGreaterThan(2_800);
  });

  it('closes its socket as done when it is stopped', async () => {
    start();
    await online();
    connection.stop();
    expect(await server.sockets[0]?.closed).toBe(1000);
  });

  it.each([4001, 4002, 4003])(
    'takes close code %i for the end of the session and does not come back',
    async (code) => {
      start();
      await online();
      server.sockets[0]?.close(code);
      await until(connection.state, ({ status }) => status === 'offline');
      expect(ended).toEqual([1]);
      expect(connection.state.get().nextAttemptAt).toBeNull();
    },
  );

  it('does not resume again what somebody else has resumed', async () => {
    start();
    await online();
    server.sockets[0]?.close(4009);
    const second = await server.waitForSocket(2);
    expect(second.url.searchParams.has('resume')).toBe(false);
  });

  it('stays away from a draining server for as long as it asked', async () => {
    start();
    await online();
    server.sockets[0]?.sendEvent('server.draining', { reconnectAfterMs: 30_000 });
    server.sockets[0]?.close(1001);
    const before = Date.now();
    const { nextAttemptAt } = await until(connection.state, ({ status }) => status === 'reconnecting');
    expect(nextAttemptAt).toBeGreaterThanOrEqual(before + 29_900);
    connection.reconnectNow();
    await server.waitForSocket(2);
    await online();
  });

  it('comes back later to a server that pushes it back, and at once when the page wakes', async () => {
    start({ random: () => 0.9 });
    await online();
    server.sockets[0]?.close(4008);
    const { attempt } = await until(connection.state, ({ status }) => status === 'reconnecting');
    expect(attempt).toBe(4);
    connection.wake();
    await server.waitForSocket(2);
  });

  it('ignores unknown events, broken frames, and known events that break the contract', async () => {
    start();
    const events: ServerEvent[] = [];
    connection.onEvent((event) => events.push(event));
    await online();
    const [socket] = server.sockets;
    socket?.sendText('not json');
    socket?.sendText('{"v":2,"type":"pong","payload":{"ts":1}}');
    socket?.sendEvent('constructor', {});
    socket?.sendEvent('presence.joined', { userId: 7 });
    const member = { userId: uuid(2), userName: 'Bob', roomSlug: 'general' };
    socket?.sendEvent('presence.joined', { ...member, added: 'by a newer server' });
    await expect.poll(() => events.at(-1)).toEqual({ type: 'presence.joined', payload: member });
    expect(events.map(({ type }) => type)).toEqual([
      'server.ready',
      'server.capabilities',
      'presence.joined',
    ]);
  });

  it('goes on telling the others when a listener throws', async () => {
    start();
    connection.onEvent(() => {
      throw new Error('a bug of the page');
    });
    const heard: string[] = [];
    connection.onEvent(({ type }) => heard.push(type));
    await until(connection.capabilities, (known) => known !== null);
    await expect.poll(() => heard).toEqual(['server.ready', 'server.capabilities']);
  });

  it('looks like any failure where no socket can be made at all', async () => {
    start();
    connection.stop();
    connection = createConnection({
      baseUrl: server.baseUrl,
      webSocket: () => {
        throw new Error('mixed content');
      },
      random: () => 0.5,
      log: () => undefined,
      admit: (asked) => admit(asked),
      mayRenew: () => false,
      onSessionEnded: () => undefined,
    });
    connection.start(1);
    await until(connection.state, ({ status, attempt }) => status === 'reconnecting' && attempt === 1);
  });

  it('never logs a token', async () => {
    start();
    await online();
    server.sockets[0]?.terminate();
    await server.waitForSocket(2);
    await online();
    expect(log.length).toBeGreaterThan(0);
    expect(JSON.stringify(log)).not.toContain('secret');
  });
});
