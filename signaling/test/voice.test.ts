import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from './rest.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import { shapes, startShape } from './shapes.ts';
import type { TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

let server: TestServer;

/** Somebody who watches a new room, without sitting in it. */
const watch = async (): Promise<{ roomSlug: string; witness: TestSocket }> => {
  const witness = await server.connect('Witness');
  const { slug: roomSlug } = await createRoom(server.url, witness.token);
  await witness.request('room.join', { roomSlug });
  return { roomSlug, witness };
};

const participantsOf = async (witness: TestSocket, roomSlug: string) =>
  (await witness.request('room.join', { roomSlug })).voice.map(({ userId, state }) => ({ userId, state }));

const produce = (socket: TestSocket, transportId: string) =>
  socket.request('voice.produce', { transportId, kind: 'audio', rtpParameters: microphone() });

describe.each(shapes)('in %s', (shape) => {
  beforeAll(async () => {
    server = await startShape(shape, { mediaWorkers: 2 });
  });
  afterAll(() => server.close());

  describe('a seat in voice', () => {
    it('is answered with everything at once, and told to the room', async () => {
      const { roomSlug, witness } = await watch();
      const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
      const first = await anna.request('voice.join', { roomSlug, rtpCapabilities });
      expect(first).toMatchObject({
        roomSlug,
        consumers: [],
        participants: [{ userName: 'Anna', state: 'connected' }],
      });
      expect((await witness.next('voice.participantJoined')).participant.userName).toBe('Anna');
      const { producerId } = await produce(anna, first.sendTransport.id);
      const second = await boris.request('voice.join', { roomSlug, rtpCapabilities, muted: true });
      expect(second.consumers).toEqual([
        expect.objectContaining({ producerId, userId: anna.user.id, kind: 'audio' }),
      ]);
      expect(second.participants.map(({ userName, muted }) => [userName, muted])).toEqual([
        ['Anna', false],
        ['Boris', true],
      ]);
      await produce(boris, second.sendTransport.id);
      const added = await anna.next('voice.consumerAdded');
      expect(added).toMatchObject({ seatId: first.seatId, consumer: { userId: boris.user.id } });
      await boris.request('voice.leave', {});
      expect(await anna.next('voice.consumerClosed')).toEqual({
        seatId: first.seatId,
        consumerId: added.consumer.id,
      });
      expect((await anna.next('voice.participantLeft')).userId).toBe(boris.user.id);
      await Promise.all([anna.close(), boris.close(), witness.close()]);
    });

    it('connects both transports with the join where it names the certificate, and only once', async () => {
      const anna = await server.connect('Anna');
      const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':');
      const dtlsParameters = {
        role: 'client' as const,
        fingerprints: [{ algorithm: 'sha-256' as const, value: fingerprint }],
      };
      const { sendTransport, recvTransport } = await anna.request('voice.join', {
        ...{ roomSlug: 'general', rtpCapabilities, dtlsParameters },
      });
      for (const { id: transportId } of [sendTransport, recvTransport]) {
        expect(await anna.refused('voice.connectTransport', { transportId, dtlsParameters })).toMatchObject({
          code: 'Conflict',
        });
      }
      const wrong = { ...dtlsParameters, fingerprints: [{ algorithm: 'sha-256', value: 'AB:CD' }] };
      const join = { roomSlug: 'general', rtpCapabilities, dtlsParameters: wrong };
      expect(await anna.refused('voice.join', join as never)).toMatchObject({ code: 'ValidationError' });
      await anna.close();
    });

    it('moves to where its person sits down, and the former place is told', async () => {
      const { roomSlug, witness } = await watch();
      const first = await server.connect('Anna');
      const seat = await first.request('voice.join', { roomSlug, rtpCapabilities });
      const second = await openSocket(server.urlBeside(first), first);
      await second.request('voice.join', { roomSlug: 'general', rtpCapabilities });
      expect(await first.next('voice.closed')).toEqual({ seatId: seat.seatId, reason: 'moved' });
      expect((await witness.next('voice.participantLeft')).userId).toBe(first.user.id);
      expect(await first.refused('voice.setMuted', { muted: true })).toMatchObject({ code: 'NotInVoice' });
      await Promise.all([first.close(), second.close(), witness.close()]);
    });

    it('is not stolen back by a device that wakes up: who comes back to a former seat gets Conflict', async () => {
      const first = await server.connect('Anna');
      const { seatId } = await first.request('voice.join', { roomSlug: 'general', rtpCapabilities });
      const second = await openSocket(server.urlBeside(first), first);
      const moved = await second.request('voice.join', { roomSlug: 'general', rtpCapabilities });
      const comeBack = { roomSlug: 'general', rtpCapabilities, seatId };
      expect(await first.refused('voice.join', comeBack)).toMatchObject({ code: 'Conflict' });
      await second.request('voice.join', { ...comeBack, seatId: moved.seatId });
      await Promise.all([first.close(), second.close()]);
    });

    it('is held for a lost socket, shown as reconnecting, and given up when nobody comes', async () => {
      const own = await startShape(shape, { seatGraceMs: 200 });
      const [anna, boris] = await Promise.all([own.connect('Anna'), own.connect('Boris')]);
      await boris.request('room.join', { roomSlug: 'general' });
      await anna.request('voice.join', { roomSlug: 'general', rtpCapabilities });
      anna.ws.terminate();
      const updated = await boris.next('voice.participantUpdated');
      expect(updated.participant).toMatchObject({ userId: anna.user.id, state: 'reconnecting' });
      expect((await boris.next('voice.participantLeft')).userId).toBe(anna.user.id);
      await own.close();
    });

    it('is given up at once by who closes the socket on purpose', async () => {
      const { roomSlug, witness } = await watch();
      const anna = await server.connect('Anna');
      await anna.request('voice.join', { roomSlug, rtpCapabilities });
      await anna.close();
      await witness.next('voice.participantLeft', ({ userId }) => userId === anna.user.id);
      expect(await participantsOf(witness, roomSlug)).toEqual([]);
      await witness.close();
    });

    // Sessions end at the process that ends them, so far.
    it('is given up at once by a session that ends', async () => {
      const { roomSlug, witness } = await watch();
      const boris = await server.connect('Boris');
      await boris.request('voice.join', { roomSlug, rtpCapabilities });
      const headers = { authorization: `Bearer ${boris.token}` };
      await fetch(`${server.url}/v1/auth/logout`, { method: 'POST', headers });
      await witness.next('voice.participantLeft', ({ userId }) => userId === boris.user.id);
      expect(await participantsOf(witness, roomSlug)).toEqual([]);
      await witness.close();
    });

    it('is not taken by a socket that closed while it was asking', async () => {
      const { roomSlug, witness } = await watch();
      for (let n = 0; n < 10; n += 1) {
        const anna = await server.connect('Anna');
        anna.send({ type: 'voice.join', requestId: 'x', payload: { roomSlug, rtpCapabilities } });
        await anna.close();
      }
      await expect.poll(() => participantsOf(witness, roomSlug)).toEqual([]);
      const status = await server.media.request('media.getStatus', {});
      expect(status.workers.reduce((sum, { peers }) => sum + peers, 0)).toBeLessThan(10);
      await witness.close();
    });

    it('is over when it is left: nothing told of it comes after', async () => {
      const { roomSlug, witness } = await watch();
      const anna = await server.connect('Anna');
      const { sendTransport } = await anna.request('voice.join', { roomSlug, rtpCapabilities });
      await produce(anna, sendTransport.id);
      anna.send({ type: 'voice.setMuted', requestId: 'mute', payload: { muted: true } });
      anna.send({ type: 'voice.leave', requestId: 'leave', payload: {} });
      await witness.next('voice.participantLeft');
      await anna.request('ping', {});
      await witness.request('ping', {});
      const voice = witness.frames.filter(({ type }) => type.startsWith('voice.participant'));
      expect(voice.at(-1)?.type).toBe('voice.participantLeft');
      await Promise.all([anna.close(), witness.close()]);
    });

    it('stays with its person over a worker’s death: told to reset, shown as reconnecting, back after a join', async () => {
      const { roomSlug, witness } = await watch();
      const anna = await server.connect('Anna');
      const { seatId } = await anna.request('voice.join', { roomSlug, rtpCapabilities });
      const { workers } = await server.media.request('media.getStatus', {});
      const victim = workers.find(({ peers }) => peers > 0);
      process.kill(victim!.pid, 'SIGKILL');
      expect(await anna.next('voice.reset')).toEqual({ seatId, reason: 'workerDied' });
      await witness.next(
        'voice.participantUpdated',
        ({ participant }) => participant.state === 'reconnecting',
      );
      await anna.request('voice.join', { roomSlug, rtpCapabilities, seatId });
      await witness.next('voice.participantUpdated', ({ participant }) => participant.state === 'connected');
      expect(await participantsOf(witness, roomSlug)).toEqual([{ userId: anna.user.id, state: 'connected' }]);
      await Promise.all([anna.close(), witness.close()]);
    });

    it('needs a requestId where the answer is the point, and sends no video yet', async () => {
      const anna = await server.connect('Anna');
      anna.send({ type: 'voice.join', payload: { roomSlug: 'general', rtpCapabilities } });
      expect(await anna.next('error')).toMatchObject({
        code: 'ValidationError',
        message: expect.stringContaining('requestId'),
      });
      const { sendTransport } = await anna.request('voice.join', { roomSlug: 'general', rtpCapabilities });
      const video = { transportId: sendTransport.id, kind: 'video', rtpParameters: microphone() };
      expect(await anna.refused('voice.produce', video)).toMatchObject({ code: 'ValidationError' });
      await anna.close();
    });
  });
});
