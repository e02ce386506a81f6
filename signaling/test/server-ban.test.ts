import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, signIn } from './call.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import { shapes, startShape } from './shapes.ts';
import type { TestServer } from './start-server.ts';
import { openSocket } from './test-socket.ts';

describe.each(shapes)('who is banned from the server (%s)', (shape) => {
  let many: TestServer;
  beforeAll(async () => {
    many = await startShape(shape);
  });
  afterAll(() => many.close());

  it('loses every socket and the call within a second, at whatever process', async () => {
    const root = await many.connect('Root');
    await many.database.db.query('UPDATE users SET is_administrator = true WHERE id = $1', [root.user.id]);
    const boris = await many.connect('Boris');
    const beside = await openSocket(many.urlBeside(boris), await signIn(many.url, boris.user.email));
    await root.request('room.join', { roomSlug: 'general' });
    const seat = await boris.request('voice.join', { roomSlug: 'general', rtpCapabilities });
    await boris.request('voice.produce', {
      ...{ transportId: seat.sendTransport.id, kind: 'audio', rtpParameters: microphone() },
    });
    await root.next('voice.participantJoined', ({ participant }) => participant.userId === boris.user.id);
    const startedAt = performance.now();
    await call(many.url, `PATCH /v1/admin/users/${boris.user.id}`, {
      token: root.token,
      body: { ban: { reason: 'Spam' } },
    });
    const closed = await Promise.all([boris.closed, beside.closed]);
    await root.next('voice.participantLeft', ({ userId }) => userId === boris.user.id);
    expect(closed.map(({ code }) => code)).toEqual([4003, 4003]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await root.close();
  });
});
