import { randomUUID } from 'node:crypto';
import type { MediaPort } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createAppData,
  dtlsParameters,
  join as joinPort,
  microphone,
  rtpCapabilities,
  send,
  watchEvents,
} from './port.ts';

/** What holds for a media port, in whatever shape. The port is closed at the end. */
export const testMediaPort = (shape: string, open: () => Promise<MediaPort>): void => {
  describe(`a media port ${shape}`, () => {
    let port: MediaPort;
    let events: ReturnType<typeof watchEvents>;

    beforeAll(async () => {
      port = await open();
      events = watchEvents(port);
    });
    afterAll(() => port.close());

    const join = (roomId: string, peerId?: string) => joinPort(port, roomId, peerId);
    const produce = (peer: Awaited<ReturnType<typeof join>>) => send(port, peer);

    it('tells what its routers receive: Opus with payload type 111', async () => {
      const { routerRtpCapabilities } = await port.request('media.getCapabilities', {});
      expect(routerRtpCapabilities.codecs?.[0]).toMatchObject({
        mimeType: 'audio/opus',
        preferredPayloadType: 111,
      });
    });

    it('answers a join with two transports, and with consumers for all that is sent', async () => {
      const roomId = randomUUID();
      const first = await join(roomId);
      expect(first.consumers).toEqual([]);
      expect(first.sendTransport.id).not.toBe(first.recvTransport.id);
      expect(first.sendTransport.iceCandidates.map(({ protocol }) => protocol)).toContain('tcp');
      const { producerId } = await produce(first);
      const second = await join(roomId);
      expect(second.consumers).toEqual([
        expect.objectContaining({ producerId, producerPeerId: first.peerId, kind: 'audio' }),
      ]);
    });

    const prepare = (roomId: string, peerId: string = randomUUID()) =>
      port.request('media.prepareTransports', { roomId, peerId, dtlsParameters });

    it('joins with transports that were prepared, and receives the stream that comes along', async () => {
      const roomId = randomUUID();
      const first = await join(roomId);
      await Promise.all(Array.from({ length: 20 }, () => join(roomId)));
      const peerId = randomUUID();
      const prepared = await prepare(roomId, peerId);
      const joined = await port.request('media.joinRoom', {
        ...{ roomId, peerId, rtpCapabilities, dtlsParameters, deafened: false },
        appData: createAppData(),
        produce: { kind: 'audio', rtpParameters: microphone(), paused: false },
      });
      // Whoever hears of the stream must know by then whose it is.
      const isOfThisPeer = (event: (typeof events.events)[number]) =>
        event.type === 'media.consumerAdded' && event.payload.consumer.producerPeerId === peerId;
      expect(events.events.filter(isOfThisPeer)).toEqual([]);
      expect([joined.sendTransport.id, joined.recvTransport.id]).toEqual([
        prepared.sendTransport.id,
        prepared.recvTransport.id,
      ]);
      const { consumer } = await events.next('media.consumerAdded', (told) => told.peerId === first.peerId);
      expect(consumer).toMatchObject({ producerId: joined.producerId, producerPeerId: peerId });
    });

    it('tells nobody of what is prepared, caps it, and lets go of it when it is closed', async () => {
      const roomId = randomUUID();
      const peerIds = Array.from({ length: 100 }, () => randomUUID());
      await Promise.all(peerIds.map((peerId) => prepare(roomId, peerId)));
      await expect(prepare(roomId)).rejects.toMatchObject({ code: 'Unavailable' });
      expect(
        (await port.request('media.getPeers', {})).peers.filter((peer) => peer.roomId === roomId),
      ).toEqual([]);
      await Promise.all(peerIds.map((peerId) => port.request('media.closePeer', { roomId, peerId })));
      const { workers } = await port.request('media.getStatus', {});
      expect(workers.map(({ prepared }) => prepared)).toEqual(workers.map(() => 0));
    });

    it('tells the others of a new stream, after the answer, and of its end', async () => {
      const roomId = randomUUID();
      const [first, second] = [await join(roomId), await join(roomId)];
      const { producerId } = await produce(first);
      const added = await events.next('media.consumerAdded', ({ peerId }) => peerId === second.peerId);
      expect(added.consumer).toMatchObject({ producerId, producerPeerId: first.peerId });
      await port.request('media.closePeer', { roomId, peerId: first.peerId });
      const closed = await events.next('media.consumerClosed', ({ peerId }) => peerId === second.peerId);
      expect(closed.consumerId).toBe(added.consumer.id);
    });

    it('replaces a peer of the same id, and a second stream of the same kind', async () => {
      const roomId = randomUUID();
      const listener = await join(roomId);
      const first = await join(roomId);
      await produce(first);
      const again = await join(roomId, first.peerId);
      await events.next('media.consumerClosed', ({ peerId }) => peerId === listener.peerId);
      const one = await produce(again);
      const two = await produce(again);
      expect(two.producerId).not.toBe(one.producerId);
      expect((await join(roomId)).consumers.map(({ producerId }) => producerId)).toEqual([two.producerId]);
    });

    it('looks transports up among the own ones: those of others are not found', async () => {
      const roomId = randomUUID();
      const [mine, other, foreign] = [await join(roomId), await join(roomId), await join(randomUUID())];
      for (const transportId of [other.sendTransport.id, foreign.sendTransport.id, randomUUID()]) {
        const connect = port.request('media.connectTransport', { ...mine, transportId, dtlsParameters });
        await expect(connect).rejects.toMatchObject({ code: 'NotFound' });
        await expect(
          produce({ ...mine, sendTransport: { ...mine.sendTransport, id: transportId } }),
        ).rejects.toMatchObject({
          code: 'NotFound',
        });
      }
      await expect(produce({ ...mine, sendTransport: mine.recvTransport })).rejects.toMatchObject({
        code: 'NotFound',
      });
      await expect(produce({ ...mine, peerId: foreign.peerId })).rejects.toMatchObject({ code: 'NotFound' });
      await expect(produce({ ...mine, roomId: randomUUID() })).rejects.toMatchObject({ code: 'NotFound' });
      await port.request('media.connectTransport', {
        ...mine,
        transportId: mine.sendTransport.id,
        dtlsParameters,
      });
    });

    it('refuses parameters that mean nothing, with the worker unharmed', async () => {
      const pid = async () => (await port.request('media.getStatus', {})).workers.map((worker) => worker.pid);
      const before = await pid();
      const roomId = randomUUID();
      const peer = await join(roomId);
      const good = microphone();
      const bad = [
        { ...good, codecs: [] },
        { ...good, codecs: [{ ...good.codecs[0], mimeType: 'audio/none' }] },
        { ...good, encodings: [{ ssrc: -1 }] },
        { ...good, encodings: [], mid: undefined },
        { ...good, headerExtensions: [{ uri: 'x', id: 0 }] },
        { ...good, codecs: [{ ...good.codecs[0], parameters: { x: { y: { z: 1 } } } }] },
        { ...good, codecs: [{ ...good.codecs[0], parameters: { x: [{ valueOf: 1, toString: 1 }] } }] },
        { ...good, encodings: [{ ssrc: 5, maxBitrate: 0.5 }] },
        { ...good, encodings: [{ ssrc: 5, maxBitrate: {} }] },
        // What one person sends is described to everybody else in lines of SDP.
        { ...good, codecs: [{ ...good.codecs[0], parameters: { x: '1\r\nm=audio 9' } }] },
        { ...good, codecs: [{ ...good.codecs[0], parameters: { 'x=1\r\nm': 1 } }] },
        { ...good, rtcp: { cname: 'a\r\nz' } },
        { ...good, msid: 'a\nz' },
        { ...good, mid: '0\n' },
        { codecs: 'no' },
      ];
      for (const rtpParameters of bad) {
        const refused = port.request('media.produce', {
          ...peer,
          transportId: peer.sendTransport.id,
          kind: 'audio',
          rtpParameters: rtpParameters as never,
          paused: false,
        });
        await expect(refused).rejects.toMatchObject({ code: 'ValidationError' });
      }
      const noFingerprint = port.request('media.connectTransport', {
        ...peer,
        transportId: peer.sendTransport.id,
        dtlsParameters: { role: 'client', fingerprints: [] },
      });
      await expect(noFingerprint).rejects.toMatchObject({ code: 'ValidationError' });
      await produce(peer);
      expect(await pid()).toEqual(before);
    });

    it('gives a peer that cannot decode a stream none, and no error', async () => {
      const roomId = randomUUID();
      await produce(await join(roomId));
      const who = { roomId, peerId: randomUUID(), appData: createAppData() };
      const deaf = { ...who, rtpCapabilities: { codecs: [] }, deafened: false };
      expect((await port.request('media.joinRoom', deaf)).consumers).toEqual([]);
    });

    it('mutes and deafens a peer, and does not know one that is not there', async () => {
      const roomId = randomUUID();
      const peer = await join(roomId);
      await produce(peer);
      const ref = { roomId, peerId: peer.peerId };
      await port.request('media.updatePeer', { ...ref, muted: true });
      await port.request('media.updatePeer', { ...ref, muted: false });
      await port.request('media.updatePeer', { ...ref, deafened: true });
      const nobody = { roomId, peerId: randomUUID() };
      await expect(port.request('media.updatePeer', { ...nobody, muted: true })).rejects.toMatchObject({
        code: 'NotFound',
      });
      await port.request('media.closePeer', nobody);
    });

    it('keeps whose seat a peer is, and tells everybody when that, or who is there, changes', async () => {
      const roomId = randomUUID();
      const { peerId, ...joined } = await join(roomId);
      const isOurs = (told: { peerId: string }) => told.peerId === peerId;
      const first = await events.next('media.peerChanged', isOurs);
      expect(first).toMatchObject({ roomId, peerId, attended: true, appData: { userName: 'Anna' } });
      const appData = { ...first.appData, ownerId: 'another-process', muted: true };
      // The former process says late what it knows no more.
      await port.request('media.updatePeer', { roomId, peerId, appData, attended: true });
      await port.request('media.updatePeer', { roomId, peerId, appData: first.appData, attended: false });
      await port.request('media.updatePeer', { roomId, peerId, attended: false });
      const isAway = (told: { peerId: string; attended: boolean }) => isOurs(told) && !told.attended;
      expect(await events.next('media.peerChanged', isAway)).toMatchObject({ appData });
      const { peers } = await port.request('media.getPeers', {});
      expect(peers).toContainEqual({ roomId, peerId, appData, attended: false, isSpeaking: false });
      expect(joined.consumers).toEqual([]);
      await port.request('media.closePeer', { roomId, peerId, reason: 'moved' });
      expect(await events.next('media.peerLeft', isOurs)).toEqual({ roomId, peerId, reason: 'moved' });
    });

    it('restarts the ICE of an own transport, and of no other', async () => {
      const roomId = randomUUID();
      const [mine, other] = [await join(roomId), await join(roomId)];
      const restart = (transportId: string) =>
        port.request('media.restartIce', { roomId, peerId: mine.peerId, transportId });
      const { iceParameters } = await restart(mine.recvTransport.id);
      expect(iceParameters.usernameFragment).not.toBe(mine.recvTransport.iceParameters.usernameFragment);
      await expect(restart(other.recvTransport.id)).rejects.toMatchObject({ code: 'NotFound' });
    });

    it('tells the end of a peer whose join failed after it was told of', async () => {
      const roomId = randomUUID();
      const peerId = randomUUID();
      await join(roomId);
      await prepare(roomId, peerId);
      const rtpParameters = { ...microphone(), codecs: [{ ...microphone().codecs[0]!, payloadType: 100 }] };
      const unusable = {
        ...rtpParameters,
        codecs: [{ ...rtpParameters.codecs[0]!, mimeType: 'audio/none' }],
      };
      const refused = port.request('media.joinRoom', {
        ...{ roomId, peerId, rtpCapabilities, dtlsParameters, deafened: false },
        appData: createAppData(),
        produce: { kind: 'audio', rtpParameters: unusable, paused: false },
      });
      await expect(refused).rejects.toMatchObject({ code: 'ValidationError' });
      await events.next('media.peerLeft', (left) => left.peerId === peerId);
      const { peers } = await port.request('media.getPeers', {});
      expect(peers.filter((peer) => peer.peerId === peerId)).toEqual([]);
    });

    it('closes a room with its last peer, and comes back where it began', async () => {
      const counts = async () =>
        (await port.request('media.getStatus', {})).workers.map(({ rooms, peers }) => [rooms, peers]);
      const before = await counts();
      const roomId = randomUUID();
      const peers = await Promise.all(Array.from({ length: 10 }, () => join(roomId)));
      await Promise.all(peers.map((peer) => produce(peer)));
      expect(await counts()).not.toEqual(before);
      await Promise.all(peers.map(({ peerId }) => port.request('media.closePeer', { roomId, peerId })));
      expect(await counts()).toEqual(before);
    });
  });
};
