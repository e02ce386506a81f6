import { randomUUID } from 'node:crypto';
import { mediaLinkLimits, mediaLinkPath } from '@boltorezka/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { testMediaPort } from '../../media/test/media-port-suite.ts';
import { createAppData, join, rtpCapabilities, send, watchEvents } from '../../media/test/port.ts';
import { keepCertificate } from '../src/certificate.ts';
import {
  countPeers,
  createKeeper,
  knock,
  openRawLink,
  openRemote,
  secret,
  startLinkedNode,
  startWired,
} from './media-link-rig.ts';
import { makeDataDir } from './start-process.ts';
import { startTcpProxy } from './tcp-proxy.ts';

testMediaPort('over a link', async () => {
  const linked = await startLinkedNode();
  const remote = await openRemote(linked.url);
  return {
    request: (type, payload) => remote.request(type, payload),
    subscribe: (listener) => remote.subscribe(listener),
    close: async () => {
      await remote.close();
      await linked.close();
    },
  };
});

const { keep, closeAll } = createKeeper();
afterEach(closeAll);

const unavailable = { code: 'Unavailable', retryable: true };

describe('the door of a media node', () => {
  it('lets in whoever has the secret, and answers 401 to others', async () => {
    const { url } = keep(await startLinkedNode());
    const link = `${url}${mediaLinkPath}`;
    expect(await knock(link)).toBe(401);
    expect(await knock(link, `Bearer ${secret}x`)).toBe(401);
    expect(await knock(link, secret)).toBe(401);
    expect(await knock(`${url}/elsewhere`, `Bearer ${secret}`)).toBe(404);
    expect(await knock(link, `Bearer ${secret}`)).toBe(101);
    await expect(openRemote(url, { secret: 'another secret' })).rejects.toMatchObject({
      code: 'Unauthorized',
    });
  });

  it('hears no more of an address that keeps guessing', async () => {
    const { url } = keep(await startLinkedNode());
    const link = `${url}${mediaLinkPath}`;
    const answers: (number | undefined)[] = [];
    for (let n = 0; n < 12; n += 1) answers.push(await knock(link, `Bearer guess ${n}`));
    expect(answers).toEqual([...Array<number>(10).fill(401), 429, 429]);
    expect(await knock(link, `Bearer ${secret}`)).toBe(429);
  });

  it('speaks TLS, and signaling trusts whom it was told to', async () => {
    const folder = makeDataDir();
    keep({ close: folder.remove });
    const { cert, key } = await keepCertificate(folder.path, ['127.0.0.1']);
    const { url } = keep(await startLinkedNode({ tls: { cert, key } }));
    expect(url).toMatch(/^wss:/);
    const remote = keep(await openRemote(url, { ca: cert }));
    expect((await remote.request('media.getStatus', {})).workers).toHaveLength(1);
  });

  it('tells probes that the process lives and whether it can serve', async () => {
    const linked = keep(await startLinkedNode());
    const base = linked.url.replace('ws:', 'http:');
    expect((await fetch(`${base}/livez`)).status).toBe(200);
    const ready = await fetch(`${base}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { ready: true, workers: { running: 1, total: 1 } },
    ]);
    expect((await fetch(`${base}/metrics`)).status).toBe(404);
    await linked.node.close();
    expect((await fetch(`${base}/readyz`)).status).toBe(503);
  });
});

describe('a link', () => {
  it('begins with hello, and tells the load with every answer', async () => {
    const { url } = keep(await startLinkedNode());
    const link = await openRawLink(url);
    expect(link.frames[0]).toMatchObject({
      type: 'media.hello',
      payload: { nodeId: expect.any(String), workers: { running: 1, total: 1 } },
    });
    const peer = { roomId: randomUUID(), peerId: randomUUID() };
    const joined = await link.ask('media.joinRoom', {
      ...peer,
      rtpCapabilities,
      appData: createAppData(),
      deafened: false,
    });
    expect(joined).toMatchObject({ type: 'ack', load: { rooms: 1, peers: 1 } });
    expect(await link.ask('media.closePeer', peer)).toMatchObject({
      type: 'ack',
      load: { rooms: 0, peers: 0 },
    });
    link.ws.terminate();
  });

  it('is not harmed by what another brings', async () => {
    const { url } = keep(await startLinkedNode());
    const remote = keep(await openRemote(url));
    const raw = await openRawLink(url);
    for (const type of ['media.unknown', 'constructor', '__proto__', 'toString']) {
      expect(await raw.ask(type)).toMatchObject({ type: 'nack', payload: { code: 'UnknownEvent' } });
    }
    expect(await raw.ask('media.joinRoom', { roomId: 'no' })).toMatchObject({
      type: 'nack',
      payload: { code: 'ValidationError', issues: expect.any(Array) },
    });
    const garbage: [string | Buffer, number][] = [
      ['not json', 1008],
      ['null', 1008],
      ['{"v":1,"type":"media.getStatus"}', 1008],
      ['{"v":2,"type":"media.getStatus","requestId":"1","payload":{}}', 1008],
      ['['.repeat(10_000), 1008],
      [Buffer.from([0, 1, 2]), 1008],
      ['x'.repeat(mediaLinkLimits.maxPayloadBytes + 1), 1009],
    ];
    for (const [text, code] of garbage) {
      const link = await openRawLink(url);
      link.ws.send(text);
      expect(await link.closed).toBe(code);
    }
    expect((await remote.request('media.getStatus', {})).workers).toHaveLength(1);
    expect(await raw.ask('media.getStatus')).toMatchObject({ type: 'ack' });
    raw.ws.terminate();
  });

  it('fails what was in flight when it is cut, and is there again by itself', async () => {
    const { proxy, remote, events } = await startWired(keep);
    const roomId = randomUUID();
    const listener = await join(remote, roomId);
    proxy.pause();
    const asked = [remote.request('media.getStatus', {}), join(remote, roomId)];
    proxy.cut();
    for (const request of asked) await expect(request).rejects.toMatchObject(unavailable);
    expect(await remote.nextLink()).toMatchObject({ connected: false });
    await expect(remote.request('media.getStatus', {})).rejects.toMatchObject(unavailable);
    await expect(remote.request('media.getCapabilities', {})).rejects.toMatchObject(unavailable);
    expect(await remote.nextLink()).toMatchObject({ connected: true, isNewNode: false });
    const sender = await join(remote, roomId);
    await send(remote, sender);
    const { consumer } = await events.next('media.consumerAdded', ({ peerId }) => peerId === listener.peerId);
    expect(consumer.producerPeerId).toBe(sender.peerId);
    expect(events.events.filter(({ type }) => type === 'media.peersLost')).toEqual([]);
  });

  it('closes a peer whose answer was lost, and one that could not be closed', async () => {
    const { linked, proxy, remote } = await startWired(keep);
    const closing = await join(remote, randomUUID());
    proxy.pause('to-client');
    const lost = join(remote, randomUUID());
    // The node has it; its answer is on the way.
    await expect.poll(() => countPeers(linked.node)).toBe(2);
    proxy.cut();
    await expect(lost).rejects.toMatchObject(unavailable);
    await expect(remote.request('media.closePeer', closing)).rejects.toMatchObject(unavailable);
    await expect.poll(() => countPeers(linked.node)).toBe(0);
  });

  it('that falls silent is noticed within 4 s, by both ends', async () => {
    const { linked, proxy, remote } = await startWired(keep);
    const deaf = await openRawLink(linked.url, { autoPong: false });
    const at = performance.now();
    proxy.pause();
    expect(await remote.nextLink()).toMatchObject({ connected: false });
    const remoteMs = performance.now() - at;
    await deaf.closed;
    const nodeMs = performance.now() - at;
    console.log(`silence noticed: signaling ${Math.round(remoteMs)} ms, node ${Math.round(nodeMs)} ms`);
    expect(Math.max(remoteMs, nodeMs)).toBeLessThan(4_000);
    proxy.cut();
    expect(await remote.nextLink()).toMatchObject({ connected: true });
  });

  it('to a node that was restarted says whose media is gone, room by room', async () => {
    const first = keep(await startLinkedNode());
    const remote = keep(await openRemote(first.url));
    const events = watchEvents(remote);
    const [one, two] = [randomUUID(), randomUUID()];
    const stays = [await join(remote, one), await join(remote, one), await join(remote, two)];
    const gone = await join(remote, two);
    await remote.request('media.closePeer', gone);
    await first.close();
    keep(await startLinkedNode({ port: first.port }));
    expect(await remote.nextLink()).toMatchObject({ connected: false });
    expect(await remote.nextLink()).toMatchObject({ connected: true, isNewNode: true });
    await events.next('media.peersLost', ({ roomId }) => roomId === two);
    const lost = events.events.filter(({ type }) => type === 'media.peersLost');
    expect(lost.map(({ payload }) => payload)).toEqual([
      { roomId: one, peerIds: [stays[0]!.peerId, stays[1]!.peerId], reason: 'nodeLost' },
      { roomId: two, peerIds: [stays[2]!.peerId], reason: 'nodeLost' },
    ]);
    expect((await join(remote, one)).consumers).toEqual([]);
  });

  it('fails a request that the node does not answer in time', async () => {
    const linked = keep(await startLinkedNode());
    const proxy = keep(await startTcpProxy(linked.port));
    const remote = keep(await openRemote(`ws://127.0.0.1:${proxy.port}`, { requestTimeoutMs: 200 }));
    proxy.pause();
    await expect(remote.request('media.getStatus', {})).rejects.toMatchObject(unavailable);
  });

  it('ends with its owner, twice, and answers nothing afterwards', async () => {
    const linked = await startLinkedNode();
    const remote = await openRemote(linked.url);
    const asked = remote.request('media.getStatus', {});
    await remote.close();
    await remote.close();
    await expect(asked).rejects.toMatchObject(unavailable);
    await expect(remote.request('media.getStatus', {})).rejects.toMatchObject(unavailable);
    await linked.close();
    await linked.close();
  });
});
