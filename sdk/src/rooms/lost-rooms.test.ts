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

  beforeEach(async () => {
    rig = await createChatRig();
    rig.server.rest.set('GET /v1/rooms', () => ({ status: 200, body: { rooms: [general] } }));
    await rig.client.rooms.refresh();
  });
  afterEach(() => rig.close());

  // Everybody hears of one that opens again: they read the list, each when it is their turn.
  it.each([
    { reason: 'banned', asked: 1 },
    { reason: 'closed', asked: 0 },
  ])('is as it was to who was $reason: read so far, and told of as they wish', async ({ reason, asked }) => {
    let times = 0;
    rig.server.rest.set('GET /v1/rooms/general', () => {
      times += 1;
      return { status: 200, body: { room: general } };
    });
    tell('room.removed', { ...place, reason });
    await until(rig.client.rooms.state, () => entry() === undefined);
    tell('room.created', createdOf(10, 'general'));
    await until(rig.client.rooms.state, () => entry()?.readSeq === 7);
    expect(entry()).toMatchObject({ unreadCount: 3, messageCount: 10, notify: 'all' });
    expect(times).toBe(asked);
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
