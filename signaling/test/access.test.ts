import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { microphone, rtpCapabilities } from './rtp.ts';
import { shapes, startShape } from './shapes.ts';
import type { TestServer } from './start-server.ts';
import { createTeam, gather, settle, type Teammate } from './team.ts';
import type { TestSocket } from './test-socket.ts';

const place = (room: Room, person: { id: string }) => ({ params: { slug: room.slug, user_id: person.id } });

/** Sits down in voice and sends. */
const sit = async (socket: TestSocket, roomSlug: string) => {
  const seat = await socket.request('voice.join', { roomSlug, rtpCapabilities });
  const sound = { kind: 'audio' as const, rtpParameters: microphone() };
  await socket.request('voice.produce', { transportId: seat.sendTransport.id, ...sound });
  return seat;
};

/** Whoever may not be here any more is gone within a second: the promise. */
const inTime = { timeout: 1_000, interval: 20 };

describe.each(shapes)('who may not be here any more, in %s', (shape) => {
  let server: TestServer;
  const { meet, again, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startShape(shape);
  });
  afterEach(part);
  afterAll(() => server.close());

  const peersOf = async (person: { id: string }) =>
    (await server.media.request('media.getPeers', {})).peers.filter(
      ({ appData }) => appData.userId === person.id,
    );
  const participantsOf = async (witness: TestSocket, roomSlug: string) =>
    (await witness.request('room.join', { roomSlug })).voice.map(({ userId }) => userId);

  it.each(['members.remove', 'bans.set'] as const)(
    'goes within a second by %s: out of the room at every process, out of its voice, and their media with them',
    async (route) => {
      const [anna, boris, witness] = [await meet('Anna'), await meet('Boris'), await meet('Witness')];
      const room = await gather(anna, [
        [boris, 'member'],
        [witness, 'member'],
      ]);
      const sockets = [boris, await again(boris)];
      for (const socket of [...sockets, witness]) await socket.request('room.join', { roomSlug: room.slug });
      await sit(boris, room.slug);
      await expect.poll(() => participantsOf(witness, room.slug)).toEqual([boris.id]);
      await anna.done(route, { ...place(room, boris), ...(route === 'bans.set' ? { body: {} } : {}) });
      const doneAt = performance.now();
      for (const socket of sockets) await socket.next('room.removed');
      await boris.next('voice.closed', ({ reason }) => reason === 'removed');
      const toldAfterMs = Math.round(performance.now() - doneAt);
      await expect.poll(() => peersOf(boris), inTime).toEqual([]);
      const goneAfterMs = Math.round(performance.now() - doneAt);
      await expect.poll(() => participantsOf(witness, room.slug), inTime).toEqual([]);
      console.log(
        `${route} in ${shape}: told ${toldAfterMs} ms after the answer, media gone ${goneAfterMs} ms`,
      );
      expect(Math.max(toldAfterMs, goneAfterMs)).toBeLessThan(1_000);
      await witness.request('chat.send', { text: 'among us', roomSlug: room.slug });
      await witness.next('chat.message', ({ text }) => text === 'among us');
      for (const socket of sockets) {
        expect((await socket.refused('chat.send', { text: 'x', roomSlug: room.slug })).code).toBe(
          'NoActiveRoom',
        );
        expect(socket.frames.filter(({ type }) => type === 'chat.message')).toEqual([]);
      }
    },
  );

  it('is told of no one who sits in a private room, having only watched', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [[boris, 'member']]);
    await boris.request('lobby.watch', {});
    await anna.done('members.remove', place(room, boris));
    await boris.next('room.removed');
    await sit(anna, room.slug);
    await settle(boris);
    expect(boris.frames.filter(({ type }) => type === 'lobby.voiceJoined')).toEqual([]);
  });

  it('and who is let in while they watch is told who sits there', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna);
    await sit(anna, room.slug);
    await boris.request('lobby.watch', {});
    await anna.done('members.set', { ...place(room, boris), body: { role: 'guest' } });
    expect(await boris.next('lobby.voiceJoined')).toMatchObject({ roomId: room.id, userId: anna.id });
  });

  it('does not stay by coming in while they are sent out', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const room = await gather(anna, [[boris, 'member']]);
      const joins = Array.from({ length: 4 }, () =>
        boris.request('room.join', { roomSlug: room.slug, keepOthers: true }).catch(() => undefined),
      );
      const sits = boris
        .request('voice.join', { roomSlug: room.slug, rtpCapabilities })
        .catch(() => undefined);
      await Promise.all([...joins, sits, anna.done('bans.set', { ...place(room, boris), body: {} })]);
      await boris.next('room.removed', ({ roomId }) => roomId === room.id);
      await expect.poll(() => peersOf(boris), inTime).toEqual([]);
      expect((await boris.refused('chat.send', { text: 'x', roomSlug: room.slug })).code).toBe(
        'NoActiveRoom',
      );
    }
  });

  describe('who is muted in voice', () => {
    const mute = (by: Teammate, room: Room, [person, body]: [Teammate, object]) =>
      by.done('members.mute', { ...place(room, person), body });

    it('is not let through from then on, whatever they say, until it is lifted', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      await anna.request('room.join', { roomSlug: room.slug });
      await sit(boris, room.slug);
      await mute(anna, room, [boris, { voice: true }]);
      const isMuted = (wanted: boolean) =>
        anna.next('voice.participantUpdated', ({ participant }) => participant.mutedByServer === wanted);
      expect((await isMuted(true)).participant).toMatchObject({ userId: boris.id, muted: true });
      await boris.request('voice.setMuted', { muted: false });
      const [peer] = await peersOf(boris);
      expect(peer?.appData).toMatchObject({ muted: false, mutedByServer: true });
      await anna.done('members.unmute', place(room, boris));
      expect((await isMuted(false)).participant.muted).toBe(false);
    });

    it('sits muted from the first packet, also by another device and after coming back', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      await mute(anna, room, [boris, { voice: true }]);
      const other = await again(boris);
      for (const socket of [boris, other]) {
        const { participants, seatId } = await sit(socket, room.slug);
        expect(participants).toMatchObject([{ userId: boris.id, muted: true, mutedByServer: true }]);
        await expect.poll(async () => (await peersOf(boris)).map(({ peerId }) => peerId)).toEqual([seatId]);
        const asIs = { seatId, muted: false, deafened: false };
        const resumed = await socket.request('voice.resume', asIs);
        expect(resumed.participants).toMatchObject([{ muted: true, mutedByServer: true }]);
      }
    });

    it('is let through again within seconds of the end, though nobody lifts it', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      await anna.request('room.join', { roomSlug: room.slug });
      const expires_at = new Date(Date.now() + 1_500).toISOString();
      await mute(anna, room, [boris, { voice: true, expires_at }]);
      await sit(boris, room.slug);
      await anna.next(
        'voice.participantUpdated',
        ({ participant: { userId, mutedByServer } }) => userId === boris.id && !mutedByServer,
      );
      expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(expires_at));
      expect(Date.now()).toBeLessThan(Date.parse(expires_at) + 4_000);
    });

    it('in text alone speaks, and may be silenced the other way round', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      await mute(anna, room, [boris, { text: true }]);
      expect((await sit(boris, room.slug)).participants).toMatchObject([{ mutedByServer: false }]);
      await mute(anna, room, [boris, { voice: true }]);
      await boris.next('voice.participantUpdated', ({ participant }) => participant.mutedByServer);
      await mute(anna, room, [boris, { text: true }]);
      await boris.next('voice.participantUpdated', ({ participant }) => !participant.mutedByServer);
    });
  });
});
