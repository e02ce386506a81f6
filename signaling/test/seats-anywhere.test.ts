import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalBus } from '../src/platform/bus-local.ts';
import { type LinkedNode, openRemote, startLinkedNode } from './media-link-rig.ts';
import { createRoom } from './rest.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

const graceMs = 1_500;
const asIs = { muted: false, deafened: false };

const join = (socket: TestSocket, roomSlug: string) =>
  socket.request('voice.join', { roomSlug, rtpCapabilities });

const produce = (socket: TestSocket, transportId: string) =>
  socket.request('voice.produce', { transportId, kind: 'audio', rtpParameters: microphone() });

/** Buses that do not reach each other: what is told of voice comes by the media node alone. */
const startFellow = (node: LinkedNode, first?: TestServer): Promise<TestServer> =>
  startTestServer({
    bus: createLocalBus(),
    openMedia: (processId) => openRemote(node.url, { ownerId: processId }),
    seatGraceMs: graceMs,
    ...(first && { database: first.database }),
  });

describe('seats of two signaling processes at one media node', () => {
  let node: LinkedNode;
  let here: TestServer;
  let there: TestServer;
  beforeAll(async () => {
    node = await startLinkedNode({ ownerGraceMs: graceMs });
    here = await startFellow(node);
    there = await startFellow(node, here);
  });
  afterAll(async () => {
    await there.close();
    await here.close();
    await node.close();
  });

  const meet = async (...servers: TestServer[]) => {
    const people = await Promise.all(servers.map((server, n) => server.connect(`Person ${n}`)));
    const { slug } = await createRoom(here.url, people[0]!.token);
    for (const person of people) await person.request('room.join', { roomSlug: slug });
    return { slug, people };
  };

  const ended = (people: TestSocket[]) => Promise.all(people.map((person) => person.close()));

  it('are one call: people see, hear and lose each other whichever process they are at', async () => {
    const { slug, people } = await meet(here, there);
    const [anna, boris] = people as [TestSocket, TestSocket];
    const seat = await join(anna, slug);
    expect((await boris.next('voice.participantJoined')).participant.userId).toBe(anna.user.id);
    const other = await join(boris, slug);
    expect(other.participants.map(({ userId }) => userId)).toEqual([anna.user.id, boris.user.id]);
    const { producerId } = await produce(anna, seat.sendTransport.id);
    expect((await boris.next('voice.consumerAdded')).consumer).toMatchObject({
      producerId,
      userId: anna.user.id,
    });
    await anna.request('voice.setMuted', { muted: true });
    expect((await boris.next('voice.participantUpdated')).participant).toMatchObject({ muted: true });
    await anna.request('voice.leave', {});
    expect(await boris.next('voice.participantLeft')).toMatchObject({ userId: anna.user.id });
    await boris.next('voice.consumerClosed');
    await ended(people);
  });

  it('move with their person from one process to the other', async () => {
    const { slug, people } = await meet(here, there);
    const [anna, watcher] = people as [TestSocket, TestSocket];
    const first = await join(anna, slug);
    const elsewhere = await openSocket(there.url, anna);
    const second = await join(elsewhere, slug);
    expect(await anna.next('voice.closed')).toEqual({ seatId: first.seatId, reason: 'moved' });
    expect(second.participants.map(({ userId }) => userId)).toEqual([anna.user.id]);
    await watcher.next('voice.participantJoined');
    await elsewhere.request('voice.leave', {});
    await watcher.next('voice.participantLeft');
    expect(watcher.frames.filter(({ type }) => type === 'voice.participantLeft')).toHaveLength(1);
    await ended([...people, elsewhere]);
  });

  it('are one for each person, however many processes they are taken at in one moment', async () => {
    const { slug, people } = await meet(here, there);
    const anna = people[0]!;
    const sockets = [anna, await openSocket(there.url, anna), await openSocket(here.url, anna)];
    await Promise.allSettled(sockets.map((socket) => join(socket, slug)));
    const count = async () =>
      (await node.node.request('media.getPeers', {})).peers.filter(
        ({ appData }) => appData.userId === anna.user.id,
      ).length;
    await expect.poll(count).toBe(1);
    const seen = async (server: TestServer) => {
      const socket = await server.connect('Watcher');
      const { voice } = await socket.request('room.join', { roomSlug: slug });
      await socket.close();
      return voice.map(({ userId, state }) => [userId, state]);
    };
    for (const server of [here, there]) expect(await seen(server)).toEqual([[anna.user.id, 'connected']]);
    await ended([...people, ...sockets]);
  });

  it('go on from a socket at the other process with the same media', async () => {
    const { slug, people } = await meet(here, there);
    const [anna, boris] = people as [TestSocket, TestSocket];
    await produce(boris, (await join(boris, slug)).sendTransport.id);
    const { seatId, consumers } = await join(anna, slug);
    anna.ws.terminate();
    const isAnna = ({ participant }: { participant: { userId: string } }) =>
      participant.userId === anna.user.id;
    expect((await boris.next('voice.participantUpdated', isAnna)).participant.state).toBe('reconnecting');
    const back = await openSocket(there.url, anna);
    const resumed = await back.request('voice.resume', { seatId, muted: true, deafened: false });
    expect(resumed.consumers.map(({ id }) => id)).toEqual(consumers.map(({ id }) => id));
    expect((await boris.next('voice.participantUpdated', isAnna)).participant).toMatchObject({
      state: 'connected',
      muted: true,
    });
    // The process that held the seat has let go of it: it neither ends it nor speaks for it.
    await back.request('voice.setMuted', { muted: false });
    const again = await openSocket(here.url, anna);
    const twice = await again.request('voice.resume', { seatId, ...asIs });
    expect(twice.participants).toContainEqual(
      expect.objectContaining({ userId: anna.user.id, muted: false }),
    );
    await expect(back.request('voice.setMuted', { muted: true })).rejects.toThrow('NotInVoice');
    await ended([boris, back, again]);
  });

  it('outlive their process: the others see them come back, and a newcomer process finds them', async () => {
    const third = await startFellow(node, here);
    const { slug, people } = await meet(third, there);
    const [anna, boris] = people as [TestSocket, TestSocket];
    const { seatId, sendTransport } = await join(anna, slug);
    await produce(anna, sendTransport.id);
    const other = await join(boris, slug);
    await third.close();
    expect((await boris.next('voice.participantUpdated')).participant.state).toBe('reconnecting');
    const fourth = await startFellow(node, here);
    const back = await openSocket(fourth.url, anna);
    const resumed = await back.request('voice.resume', { seatId, ...asIs });
    expect(resumed.participants).toHaveLength(2);
    expect((await boris.next('voice.participantUpdated')).participant.state).toBe('connected');
    expect(boris.frames.filter(({ type }) => type === 'voice.consumerClosed')).toEqual([]);
    expect(other.consumers).toHaveLength(1);
    await ended([boris, back]);
    await fourth.close();
  });

  it('are closed where nobody sits there any more, and hide no seat that stands', async () => {
    const { slug, people } = await meet(here, there);
    const [anna, watcher] = people as [TestSocket, TestSocket];
    const { roomId } = await join(anna, slug);
    await watcher.next('voice.participantJoined');
    const { peers } = await node.node.request('media.getPeers', {});
    const { appData } = peers.find((peer) => peer.appData.userId === anna.user.id)!;
    // As of a join whose answer was lost: told to everybody, and nobody's.
    const peerId = randomUUID();
    const ghost = { ...appData, seatedAtMs: appData.seatedAtMs + 1 };
    await node.node.request('media.joinRoom', {
      ...{ roomId, peerId, rtpCapabilities, deafened: false, appData: ghost },
    });
    const peerIds = async () =>
      (await node.node.request('media.getPeers', {})).peers
        .filter((peer) => peer.roomId === roomId)
        .map((peer) => peer.peerId);
    await expect.poll(peerIds).not.toContain(peerId);
    const shown = async () => (await watcher.request('room.join', { roomSlug: slug })).voice;
    await expect.poll(shown).toMatchObject([{ userId: anna.user.id, state: 'connected' }]);
    await anna.request('voice.setMuted', { muted: true });
    await ended(people);
  });

  it('of people who do not come back are gone everywhere when their time is over', async () => {
    const third = await startFellow(node, here);
    const { slug, people } = await meet(third, there);
    const [anna, boris] = people as [TestSocket, TestSocket];
    await join(anna, slug);
    await boris.next('voice.participantJoined');
    await third.close();
    expect(await boris.next('voice.participantLeft')).toMatchObject({ userId: anna.user.id });
    const { peers } = await node.node.request('media.getPeers', {});
    expect(peers.filter(({ appData }) => appData.userId === anna.user.id)).toEqual([]);
    await boris.close();
  });
});
