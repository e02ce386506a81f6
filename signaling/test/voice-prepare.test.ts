import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from './rest.ts';
import { dtlsParameters, microphone, rtpCapabilities } from './rtp.ts';
import { shapes, startShape } from './shapes.ts';
import type { TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

let server: TestServer;

const openRoom = async (socket: TestSocket) => (await createRoom(server.url, socket.token)).slug;

const prepare = (socket: TestSocket, roomSlug: string) =>
  socket.request('voice.prepare', { roomSlug, dtlsParameters });

const produce = () => ({ kind: 'audio' as const, rtpParameters: microphone() });

const countOnNode = async () => {
  const { workers } = await server.media.request('media.getStatus', {});
  const sum = (pick: (worker: (typeof workers)[number]) => number) =>
    workers.reduce((total, worker) => total + pick(worker), 0);
  return { prepared: sum(({ prepared }) => prepared), rooms: sum(({ rooms }) => rooms) };
};

describe.each(shapes)('in %s', (shape) => {
  beforeAll(async () => {
    server = await startShape(shape);
  });
  afterAll(() => server.close());

  describe('transports that are prepared', () => {
    it('make the join one request: the same transports, and the microphone is heard at once', async () => {
      const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
      const roomSlug = await openRoom(anna);
      await boris.request('voice.join', { roomSlug, rtpCapabilities });
      const { preparationId, sendTransport, recvTransport } = await prepare(anna, roomSlug);
      const joined = await anna.request('voice.join', {
        ...{ roomSlug, rtpCapabilities, dtlsParameters, preparationId },
        produce: produce(),
      });
      expect([joined.sendTransport.id, joined.recvTransport.id]).toEqual([
        sendTransport.id,
        recvTransport.id,
      ]);
      const { consumer } = await boris.next('voice.consumerAdded');
      expect(consumer).toMatchObject({ producerId: joined.producerId, userId: anna.user.id });
      expect(await countOnNode()).toMatchObject({ prepared: 0 });
      await Promise.all([anna.close(), boris.close()]);
    });

    it('keep who is muted silent from the first packet', async () => {
      const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
      const roomSlug = await openRoom(anna);
      const { preparationId } = await prepare(anna, roomSlug);
      const wish = { roomSlug, rtpCapabilities, preparationId, muted: true };
      await anna.request('voice.join', { ...wish, produce: produce() });
      const { participants, consumers } = await boris.request('voice.join', { roomSlug, rtpCapabilities });
      expect(participants.map(({ userName, muted }) => [userName, muted])).toContainEqual(['Anna', true]);
      expect(consumers).toHaveLength(1);
      await Promise.all([anna.close(), boris.close()]);
    });

    it('tell nobody, take no seat, and end with their socket', async () => {
      const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
      const roomSlug = await openRoom(anna);
      await boris.request('room.join', { roomSlug });
      await prepare(anna, roomSlug);
      expect((await boris.request('room.join', { roomSlug })).voice).toEqual([]);
      expect(boris.frames.filter(({ type }) => type.startsWith('voice.'))).toEqual([]);
      expect(await anna.refused('voice.produce', { transportId: 'x', ...produce() })).toMatchObject({
        code: 'NotInVoice',
      });
      expect(await countOnNode()).toMatchObject({ prepared: 1 });
      anna.ws.terminate();
      await expect.poll(countOnNode).toEqual({ prepared: 0, rooms: 0 });
      await boris.close();
    });

    it('are one pair a socket: another room’s take their place', async () => {
      const anna = await server.connect('Anna');
      const [one, other] = [await openRoom(anna), await openRoom(anna)];
      const first = await prepare(anna, one);
      await prepare(anna, other);
      await expect.poll(countOnNode).toEqual({ prepared: 1, rooms: 1 });
      const { preparationId } = first;
      const joined = await anna.request('voice.join', { roomSlug: one, rtpCapabilities, preparationId });
      expect(joined.sendTransport.id).not.toBe(first.sendTransport.id);
      await expect.poll(countOnNode).toEqual({ prepared: 0, rooms: 1 });
      await anna.close();
    });

    it('are nobody else’s: a stranger’s, and the same person’s on another socket, are not handed over', async () => {
      const [anna, mallory] = await Promise.all([server.connect('Anna'), server.connect('Mallory')]);
      const roomSlug = await openRoom(anna);
      const prepared = await prepare(anna, roomSlug);
      const elsewhere = await openSocket(server.urlBeside(anna), anna);
      for (const thief of [mallory, elsewhere]) {
        const { preparationId } = prepared;
        const wish = { roomSlug, rtpCapabilities, preparationId, produce: produce() };
        const joined = await thief.request('voice.join', wish);
        expect(joined.sendTransport.id).not.toBe(prepared.sendTransport.id);
        expect(joined.producerId).toBeUndefined();
      }
      await Promise.all([anna, mallory, elsewhere].map((socket) => socket.close()));
    });

    it('are not made for a room that one may not enter', async () => {
      const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
      const { slug } = await createRoom(server.url, anna.token, { is_public: false });
      const refusal = await boris.refused('voice.prepare', { roomSlug: slug, dtlsParameters });
      expect(refusal.code).toBe('Forbidden');
      expect(await countOnNode()).toMatchObject({ prepared: 0 });
      await Promise.all([anna.close(), boris.close()]);
    });

    it('are rationed: who points at buttons all day is told to wait, and may join all the same', async () => {
      const anna = await server.connect('Anna');
      const roomSlug = await openRoom(anna);
      const answers: unknown[] = [];
      for (let n = 0; n < 8; n += 1) {
        answers.push(
          await prepare(anna, roomSlug).then(
            () => 'made',
            (error: Error) => error.message,
          ),
        );
      }
      expect(answers.filter((answer) => answer === 'made')).toHaveLength(6);
      expect(answers.at(-1)).toContain('RateLimited');
      expect((await anna.request('voice.join', { roomSlug, rtpCapabilities })).participants).toHaveLength(1);
      await anna.close();
    });
  });
});
