import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MediaPort } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNode, watchEvents } from '../../media/test/port.ts';
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

/** A way to a node on which nothing arrives while a test holds it, and the link stands all the same. */
const openHeldWay = async (url: string, ownerId: string) => {
  const remote = await openRemote(url, { ownerId });
  let held: (() => void)[] | undefined;
  const arrive = (run: () => void): void => void (held ? held.push(run) : run());
  const media: MediaPort = {
    subscribe: (listener) => remote.subscribe((event) => arrive(() => listener(event))),
    close: () => remote.close(),
    request: async (type, payload) => {
      const answer = await remote.request(type, payload);
      await new Promise<void>(arrive);
      return answer;
    },
  };
  const hold = () => {
    held = [];
  };
  const release = async () => {
    for (let next = held?.shift(); next; next = held?.shift()) {
      next();
      // Whoever was answered acts before the next thing arrives.
      await nextTurn();
    }
    held = undefined;
  };
  return { media, hold, release };
};

const startPair = async (url: string, openThere: (ownerId: string) => Promise<MediaPort>) => {
  const here = await startTestServer({ openMedia: (ownerId) => openRemote(url, { ownerId }) });
  const there = await startTestServer({ database: here.database, openMedia: openThere });
  const close = async () => {
    await there.close();
    await here.close();
  };
  return { here, there, close };
};

describe('a seat that is taken over while the former process’ last word is on its way', () => {
  it('stays with the process that took it over', async () => {
    const node = await startLinkedNode();
    const wire = await startTcpProxy(node.port);
    const { here, there, close } = await startPair(node.url, (ownerId) =>
      openRemote(`ws://127.0.0.1:${wire.port}`, { ownerId }),
    );
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
    await close();
    await wire.close();
    await node.close();
  });
});

describe('a seat that its person has moved, while the former process hears nothing of it yet', () => {
  it('stands, with its media: a device that wakes up and comes back there does not end it', async () => {
    const node = await startLinkedNode();
    const told = watchEvents(node.node);
    let way!: Awaited<ReturnType<typeof openHeldWay>>;
    const { here, there, close } = await startPair(node.url, async (ownerId) => {
      way = await openHeldWay(node.url, ownerId);
      return way.media;
    });
    const asleep = await there.connect('Anna');
    const { slug: roomSlug } = await createRoom(there.url, asleep.token);
    const former = await asleep.request('voice.join', { roomSlug, rtpCapabilities });
    const awake = await openSocket(here.url, asleep);
    way.hold();
    const seat = await awake.request('voice.join', { roomSlug, rtpCapabilities });
    const back = { roomSlug, rtpCapabilities, seatId: former.seatId };
    const refused = asleep.refused('voice.join', back);
    // Of the two that are there then one goes.
    const { peerId } = await told.next('media.peerLeft', (left) => left.peerId !== former.seatId);
    expect(peerId).not.toBe(seat.seatId);
    await way.release();
    expect(await refused).toMatchObject({ code: 'Conflict' });
    await awake.request('voice.setMuted', { muted: true });
    const { peers } = await node.node.request('media.getPeers', {});
    expect(peers.map((peer) => peer.peerId)).toEqual([seat.seatId]);
    await Promise.all([asleep.close(), awake.close()]);
    await close();
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
