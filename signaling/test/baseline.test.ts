import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer } from './start-server.ts';
import { openBareSocket, openSocket } from './test-socket.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const demo = { email: 'demo@boltorezka.local', password: 'password123', name: 'Demo User' };

describe("the README's smoke", () => {
  it('works as written, call by call', async () => {
    const health = await (await fetch(`${server.url}/health`)).json();
    expect(health).toEqual({
      status: 'ok',
      checks: { api: 'ok', db: 'embedded', redis: 'embedded' },
      ts: expect.any(String),
    });

    const registered = await post('/v1/auth/register', demo);
    expect(registered.status).toBe(201);
    expect(await registered.json()).toEqual({
      user: { id: expect.any(String), email: demo.email, name: demo.name, created_at: expect.any(String) },
      token: expect.any(String),
    });

    const loggedIn = await post('/v1/auth/login', { email: demo.email, password: demo.password });
    expect(loggedIn.status).toBe(200);
    const { token, user } = (await loggedIn.json()) as { token: string; user: { id: string } };

    const me = await fetch(`${server.url}/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(me.status).toBe(200);
    expect(await me.json()).toEqual({ user: expect.objectContaining({ email: demo.email }) });

    const { ws, frames, take, closed } = openBareSocket(server.url, { token });
    await take(({ type }) => type === 'server.ready', 'server.ready');
    expect(frames[0]?.payload).toMatchObject({
      userId: user.id,
      userName: demo.name,
      connectedAt: expect.any(String),
    });
    ws.send('{"type":"room.join","payload":{"roomSlug":"general"}}');
    ws.send('{"type":"chat.send","payload":{"text":"hello from ws"}}');
    const joined = await take(({ type }) => type === 'room.joined', 'room.joined');
    expect(joined.payload).toMatchObject({
      roomId: expect.any(String),
      roomSlug: 'general',
      roomTitle: 'General',
    });
    const message = await take(({ type }) => type === 'chat.message', 'chat.message');
    expect(message.payload).toMatchObject({
      id: expect.any(String),
      roomId: joined.payload.roomId,
      userId: user.id,
      userName: demo.name,
      text: 'hello from ws',
      createdAt: expect.any(String),
    });
    ws.close();
    await closed;
  });
});

describe('REST of the baseline', () => {
  it('answers 409 Conflict to an address that has an account, whatever its case', async () => {
    const email = `${randomUUID()}@test.local`;
    expect((await post('/v1/auth/register', { ...demo, email })).status).toBe(201);
    const again = await post('/v1/auth/register', { ...demo, email: email.toUpperCase() });
    expect(again.status).toBe(409);
    expect(await again.json()).toEqual({ error: 'Conflict', message: expect.any(String) });
    expect(
      (await post('/v1/auth/login', { email: email.toUpperCase(), password: demo.password })).status,
    ).toBe(200);
  });

  it('answers 400 ValidationError with issues to a body that does not fit', async () => {
    const response = await post('/v1/auth/register', { email: 'no address', password: 'short', name: 'x' });
    expect(response.status).toBe(400);
    const body = (await response.json()) as { error: string; issues: { path: string[] }[] };
    expect(body.error).toBe('ValidationError');
    expect(body.issues.map(({ path }) => path[0]).sort()).toEqual(['email', 'name', 'password']);
  });

  it('answers 401 Unauthorized alike to a wrong password and an unknown address', async () => {
    const { user } = await server.register();
    const wrong = await post('/v1/auth/login', { email: user.email, password: 'password124' });
    const unknown = await post('/v1/auth/login', { email: 'nobody@test.local', password: 'password124' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect(await wrong.json()).toEqual(await unknown.json());
  });

  it('answers 401 to /v1/auth/me and /v1/rooms without a token, and with one that is not ours', async () => {
    for (const path of ['/v1/auth/me', '/v1/rooms']) {
      for (const authorization of ['', 'Bearer ', 'Bearer x.y.z', 'Basic abc']) {
        const response = await fetch(server.url + path, { headers: { authorization } });
        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ error: 'Unauthorized', message: expect.any(String) });
      }
    }
  });

  it('has one public room, general, and creates others', async () => {
    const { token } = await server.register();
    const authorization = `Bearer ${token}`;
    const list = await fetch(`${server.url}/v1/rooms`, { headers: { authorization } });
    const { rooms } = (await list.json()) as { rooms: { slug: string }[] };
    expect(rooms[0]).toMatchObject({
      id: expect.any(String),
      slug: 'general',
      title: 'General',
      is_public: true,
      created_at: expect.any(String),
    });
    const created = await post('/v1/rooms', { slug: 'kitchen', title: 'Kitchen' }, { authorization });
    expect(created.status).toBe(201);
    expect(await created.json()).toMatchObject({
      room: { slug: 'kitchen', title: 'Kitchen', is_public: true },
    });
    const taken = await post('/v1/rooms', { slug: 'kitchen', title: 'Another' }, { authorization });
    expect(taken.status).toBe(409);
    const bad = await post('/v1/rooms', { slug: 'Not A Slug', title: 'x' }, { authorization });
    expect(bad.status).toBe(400);
  });
});

describe('the socket of the baseline', () => {
  it('answers MissingToken and closes 4001', async () => {
    const { take, closed } = openBareSocket(server.url, {});
    expect((await take(({ type }) => type === 'error', 'error')).payload).toMatchObject({
      code: 'MissingToken',
    });
    expect((await closed).code).toBe(4001);
  });

  it('answers InvalidToken and closes 4002', async () => {
    const { take, closed } = openBareSocket(server.url, { token: 'x.y.z' });
    expect((await take(({ type }) => type === 'error', 'error')).payload).toMatchObject({
      code: 'InvalidToken',
    });
    expect((await closed).code).toBe(4002);
  });

  it('answers ping with pong, and with an ack where there is a requestId', async () => {
    const socket = await server.connect();
    socket.send({ type: 'ping', payload: {} });
    expect(await socket.next('pong')).toEqual({ ts: expect.any(Number) });
    expect(await socket.request('ping', {})).toEqual({ ts: expect.any(Number) });
    await socket.close();
  });

  it('answers each error code of the baseline, as error and as nack', async () => {
    const owner = await server.connect('Owner');
    const slug = `private-${randomUUID().slice(0, 8)}`;
    await post(
      '/v1/rooms',
      { slug, title: 'Private', is_public: false },
      { authorization: `Bearer ${owner.token}` },
    );
    const socket = await server.connect();
    const cases: [string, unknown, string][] = [
      ['chat.send', { text: 'hi' }, 'NoActiveRoom'],
      ['room.join', { roomSlug: 'nowhere' }, 'RoomNotFound'],
      ['room.join', { roomSlug: slug }, 'Forbidden'],
      ['room.join', {}, 'ValidationError'],
      ['room.fly', {}, 'UnknownEvent'],
    ];
    for (const [type, payload, code] of cases) {
      socket.send({ type, payload });
      expect(await socket.next('error')).toMatchObject({ code, message: expect.any(String) });
      expect(await socket.refused(type, payload)).toMatchObject({ code, message: expect.any(String) });
    }
    await Promise.all([owner.close(), socket.close()]);
  });

  it('answers ServerError, and hides why, where the server itself fails', async () => {
    const broken = await startTestServer();
    const socket = await broken.connect();
    await broken.database.db.query('ALTER TABLE rooms RENAME TO rooms_gone');
    expect(await socket.refused('room.join', { roomSlug: 'general' })).toEqual({
      code: 'ServerError',
      message: expect.not.stringContaining('rooms_gone'),
    });
    await broken.close();
  });

  it('tells the others who came and who left, once a person', async () => {
    const anna = await server.connect('Anna');
    await anna.request('room.join', { roomSlug: 'general' });
    const boris = await server.connect('Boris');
    await boris.request('room.join', { roomSlug: 'general' });
    expect(await anna.next('presence.joined')).toEqual({
      userId: boris.user.id,
      userName: 'Boris',
      roomSlug: 'general',
    });
    const second = await openSocket(server.url, { user: boris.user, token: boris.token });
    await second.request('room.join', { roomSlug: 'general' });
    await boris.close();
    await second.request('chat.send', { text: 'still here' });
    await anna.next('chat.message', ({ text }) => text === 'still here');
    expect(anna.frames.filter(({ type }) => type === 'presence.left')).toEqual([]);
    await second.close();
    expect(await anna.next('presence.left')).toEqual({
      userId: boris.user.id,
      userName: 'Boris',
      roomSlug: 'general',
    });
    expect(
      anna.frames.filter(({ type }) => type === 'presence.joined' || type === 'presence.left'),
    ).toHaveLength(2);
    await anna.close();
  });

  it('moves to the room joined last, unless it asks to keep the others', async () => {
    const socket = await server.connect();
    const headers = { authorization: `Bearer ${socket.token}` };
    await post('/v1/rooms', { slug: 'first-room', title: 'First' }, headers);
    await post('/v1/rooms', { slug: 'second-room', title: 'Second' }, headers);
    const watcher = await server.connect('Watcher');
    await watcher.request('room.join', { roomSlug: 'first-room' });
    await socket.request('room.join', { roomSlug: 'first-room' });
    await socket.request('room.join', { roomSlug: 'second-room', keepOthers: true });
    expect((await socket.request('chat.send', { text: 'to the last' })).roomId).not.toBe(
      (await socket.request('chat.send', { text: 'to the first', roomSlug: 'first-room' })).roomId,
    );
    await socket.request('room.join', { roomSlug: 'general' });
    await watcher.next('presence.left', ({ userId }) => userId === socket.user.id);
    expect(await socket.refused('chat.send', { text: 'gone', roomSlug: 'first-room' })).toMatchObject({
      code: 'NoActiveRoom',
    });
    await Promise.all([socket.close(), watcher.close()]);
  });

  it('refuses a foreign Origin, and takes its own and none', async () => {
    const { token } = await server.register();
    const foreign = openBareSocket(server.url, { token }, { origin: 'https://evil.example' });
    await foreign.closed;
    expect(foreign.ws.readyState).toBe(WebSocket.CLOSED);
    expect(foreign.frames).toEqual([]);
    const own = openBareSocket(server.url, { token }, { origin: server.url });
    await own.take(({ type }) => type === 'server.ready', 'server.ready');
    own.ws.close();
    await own.closed;
  });
});
