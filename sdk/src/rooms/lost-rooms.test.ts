import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig } from '../../test/chat-rig.ts';
import { createdOf, roomId, roomOf } from '../../test/fixtures.ts';
import { until } from '../../test/until.ts';
import type { RoomEntry } from '../types/rooms.ts';

const general = {
  ...roomOf(10, 'general'),
  ...{ message_count: 10, read: { seq: 7, message_count: 7 }, notify: 'all' },
};
const place = { roomId, roomSlug: 'general' };

describe('a public room that was lost and is there again', () => {
  let rig: ChatRig;
  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const entry = (): RoomEntry | undefined =>
    rig.client.rooms.state.get().rooms.find(({ slug }) => slug === 'general');

  const countLists = () => {
    let times = 0;
    rig.server.rest.set('GET /v1/rooms', () => {
      times += 1;
      return { status: 200, body: { rooms: [general] } };
    });
    return () => times;
  };

  beforeEach(async () => {
    rig = await createChatRig();
    rig.server.rest.set('GET /v1/rooms', () => ({ status: 200, body: { rooms: [general] } }));
    await rig.client.rooms.refresh();
  });
  afterEach(() => rig.close());

  it.each(['banned', 'closed'])(
    'is as it was to who was %s: read so far, and told of as they wish',
    async (reason) => {
      let times = 0;
      const listed = countLists();
      rig.server.rest.set('GET /v1/rooms/general', () => {
        times += 1;
        return { status: 200, body: { room: general } };
      });
      tell('room.removed', { ...place, reason });
      await until(rig.client.rooms.state, () => entry() === undefined);
      tell('room.created', createdOf(10, 'general'));
      await until(rig.client.rooms.state, () => entry()?.readSeq === 7);
      expect(entry()).toMatchObject({ unreadCount: 3, messageCount: 10, notify: 'all' });
      expect([times, listed()]).toEqual([1, 0]);
    },
  );

  it('is as it was where it is lost once more before that is known', async () => {
    const answer = Promise.withResolvers<void>();
    let times = 0;
    rig.server.rest.set('GET /v1/rooms/general', async () => {
      times += 1;
      if (times === 1) await answer.promise;
      return { status: 200, body: { room: general } };
    });
    for (let round = 0; round < 2; round += 1) {
      tell('room.removed', { ...place, reason: 'closed' });
      await until(rig.client.rooms.state, () => entry() === undefined);
      tell('room.created', createdOf(10, 'general'));
      await until(rig.client.rooms.state, () => entry() !== undefined);
      if (round === 0) await expect.poll(() => times).toBe(1);
    }
    answer.resolve();
    await until(rig.client.rooms.state, () => entry()?.readSeq === 7);
  });

  it('is not asked for by who has never been there', async () => {
    let times = 0;
    const stranger = roomOf(11, 'strange');
    rig.server.rest.set('GET /v1/rooms', () => ({ status: 200, body: { rooms: [general, stranger] } }));
    await rig.client.rooms.refresh();
    const listed = countLists();
    for (const { slug } of [stranger, general])
      rig.server.rest.set(`GET /v1/rooms/${slug}`, () => {
        if (slug === stranger.slug) times += 1;
        return { status: 200, body: { room: slug === general.slug ? general : stranger } };
      });
    const strange = { roomId: stranger.id, roomSlug: stranger.slug };
    for (const lost of [strange, place]) tell('room.removed', { ...lost, reason: 'closed' });
    await until(rig.client.rooms.state, ({ rooms }) => rooms.length === 0);
    tell('room.created', createdOf(11, 'strange'));
    tell('room.created', createdOf(10, 'general'));
    await until(rig.client.rooms.state, () => entry()?.readSeq === 7);
    expect([times, listed()]).toEqual([0, 0]);
  });

  it('is not asked for where nobody had it before', async () => {
    let asked = 0;
    rig.server.rest.set('GET /v1/rooms/new', () => {
      asked += 1;
      return { status: 200, body: { room: roomOf(11, 'new') } };
    });
    tell('room.created', createdOf(11, 'new'));
    await rig.client.connection.request('ping', {});
    await rig.client.rooms.refresh();
    expect(asked).toBe(0);
  });
});
