import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase } from '../src/platform/db.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { createRoom } from './rest.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { openBareSocket, openSocket, type TestSocket } from './test-socket.ts';

const asIs = { muted: false, deafened: false };

describe('while the database is away', () => {
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

  const sit = async (socket: TestSocket) => {
    const { slug } = await createRoom(server.url, socket.token);
    const seat = await socket.request('voice.join', { roomSlug: slug, rtpCapabilities });
    await socket.request('voice.produce', {
      ...{ transportId: seat.sendTransport.id, kind: 'audio', rtpParameters: microphone() },
    });
    return { slug, seat };
  };

  const closeCodeOf = async (token: string): Promise<number> =>
    (await openBareSocket(server.url, { token }).closed).code;

  it.each(['cut', 'silent'] as const)(
    'of which one hears nothing (%s), people come back to their calls, and nobody else is let in',
    async (way) => {
      const [anna, stranger] = [await server.connect('Anna'), await server.connect('Stranger')];
      const { slug, seat } = await sit(anna);
      if (way === 'cut') proxy.refuse();
      else proxy.pause();
      anna.ws.terminate();
      const lostAt = performance.now();
      const back = await openSocket(server.url, anna);
      // Asked for first, and not waited for.
      back.send({ type: 'room.join', requestId: 'room', payload: { roomSlug: slug } });
      const resumed = await back.request('voice.resume', { seatId: seat.seatId, ...asIs });
      expect(performance.now() - lostAt).toBeLessThan(2_000);
      expect(resumed.roomSlug).toBe(slug);
      // What happens to the seat is told meanwhile, though the room is still being asked for.
      const { workers } = await server.media.request('media.getStatus', {});
      process.kill(workers[0]!.pid, 'SIGKILL');
      expect(await back.next('voice.reset')).toMatchObject({ seatId: seat.seatId });
      const isRoomAnswered = back.frames.some(({ requestId }) => requestId === 'room');
      expect(isRoomAnswered).toBe(way === 'cut');
      // Also where the media is to be built anew: who sits there has been let in.
      const again = { roomSlug: slug, rtpCapabilities, seatId: seat.seatId };
      expect((await back.request('voice.join', again)).participants).toHaveLength(1);
      expect(await closeCodeOf(stranger.token)).toBe(1013);
      expect(await closeCodeOf(`${anna.token}x`)).toBe(4002);
      proxy.cut();
      await Promise.all([back.close(), stranger.close()]);
    },
  );

  it.each(['cut', 'silent'] as const)(
    '(%s) a message gets an answer that says to send it again, and is written once when it is',
    async (way) => {
      const [anna, boris] = [await server.connect('Anna'), await server.connect('Boris')];
      const { slug } = await createRoom(server.url, anna.token);
      for (const socket of [anna, boris]) await socket.request('room.join', { roomSlug: slug });
      const message = { text: 'sent again', roomSlug: slug, clientMessageId: randomUUID() };
      if (way === 'cut') proxy.refuse();
      else proxy.pause();
      const sentAt = performance.now();
      const refused = await anna.refused('chat.send', message);
      expect(refused).toMatchObject({ code: 'Unavailable', retryable: true });
      expect(performance.now() - sentAt).toBeLessThan(12_000);
      const { checks } = (await (await fetch(`${server.url}/readyz`)).json()) as {
        checks: Record<string, unknown>;
      };
      expect(checks.database).toEqual({ ok: false, detail: 'unreachable' });
      proxy.cut();
      let seq: number | undefined;
      await expect
        .poll(
          async () => {
            seq = await anna.request('chat.send', message).then(
              (sent) => sent.seq,
              () => undefined,
            );
            return seq;
          },
          { timeout: 10_000 },
        )
        .toBeDefined();
      await boris.next('chat.message', (heard) => heard.clientMessageId === message.clientMessageId);
      expect((await anna.request('chat.send', message)).seq).toBe(seq);
      expect(boris.frames.filter(({ type }) => type === 'chat.message')).toHaveLength(1);
      await Promise.all([anna, boris].map((socket) => socket.close()));
    },
    40_000,
  );

  it('a session that was revoked meanwhile is let in by its seat, and ended when the database is back', async () => {
    const anna = await server.connect('Anna');
    const { seat } = await sit(anna);
    await database.db.query('UPDATE sessions SET revoked_at = now() WHERE user_id = $1', [anna.user.id]);
    proxy.refuse();
    anna.ws.terminate();
    const back = await openSocket(server.url, anna);
    await back.request('voice.resume', { seatId: seat.seatId, ...asIs });
    proxy.cut();
    expect((await back.closed).code).toBe(4003);
  });
});
