import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRoom } from './rest.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import { shapes, startShape } from './shapes.ts';
import type { TestServer } from './start-server.ts';
import { type NackError, openSocket, type TestSocket } from './test-socket.ts';

let server: TestServer;

const join = (socket: TestSocket, roomSlug: string) =>
  socket.request('voice.join', { roomSlug, rtpCapabilities });

const produce = (socket: TestSocket, transportId: string) =>
  socket.request('voice.produce', { transportId, kind: 'audio', rtpParameters: microphone() });

const openRoom = async (socket: TestSocket) => (await createRoom(server.url, socket.token)).slug;

/** Another process learns of a seat a moment later. */
const knows = (socket: TestSocket, roomSlug: string, { user }: TestSocket) =>
  expect
    .poll(async () => (await socket.request('room.join', { roomSlug })).voice.map(({ userId }) => userId))
    .toContain(user.id);

const asIs = { muted: false, deafened: false };

describe.each(shapes)('in %s', (shape) => {
  beforeAll(async () => {
    server = await startShape(shape);
  });
  afterAll(() => server.close());

  describe('a seat whose socket is lost', () => {
    it('goes on from another socket with the same media, and learns what it missed', async () => {
      const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
      const roomSlug = await openRoom(anna);
      const seat = await join(anna, roomSlug);
      const { producerId } = await produce(anna, seat.sendTransport.id);
      const other = await join(boris, roomSlug);
      const heard = other.consumers[0]?.id;
      boris.ws.terminate();
      const clara = await server.connect('Clara');
      await produce(clara, (await join(clara, roomSlug)).sendTransport.id);

      const back = await openSocket(server.urlBeside(boris), boris);
      await knows(back, roomSlug, clara);
      const resumed = await back.request('voice.resume', { seatId: other.seatId, ...asIs });
      expect(resumed).toMatchObject({ seatId: other.seatId, roomSlug });
      expect(resumed.consumers.map(({ userId }) => userId).sort()).toEqual(
        [anna.user.id, clara.user.id].sort(),
      );
      // Anna's is the very consumer of before: no packet of hers was stopped.
      expect(resumed.consumers).toContainEqual(expect.objectContaining({ id: heard, producerId }));
      expect(resumed.participants.map(({ userName, state }) => [userName, state])).toEqual([
        ['Anna', 'connected'],
        ['Boris', 'connected'],
        ['Clara', 'connected'],
      ]);
      // It speaks for the seat, and hears of what happens there.
      await produce(back, other.sendTransport.id);
      await clara.request('voice.leave', {});
      const gone = resumed.consumers.find(({ userId }) => userId === clara.user.id)?.id;
      expect(await back.next('voice.consumerClosed')).toEqual({ seatId: other.seatId, consumerId: gone });
      await Promise.all([anna.close(), back.close(), clara.close()]);
    });

    it('is shown as reconnecting until it is back, with the mute that was wished for meanwhile', async () => {
      const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
      const roomSlug = await openRoom(anna);
      await anna.request('room.join', { roomSlug });
      const { seatId } = await join(boris, roomSlug);
      boris.ws.terminate();
      expect((await anna.next('voice.participantUpdated')).participant).toMatchObject({
        state: 'reconnecting',
        muted: false,
      });
      const back = await openSocket(server.urlBeside(boris), boris);
      await back.request('voice.resume', { seatId, muted: true, deafened: false });
      expect((await anna.next('voice.participantUpdated')).participant).toMatchObject({
        state: 'connected',
        muted: true,
      });
      await Promise.all([anna.close(), back.close()]);
    });

    it('is shown as reconnecting within three seconds of a network that says nothing', async () => {
      const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
      const roomSlug = await openRoom(anna);
      await anna.request('room.join', { roomSlug });
      const { seatId } = await join(boris, roomSlug);
      // Nothing is read any more, and so no ping is answered.
      boris.ws.pause();
      const silentAt = performance.now();
      const { participant } = await anna.next('voice.participantUpdated');
      expect(participant).toMatchObject({ userId: boris.user.id, state: 'reconnecting' });
      expect(performance.now() - silentAt).toBeLessThan(3_500);
      const back = await openSocket(server.urlBeside(boris), boris);
      await back.request('voice.resume', { seatId, ...asIs });
      await Promise.all([anna.close(), back.close()]);
      boris.ws.terminate();
    });

    it('is taken over before the server has noticed the loss, and the dead socket’s end changes nothing', async () => {
      const anna = await server.connect('Anna');
      const roomSlug = await openRoom(anna);
      const { seatId } = await join(anna, roomSlug);
      const back = await openSocket(server.urlBeside(anna), anna);
      await knows(back, roomSlug, anna);
      await back.request('voice.resume', { seatId, ...asIs });
      const refusal = async () =>
        anna.request('voice.setMuted', { muted: true }).then(
          () => '',
          ({ payload }: NackError) => payload.code,
        );
      await expect.poll(refusal).toBe('NotInVoice');
      await anna.close();
      await back.request('voice.setMuted', { muted: true });
      await back.close();
    });

    it('is left in the order in which it is asked: nobody stays behind in the room', async () => {
      const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
      const roomSlug = await openRoom(anna);
      const { seatId } = await join(boris, roomSlug);
      boris.ws.terminate();
      const back = await openSocket(server.urlBeside(boris), boris);
      back.send({ type: 'voice.resume', requestId: '1', payload: { seatId, ...asIs } });
      back.send({ type: 'room.leave', requestId: '2', payload: { roomSlug } });
      await back.close();
      const members = async () =>
        (await anna.request('room.join', { roomSlug })).members.map(({ userId }) => userId);
      // The socket that was lost is held for present for a moment.
      await expect.poll(members, { timeout: 10_000 }).toEqual([anna.user.id]);
      await anna.close();
    });

    it('is nobody else’s: a foreign seat answers as one that is not there', async () => {
      const [anna, eve] = await Promise.all([server.connect('Anna'), server.connect('Eve')]);
      const { seatId } = await join(anna, await openRoom(anna));
      const foreign = await eve.refused('voice.resume', { seatId, ...asIs });
      const missing = await eve.refused('voice.resume', { seatId: crypto.randomUUID(), ...asIs });
      expect(foreign).toMatchObject({ code: 'NotInVoice' });
      expect(foreign).toEqual(missing);
      await anna.request('voice.setMuted', { muted: true });
      await Promise.all([anna.close(), eve.close()]);
    });

    it('is not resumed where its person sits elsewhere, nor where it was given up', async () => {
      const anna = await server.connect('Anna');
      const { seatId } = await join(anna, await openRoom(anna));
      const second = await openSocket(server.urlBeside(anna), anna);
      await join(second, 'general');
      await anna.next('voice.closed');
      const codeOf = async () => (await anna.refused('voice.resume', { seatId, ...asIs })).code;
      await expect.poll(codeOf).toBe('Conflict');
      await second.request('voice.leave', {});
      await expect.poll(codeOf).toBe('NotInVoice');
      await Promise.all([anna.close(), second.close()]);
    });

    it('is joined anew where its media is gone', async () => {
      const anna = await server.connect('Anna');
      const roomSlug = await openRoom(anna);
      const { seatId } = await join(anna, roomSlug);
      anna.ws.terminate();
      const { workers } = await server.media.request('media.getStatus', {});
      const victims = workers.filter(({ peers }) => peers > 0);
      for (const { pid } of victims) process.kill(pid, 'SIGKILL');
      const back = await openSocket(server.urlBeside(anna), anna);
      const countDead = async () => (await server.media.request('media.getStatus', {})).deadWorkers;
      await expect.poll(countDead).toBe(victims.length);
      expect(await back.refused('voice.resume', { seatId, ...asIs })).toMatchObject({ code: 'NotInVoice' });
      await back.request('voice.join', { roomSlug, rtpCapabilities, seatId });
      await back.close();
    });
  });

  describe('a seat whose person does not come back', () => {
    it('is gone when its time is over, counted from the last sign of them', async () => {
      const strict = await startShape(shape, { seatGraceMs: 4_000 });
      const [anna, boris] = await Promise.all([strict.connect('Anna'), strict.connect('Boris')]);
      const { slug: roomSlug } = await createRoom(strict.url, anna.token);
      await anna.request('room.join', { roomSlug });
      await join(boris, roomSlug);
      boris.ws.pause();
      const silentAt = performance.now();
      await anna.next('voice.participantLeft');
      const goneAfterMs = performance.now() - silentAt;
      expect(goneAfterMs).toBeGreaterThan(3_400);
      expect(goneAfterMs).toBeLessThan(5_000);
      boris.ws.terminate();
      await anna.close();
      await strict.close();
    });
  });
});
