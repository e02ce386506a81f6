import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRaw, upgradeRequest } from './raw-socket.ts';
import { startTestServer, type TestServer } from './start-server.ts';

const path = '/v1/realtime/ws';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('a connection that means no good', () => {
  it.each(['//', '/\\', '?', path.slice(1), `${path}/../x`, `${path}%00`, `//evil/${path}`])(
    'that asks to upgrade %j is refused and hung up on, and the server stays',
    async (target) => {
      const raw = openRaw(server.url, upgradeRequest(target));
      await raw.closed;
      expect(raw.text()).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    },
  );

  it('that was sent away is hung up on, even where it never closes its own end', async () => {
    const raws = Array.from({ length: 20 }, () => openRaw(server.url, upgradeRequest('/nowhere')));
    await Promise.all(raws.map(({ closed }) => closed));
  });

  it('that has no token and answers no close does not hold up the end of the server', async () => {
    const own = await startTestServer();
    const raw = openRaw(own.url, upgradeRequest(path));
    await expect.poll(() => raw.text()).toContain('MissingToken');
    const at = Date.now();
    await own.close();
    await raw.closed;
    expect(Date.now() - at).toBeLessThan(5_000);
  });

  it('whose session has ended gets nothing done any more, and nothing is kept for it', async () => {
    const witness = await server.connect('Witness');
    await witness.request('room.join', { roomSlug: 'general' });
    const { token, user } = await server.register('Gone');
    const raw = openRaw(server.url, upgradeRequest(`${path}?token=${token}`));
    await expect.poll(() => raw.text()).toContain('server.capabilities');
    const send = (frame: unknown) => raw.socket.write(maskedFrame(JSON.stringify(frame)));
    send({ type: 'room.join', payload: { roomSlug: 'general' } });
    await witness.next('presence.joined', ({ userId }) => userId === user.id);
    await fetch(`${server.url}/v1/auth/logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    await witness.next('presence.left', ({ userId }) => userId === user.id);
    for (let n = 0; n < 100; n += 1) send({ type: 'chat.send', payload: { text: 'from beyond' } });
    await witness.request('chat.send', { text: 'the last word' });
    const message = await witness.next('chat.message');
    expect(message.text).toBe('the last word');
    const bytes = raw.text().length;
    await raw.closed;
    expect(raw.text().length - bytes).toBeLessThan(200);
    await witness.close();
  }, 30_000);
});

/** A client's text frame (RFC 6455 section 5.2); the mask is zero, which masks nothing. */
const maskedFrame = (text: string): Buffer => {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
};
