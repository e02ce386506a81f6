import type { Client } from '@boltorezka/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LinkedNode, openRemote, startLinkedNode } from '../../signaling/test/media-link-rig.ts';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { startTcpProxy, type TcpProxy } from '../../signaling/test/tcp-proxy.ts';
import { createTalkers, hears, installWebRtc } from './talkers.ts';

/** Two signaling servers at one media node; Anna talks through the first, and the second is told of it. */
describe('who speaks', () => {
  const talkers = createTalkers();
  let node: LinkedNode;
  let wire: TcpProxy;
  let first: TestServer;
  let second: TestServer;
  let anna: Client;
  let boris: Client;

  beforeAll(async () => {
    installWebRtc();
    node = await startLinkedNode();
    wire = await startTcpProxy(node.port);
    first = await startTestServer({ openMedia: (ownerId) => openRemote(node.url, { ownerId }) });
    anna = await talkers.arrive(first.url, 'Anna', 440);
    boris = await talkers.arrive(first.url, 'Boris', 660);
    await anna.voice.join('general');
    await boris.voice.join('general');
    await hears(boris, 'Anna', 440);
    await hears(anna, 'Boris', 660);
  });
  afterAll(async () => {
    talkers.close();
    await second?.close();
    await first.close();
    await wire.close();
    await node.close();
  });

  const idOf = (client: Client) => client.auth.state.get().user?.id;

  it('is known to a server that has just been started, before anything changes', async () => {
    second = await startTestServer({
      database: first.database,
      openMedia: (ownerId) => openRemote(`ws://127.0.0.1:${wire.port}`, { ownerId }),
    });
    const watcher = await second.connect('Watcher');
    const { speakingUserIds } = await watcher.request('room.join', { roomSlug: 'general' });
    expect(speakingUserIds?.toSorted()).toEqual([idOf(anna), idOf(boris)].toSorted());
    await watcher.close();
  });

  it('is told after a link was down, though nothing has changed since', async () => {
    const watcher = await second.connect('Watcher');
    const near = await first.connect('Near');
    await watcher.request('room.join', { roomSlug: 'general' });
    await near.request('room.join', { roomSlug: 'general' });
    wire.pause('to-client');
    const isNobody = ({ userIds }: { userIds: string[] }) => userIds.length === 0;
    await Promise.all([anna, boris].map(({ voice }) => voice.setMuted(true)));
    await near.next('voice.speakers', isNobody);
    wire.cut();
    await watcher.next('voice.speakers', isNobody);
    await Promise.all([watcher.close(), near.close()]);
  });
});
