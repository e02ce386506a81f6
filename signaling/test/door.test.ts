import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBesiegedServer } from './besieged-server.ts';
import { createRoom } from './rest.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openBareSocket, openSocket } from './test-socket.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startBesiegedServer();
});
afterAll(() => server.close());

describe('ids of others', () => {
  const fingerprints = [
    { algorithm: 'sha-256' as const, value: Array.from({ length: 32 }, () => 'AB').join(':') },
  ];

  it('answer like ids that do not exist, in the same room and another', async () => {
    const [mine, other] = await Promise.all([server.connect('Mine'), server.connect('Other')]);
    const seat = await other.request('voice.join', { roomSlug: 'general', rtpCapabilities });
    const attempts = (transportId: string) => [
      mine.refused('voice.connectTransport', { transportId, dtlsParameters: { fingerprints } }),
      mine.refused('voice.produce', { transportId, kind: 'audio', rtpParameters: microphone() }),
    ];
    const outside = await Promise.all([...attempts(seat.sendTransport.id), ...attempts(randomUUID())]);
    expect(outside.map(({ code }) => code)).toEqual(Array(4).fill('NotInVoice'));
    await mine.request('voice.join', { roomSlug: 'general', rtpCapabilities });
    const [foreignConnect, foreignProduce, missingConnect, missingProduce] = await Promise.all([
      ...attempts(seat.sendTransport.id),
      ...attempts(randomUUID()),
    ]);
    expect(foreignConnect).toMatchObject({ code: 'NotFound' });
    expect(foreignConnect).toEqual(missingConnect);
    expect(foreignProduce).toEqual(missingProduce);
    await Promise.all([mine.close(), other.close()]);
  });

  it('of a private room are not let in by any door', async () => {
    const owner = await server.connect('Owner');
    const { slug } = await createRoom(server.url, owner.token, { is_public: false });
    const stranger = await server.connect('Stranger');
    expect(await stranger.refused('room.join', { roomSlug: slug })).toMatchObject({ code: 'Forbidden' });
    expect(await stranger.refused('voice.join', { roomSlug: slug, rtpCapabilities })).toMatchObject({
      code: 'Forbidden',
    });
    const headers = { authorization: `Bearer ${stranger.token}` };
    expect((await fetch(`${server.url}/v1/rooms/${slug}/messages`, { headers })).status).toBe(403);
    const { rooms } = (await (await fetch(`${server.url}/v1/rooms`, { headers })).json()) as {
      rooms: { slug: string }[];
    };
    expect(rooms.some((room) => room.slug === slug)).toBe(false);
    await Promise.all([owner.close(), stranger.close()]);
  });
});

describe('the door', () => {
  it('answers 401 to tokens of another key, another kind, or none', async () => {
    const { token } = await server.register();
    const [header, claims] = token.split('.');
    const none = `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`;
    const resume = (await server.connect()).frames[0]?.payload.resumeToken as string;
    for (const forged of [none, `${header}.${claims}.AAAA`, resume, `${token}x`]) {
      const { status } = await fetch(`${server.url}/v1/auth/me`, {
        headers: { authorization: `Bearer ${forged}` },
      });
      expect(status).toBe(401);
      const { closed } = openBareSocket(server.url, { token: forged });
      expect((await closed).code).toBe(4002);
    }
  });

  it('closes the sockets of a session that signs out, and its token stops working', async () => {
    const socket = await server.connect();
    const headers = { authorization: `Bearer ${socket.token}` };
    expect((await fetch(`${server.url}/v1/auth/logout`, { method: 'POST', headers })).status).toBe(200);
    expect((await socket.closed).code).toBe(4003);
    expect((await fetch(`${server.url}/v1/auth/me`, { headers })).status).toBe(401);
    const { closed } = openBareSocket(server.url, { token: socket.token });
    expect((await closed).code).toBe(4002);
  });

  it('replaces a socket that its own person resumes, and no other', async () => {
    const first = await server.connect();
    const resume = first.frames[0]?.payload.resumeToken as string;
    const stranger = await openSocket(server.url, await server.register(), { resume });
    expect(await first.request('ping', {})).toMatchObject({ ts: expect.any(Number) });
    const second = await openSocket(server.url, first, { resume });
    expect((await first.closed).code).toBe(4009);
    await Promise.all([stranger.close(), second.close()]);
  });

  it('refuses other paths, and headers without end, and stays open', async () => {
    const raw = (text: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(text));
        let answer = '';
        socket.on('data', (chunk) => {
          answer += chunk.toString();
        });
        socket.on('error', () => resolve(answer));
        socket.on('close', () => resolve(answer));
      });
    const upgrade = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
    expect(
      await raw(`GET /other HTTP/1.1\r\n${upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`),
    ).toContain('404');
    const manyHeaders = Array.from({ length: 2_500 }, (_, n) => `X-${n}: ${'y'.repeat(20)}`).join('\r\n');
    expect(await raw(`GET /v1/realtime/ws HTTP/1.1\r\n${manyHeaders}\r\n\r\n`)).toContain('431');
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });

  it('limits sign-up and sign-in to 30 a minute and address, and new sockets as configured', async () => {
    const limited = await startTestServer({
      env: { RATE_LIMIT_AUTH_PER_MINUTE: '30', RATE_LIMIT_CONNECT_PER_MINUTE: '5' },
    });
    const ask = (what: 'login' | 'register') =>
      fetch(`${limited.url}/v1/auth/${what}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'nobody@test.local', password: 'short', name: 'Nobody' }),
      });
    const statuses: number[] = [];
    // One count for both: whoever guesses at one of them must not have the other's budget as well.
    for (let n = 0; n < 32; n += 1) statuses.push((await ask(n % 2 === 0 ? 'login' : 'register')).status);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
    expect(await (await ask('login')).json()).toMatchObject({ error: 'RateLimited' });
    const sockets = Array.from({ length: 8 }, () => openBareSocket(limited.url, {}));
    const codes = await Promise.all(sockets.map(async ({ closed }) => (await closed).code));
    expect(codes.filter((code) => code === 4001)).toHaveLength(5);
    await limited.close();
  });

  it('cuts a reader that does not read, and others go on', async () => {
    const slow = await server.connect('Slow');
    const fast = await server.connect('Fast');
    await slow.request('room.join', { roomSlug: 'general' });
    await fast.request('room.join', { roomSlug: 'general' });
    slow.ws.pause();
    const text = 'x'.repeat(4_000);
    let isCut = false;
    for (let n = 0; n < 100 && !isCut; n += 1) {
      await Promise.all(Array.from({ length: 50 }, () => fast.request('chat.send', { text })));
      isCut = fast.frames.some(
        ({ type, payload }) => type === 'presence.left' && payload.userId === slow.user.id,
      );
    }
    expect(isCut).toBe(true);
    slow.ws.terminate();
    await fast.close();
  });
});
