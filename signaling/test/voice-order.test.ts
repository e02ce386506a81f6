import type { MediaPort } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNode } from '../../media/test/port.ts';
import { openRemote, startLinkedNode } from './media-link-rig.ts';
import { createRoom } from './rest.ts';
import { rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { openSocket } from './test-socket.ts';

/** A node that keeps the answer to a join back for as long as a test wants. */
const openSlowNode = async () => {
  const node = await startNode();
  let hold: Promise<void> | undefined;
  const media: MediaPort = {
    subscribe: (listener) => node.subscribe(listener),
    close: () => node.close(),
    request: async (type, payload) => {
      const held = type === 'media.joinRoom' ? hold : undefined;
      if (held) hold = undefined;
      const answer = await node.request(type, payload);
      await held;
      return answer;
    },
  };
  const holdNext = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    return resolve;
  };
  return { media, holdNext };
};

describe('a seat that is taken over while the former process’ last word is on its way', () => {
  it('stays with the process that took it over', async () => {
    const node = await startLinkedNode();
    const wire = await startTcpProxy(node.port);
    const here = await startTestServer({ openMedia: (ownerId) => openRemote(node.url, { ownerId }) });
    const there = await startTestServer({
      database: here.database,
      openMedia: (ownerId) => openRemote(`ws://127.0.0.1:${wire.port}`, { ownerId }),
    });
    const anna = await here.connect('Anna');
    const { slug: roomSlug } = await createRoom(here.url, anna.token);
    const { seatId } = await anna.request('voice.join', { roomSlug, rtpCapabilities });
    const watcher = await there.connect('Watcher');
    await expect.poll(async () => (await watcher.request('room.join', { roomSlug })).voice.length).toBe(1);
    wire.pause('to-client');
    anna.ws.terminate();
    const isAway = async () => (await node.node.request('media.getPeers', {})).peers[0]?.attended === false;
    await expect.poll(isAway).toBe(true);
    const back = await openSocket(there.url, anna);
    const resuming = back.request('voice.resume', { seatId, muted: false, deafened: false });
    await expect.poll(isAway).toBe(false);
    wire.resume();
    await resuming;
    await back.request('voice.setMuted', { muted: true });
    const { voice } = await watcher.request('room.join', { roomSlug });
    expect(voice).toMatchObject([{ userId: anna.user.id, state: 'connected', muted: true }]);
    await Promise.all([back.close(), watcher.close()]);
    await there.close();
    await here.close();
    await wire.close();
    await node.close();
  });
});

describe('two joins of one person', () => {
  let slow: Awaited<ReturnType<typeof openSlowNode>>;
  let server: TestServer;
  beforeAll(async () => {
    slow = await openSlowNode();
    server = await startTestServer({ openMedia: async () => slow.media });
  });
  afterAll(() => server.close());

  it('end at the one that was asked for last, whichever is answered first', async () => {
    const first = await server.connect('Anna');
    const second = await openSocket(server.url, first);
    const [one, other] = await Promise.all([1, 2].map(() => createRoom(server.url, first.token)));
    const release = slow.holdNext();
    const late = first.refused('voice.join', { roomSlug: one!.slug, rtpCapabilities });
    await expect.poll(async () => (await slow.media.request('media.getPeers', {})).peers.length).toBe(1);
    await second.request('voice.join', { roomSlug: other!.slug, rtpCapabilities });
    release();
    expect(await late).toMatchObject({ code: 'Conflict' });
    await second.request('voice.setMuted', { muted: true });
    const { peers } = await slow.media.request('media.getPeers', {});
    expect(peers.map(({ roomId }) => roomId)).toEqual([other!.id]);
    await Promise.all([first.close(), second.close()]);
  });
});
