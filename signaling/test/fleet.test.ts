import { randomUUID } from 'node:crypto';
import type { MediaNodeRecord } from '@boltorezka/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../media/test/ports.ts';
import { MediaFleet } from '../src/media-link/index.ts';
import type { FleetDirectory } from '../src/media-link/placement.ts';
import { createRemoteMedia } from '../src/media-link/remote-media.ts';
import { quietLog } from './log.ts';
import { createKeeper, type LinkedNode, secret, startLinkedNode } from './media-link-rig.ts';
import { createRoom } from './rest.ts';
import { rtpCapabilities } from './rtp.ts';
import { startTestServer } from './start-server.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const { keep, closeAll } = createKeeper();
afterEach(closeAll);

const recordOf = (nodeId: string, url: string): MediaNodeRecord => ({
  ...{ nodeId, url, startedAt: new Date().toISOString() },
  load: { rooms: 0, peers: 0 },
});

/** A directory that says what a test wants, and remembers whom it was told to forget. */
const createDirectory = (...records: MediaNodeRecord[]) => {
  const listeners = new Set<(records: MediaNodeRecord[]) => void>();
  const forgotten: string[] = [];
  const directory: FleetDirectory = {
    nodes: () => records,
    onNodes: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isReachable: true,
    claimRoom: async (_roomId, { peopled, others }) => ({ nodeId: [...peopled, ...others][0]!, fence: 1 }),
    forgetNode: async (nodeId) => {
      forgotten.push(nodeId);
    },
    close: async () => {},
  };
  const set = (...next: MediaNodeRecord[]) => {
    records.splice(0, records.length, ...next);
    for (const listener of [...listeners]) listener(records);
  };
  return { directory, forgotten, set };
};

const openFleet = (directory: FleetDirectory, ownerId: string = randomUUID()) =>
  new MediaFleet({
    directory,
    log: quietLog,
    openNode: ({ url, nodeId }, onUnreachable) =>
      createRemoteMedia({ url, nodeId, secret, ownerId, log: quietLog, onUnreachable }),
  });

const startNode = async () => {
  const nodeId = randomUUID();
  const linked: LinkedNode = keep(await startLinkedNode({ nodeId }));
  return { linked, nodeId, record: recordOf(nodeId, linked.url) };
};

describe('a fleet of media nodes', () => {
  it('is ready when a node comes, though the one that was listed first has died', async () => {
    const dead = recordOf(randomUUID(), `ws://127.0.0.1:${await findFreePorts()}`);
    const { directory, set } = createDirectory(dead);
    const fleet = keep(openFleet(directory));
    const ready = fleet.ready();
    const { record } = await startNode();
    set(dead, record);
    await ready;
    expect((await fleet.request('media.getStatus', {})).workers).toHaveLength(1);
  });

  it('is ready with the node that takes its secret, whatever another says, and not where all refuse', async () => {
    const [willing, strict] = [
      await startNode(),
      keep(await startLinkedNode({ secret: 'another-secret-as-long' })),
    ];
    const foreign = recordOf(randomUUID(), strict.url);
    const both = keep(openFleet(createDirectory(foreign, willing.record).directory));
    await both.ready();
    const lone = keep(openFleet(createDirectory(foreign).directory));
    await expect(lone.ready()).rejects.toMatchObject({ code: 'Unauthorized' });
  });

  it('has a node forgotten that it has lost, and none that it never reached: the address may be wrong for us alone', async () => {
    const { record, linked } = await startNode();
    const foreign = recordOf(randomUUID(), `ws://127.0.0.1:${await findFreePorts()}`);
    const { directory, forgotten } = createDirectory(record, foreign);
    const fleet = keep(openFleet(directory));
    await fleet.ready();
    await linked.close();
    await expect.poll(() => forgotten).toEqual([record.nodeId]);
  });

  it('that took a node for dead by mistake ends nobody’s call there', async () => {
    const { linked, record, nodeId } = await startNode();
    const proxy = keep(await startTcpProxy(linked.port));
    const far = createDirectory(recordOf(nodeId, `ws://127.0.0.1:${proxy.port}`));
    const near = createDirectory(record);
    const start = async (directory: FleetDirectory, first?: Awaited<ReturnType<typeof startTestServer>>) =>
      startTestServer({
        seatGraceMs: 4_500,
        openMedia: async (processId) => {
          const fleet = openFleet(directory, processId);
          await fleet.ready();
          return fleet;
        },
        ...(first && { database: first.database }),
      });
    const here = keep(await start(near.directory));
    const there = keep(await start(far.directory, here));
    const anna = await here.connect('Anna');
    const watcher = await there.connect('Watcher');
    const { slug: roomSlug } = await createRoom(here.url, anna.token);
    await watcher.request('room.join', { roomSlug });
    await anna.request('voice.join', { roomSlug, rtpCapabilities });
    await watcher.next('voice.participantJoined');
    far.set();
    proxy.refuse();
    const stateIs = (wanted: string) =>
      watcher.next('voice.participantUpdated', ({ participant }) => participant.state === wanted);
    await stateIs('reconnecting');
    proxy.cut();
    far.set(recordOf(nodeId, `ws://127.0.0.1:${proxy.port}`));
    await stateIs('connected');
    await anna.request('voice.setMuted', { muted: true });
    await Promise.all([anna.close(), watcher.close()]);
  });
});
