import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAppData, rtpCapabilities } from '../../media/test/port.ts';
import { openRemote, startLinkedNode } from './media-link-rig.ts';

describe('a media node', () => {
  it('keeps nothing for nobody: the peers of a process that does not come back are closed, those of others stay', async () => {
    const linked = await startLinkedNode({ ownerGraceMs: 300 });
    const lost = await openRemote(linked.url, { ownerId: 'lost' });
    const other = await openRemote(linked.url, { ownerId: 'other' });
    const peers = async () =>
      (await linked.node.request('media.getStatus', {})).workers.reduce(
        (sum, worker) => sum + worker.peers,
        0,
      );
    for (const remote of [lost, other]) {
      await remote.request('media.joinRoom', {
        ...{
          roomId: randomUUID(),
          peerId: randomUUID(),
          rtpCapabilities,
          appData: createAppData(),
          deafened: false,
        },
      });
    }
    expect(await peers()).toBe(2);
    await lost.close();
    await expect.poll(peers).toBe(1);
    await other.request('media.getCapabilities', {});
    await other.close();
    await expect.poll(peers).toBe(0);
    await linked.close();
  });
});
