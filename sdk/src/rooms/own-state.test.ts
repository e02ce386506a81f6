import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig } from '../../test/chat-rig.ts';
import { bob, epoch, joined, roomId, roomOf } from '../../test/fixtures.ts';
import { user, uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { RoomEntry } from '../types/rooms.ts';

const general = { ...roomOf(10, 'general'), message_count: 10, my_role: 'member' };
const direct = { ...roomOf(12, 'dm-x'), kind: 'direct', is_public: false, is_closed: false };
const ofDirect = { roomId: uuid(12), roomSlug: 'dm-x' };
const lastMessageAt = '2026-01-02T00:00:00.000Z';

describe('what a room is to me, in the list', () => {
  let rig: ChatRig;
  let rooms: object[];
  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const settle = () => rig.client.connection.request('ping', {});
  const entry = (slug = 'general'): RoomEntry | undefined =>
    rig.client.rooms.state.get().rooms.find((room) => room.slug === slug);

  beforeEach(async () => {
    rig = await createChatRig();
    rooms = [general, direct];
    rig.server.rest.set('GET /v1/rooms', () => ({ status: 200, body: { rooms } }));
    await rig.client.rooms.refresh();
  });
  afterEach(() => rig.close());

  describe('its role', () => {
    it('follows what it becomes while the room is not open here', async () => {
      tell('room.selfChanged', { roomId, seq: 5, role: 'moderator' });
      await until(rig.client.rooms.state, () => entry()?.myRole === 'moderator');
      // What was told before, and comes later, changes nothing.
      tell('room.selfChanged', { roomId, seq: 4, role: 'guest' });
      await settle();
      expect(entry()?.myRole).toBe('moderator');
      tell('room.selfChanged', { roomId, seq: 6, role: 'owner' });
      await until(rig.client.rooms.state, () => entry()?.myRole === 'owner');
    });

    it('is the same in the room that is open and in the list, by whichever way it is told first', async () => {
      const room = await rig.open();
      const change = { roomId, epoch, seq: 1, userId: user.id, userName: user.name, joinedAt: lastMessageAt };
      tell('room.memberChanged', { ...change, change: 'roleChanged', role: 'moderator' });
      await until(room.state, ({ self }) => self?.role === 'moderator');
      expect(entry()?.myRole).toBe('moderator');
      expect(room.state.get().may.manageMembers).toBe(true);
      tell('room.selfChanged', { roomId, seq: 1, role: 'moderator' });
      tell('room.memberChanged', { ...change, seq: 2, change: 'roleChanged', role: 'member' });
      await until(rig.client.rooms.state, () => entry()?.myRole === 'member');
      tell('room.selfChanged', { roomId, seq: 1, role: 'moderator' });
      await settle();
      expect([entry()?.myRole, room.state.get().self?.role]).toEqual(['member', 'member']);
    });

    it('is what the server says when the room is entered', async () => {
      rig.server.handlers.set('room.join', () => ({
        ack: joined({ seq: 7, self: { role: 'owner' }, recovered: true }),
      }));
      await rig.open();
      expect(entry()?.myRole).toBe('owner');
    });
  });

  describe('whether it is closed', () => {
    it('is shown at once, and taken back where the server refuses', async () => {
      rig.server.rest.set('PUT /v1/rooms/dm-x/closed', () => ({
        ...{ status: 503, body: { error: 'Unavailable', message: 'Away' } },
      }));
      const closing = rig.client.rooms.setClosed('dm-x', true);
      expect(entry('dm-x')?.isClosed).toBe(true);
      await expect(closing).rejects.toMatchObject({ code: 'Unavailable' });
      expect(entry('dm-x')?.isClosed).toBe(false);
    });

    it('is told to the server, and follows what is done at other devices', async () => {
      const asked: unknown[] = [];
      rig.server.rest.set('PUT /v1/rooms/dm-x/closed', ({ body }) => {
        asked.push(body);
        return { status: 200, body: { ok: true } };
      });
      await rig.client.rooms.setClosed('dm-x', true);
      expect(asked).toEqual([{ closed: true }]);
      tell('direct.closedChanged', { ...ofDirect, isClosed: false });
      await until(rig.client.rooms.state, () => entry('dm-x')?.isClosed === false);
      tell('direct.closedChanged', { ...ofDirect, isClosed: true });
      await until(rig.client.rooms.state, () => entry('dm-x')?.isClosed === true);
      rooms = [general, { ...direct, is_closed: true }];
      await rig.client.rooms.refresh();
      expect(entry('dm-x')?.isClosed).toBe(true);
    });

    it('is not undone by a list that was on its way', async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      rig.server.rest.set('GET /v1/rooms', async () => {
        await promise;
        return { status: 200, body: { rooms } };
      });
      const reading = rig.client.rooms.refresh();
      tell('direct.closedChanged', { ...ofDirect, isClosed: true });
      await until(rig.client.rooms.state, () => entry('dm-x')?.isClosed === true);
      resolve();
      await reading;
      expect(entry('dm-x')?.isClosed).toBe(true);
    });
  });

  it('counts apart what people wrote whom I have blocked', async () => {
    tell('blocks.changed', { ...bob, isBlocked: true });
    const authors = [
      { userId: bob.userId, messageCount: 2 },
      { userId: uuid(3), messageCount: 1 },
    ];
    const place = { roomId, roomSlug: 'general', seq: 20, lastMessageAt };
    tell('lobby.activity', { ...place, messageCount: 13, authors });
    await until(rig.client.rooms.state, () => entry()?.messageCount === 13);
    expect(entry()?.blockedCount).toBe(2);
    tell('lobby.activity', { ...place, messageCount: 14 });
    await until(rig.client.rooms.state, () => entry()?.messageCount === 14);
    expect(entry()?.blockedCount).toBe(2);
  });
});
