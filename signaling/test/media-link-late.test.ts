import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { createAppData, join, send, watchEvents } from '../../media/test/port.ts';
import { countPeers, createKeeper, openRemote, startWired } from './media-link-rig.ts';

const { keep, closeAll } = createKeeper();
afterEach(closeAll);

describe('a link over which things come late', () => {
  it('tells what happened before an answer before it, however late both come', async () => {
    const { linked, proxy, remote, events } = await startWired(keep);
    const other = keep(await openRemote(linked.url));
    const roomId = randomUUID();
    proxy.pause('to-client');
    // What comes first is read before the wire stands still; the rest waits, and comes as one piece.
    await join(other, randomUUID());
    const first = await join(other, roomId);
    await send(other, first);
    const asked = join(remote, roomId).then(({ consumers }) => ({ consumers, told: [...events.events] }));
    await expect.poll(() => countPeers(linked.node)).toBe(3);
    // The node does one thing after the other in a room: its answer is on the way when this one has come.
    await join(other, roomId);
    proxy.resume();
    const { consumers, told } = await asked;
    expect(consumers.map(({ producerPeerId }) => producerPeerId)).toEqual([first.peerId]);
    expect(told).toContainEqual(
      expect.objectContaining({ payload: expect.objectContaining({ peerId: first.peerId }) }),
    );
  });

  it('tells afterwards what began and ended while it was down, once', async () => {
    const { linked, proxy, remote, events } = await startWired(keep);
    const other = keep(await openRemote(linked.url));
    const roomId = randomUUID();
    const listener = await join(remote, roomId);
    const former = await join(other, roomId);
    await send(other, former);
    const known = await events.next('media.consumerAdded');
    proxy.pause('to-client');
    const newcomer = await join(other, roomId);
    await send(other, newcomer);
    await other.request('media.closePeer', former);
    proxy.cut();
    const added = await events.next(
      'media.consumerAdded',
      ({ consumer }) => consumer.producerPeerId === newcomer.peerId,
    );
    expect(added.peerId).toBe(listener.peerId);
    const closed = await events.next('media.consumerClosed');
    expect(closed).toEqual({ roomId, peerId: listener.peerId, consumerId: known.consumer.id });
    expect(events.events.filter(({ type }) => type === 'media.consumerAdded')).toHaveLength(2);
  });

  it('tells afterwards nothing that was answered before, to a process that took a seat over', async () => {
    const { linked, proxy, remote, events } = await startWired(keep);
    const former = keep(await openRemote(linked.url, { ownerId: 'a-former-process' }));
    const roomId = randomUUID();
    const senders = [await join(former, roomId), await join(former, roomId)] as const;
    for (const sender of senders) await send(former, sender);
    const { peerId } = await join(former, roomId);
    const ref = { roomId, peerId };
    await remote.request('media.updatePeer', { ...ref, attended: true, appData: createAppData() });
    const { consumers } = await remote.request('media.getConsumers', ref);
    expect(consumers).toHaveLength(2);
    proxy.cut();
    expect(await remote.nextLink()).toMatchObject({ connected: false });
    expect(await remote.nextLink()).toMatchObject({ connected: true });
    await former.request('media.closePeer', { roomId, peerId: senders[0].peerId });
    await events.next('media.consumerClosed', (told) => told.peerId === peerId);
    expect(
      events.events.filter(
        (event) => event.type === 'media.consumerAdded' && event.payload.peerId === peerId,
      ),
    ).toEqual([]);
  });

  it('tells afterwards whose media was lost while it was down', async () => {
    const { linked, proxy, remote, events } = await startWired(keep);
    const peer = await join(remote, randomUUID());
    const local = watchEvents(linked.node);
    proxy.pause('to-client');
    const { workers } = await linked.node.request('media.getStatus', {});
    process.kill(workers[0]!.pid, 'SIGKILL');
    await local.next('media.peersLost');
    proxy.cut();
    expect(await events.next('media.peersLost')).toMatchObject({
      roomId: peer.roomId,
      peerIds: [peer.peerId],
    });
  });
});
