import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig } from '../../test/chat-rig.ts';
import { createdOf, epoch, roomId, roomOf } from '../../test/fixtures.ts';
import { user } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';

const general = { ...roomOf(10, 'general'), my_role: 'moderator' };
const place = { roomId, roomSlug: 'general' };
const role = { roomId, seq: 5, role: 'member' };
const change = { epoch, userId: user.id, userName: user.name, joinedAt: null };

describe('what waits for whoever looks after a room', () => {
  let rig: ChatRig;
  let me: object;
  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const settle = () => rig.client.connection.request('ping', {});
  const isTold = (): boolean => rig.client.rooms.waiting.get().general !== undefined;
  const open = async () => {
    rig = await createChatRig();
    rig.server.rest.set('GET /v1/rooms', () => ({ status: 200, body: { rooms: [general] } }));
    rig.server.rest.set('POST /v1/auth/login', () => ({ status: 200, body: { user: me, token: 'token' } }));
    await rig.client.auth.logout();
    await rig.client.auth.login({ email: 'ann@example.org', password: 'password123' });
    await until(rig.client.connection.state, ({ status }) => status === 'online');
    await until(rig.client.rooms.state, ({ rooms }) => rooms.length === 1);
    await settle();
    tell('moderation.waiting', { ...place, joinRequestCount: 1, reportCount: 1 });
    await until(rig.client.rooms.waiting, isTold);
  };

  beforeEach(() => {
    me = user;
  });
  afterEach(() => rig.close());

  it.each([
    ['has left it', 'room.removed', { ...place, reason: 'left' }],
    ['was sent out of it', 'room.removed', { ...place, reason: 'kicked' }],
    ['is banned from it', 'room.removed', { ...place, reason: 'banned' }],
    ['is a member from now on', 'room.selfChanged', role],
  ])('is nothing to who %s', async (_how, type, payload) => {
    await open();
    tell(type, payload);
    await until(rig.client.rooms.waiting, () => !isTold());
  });

  it('is nothing to who hears in the room itself that they moderate it no more', async () => {
    await open();
    await rig.open();
    tell('room.memberChanged', { ...change, roomId, seq: 1, change: 'roleChanged', role: 'member' });
    await until(rig.client.rooms.waiting, () => !isTold());
  });

  it('stays with who is an owner from now on', async () => {
    await open();
    tell('room.selfChanged', { ...role, role: 'owner' });
    await until(rig.client.rooms.state, ({ rooms }) => rooms[0]?.myRole === 'owner');
    expect(isTold()).toBe(true);
  });

  it.each([
    ['a lower role', 'room.selfChanged', role],
    ['none, by leaving it', 'room.removed', { ...place, reason: 'left' }],
  ])('stays with an administrator who has %s there', async (_what, type, payload) => {
    me = { ...user, is_administrator: true };
    await open();
    tell(type, payload);
    await until(rig.client.rooms.state, ({ rooms }) => rooms[0]?.myRole !== 'moderator');
    expect(isTold()).toBe(true);
  });

  it('is nothing to who is told of it late, when they moderate it no more', async () => {
    await open();
    tell('room.selfChanged', role);
    await until(rig.client.rooms.waiting, () => !isTold());
    tell('moderation.waiting', { ...place, joinRequestCount: 2, reportCount: 0 });
    await until(rig.client.rooms.waiting, isTold);
    const activity = { messageCount: 1, lastMessageAt: '2026-01-01T00:00:00.000Z' };
    tell('lobby.activity', { ...place, ...activity, seq: 6 });
    await until(rig.client.rooms.waiting, () => !isTold());
  });

  it('stays with who is made an administrator, and knows that only when they sign in again', async () => {
    await open();
    const other = roomOf(11, 'other');
    tell('room.created', createdOf(11, 'other'));
    tell('moderation.waiting', {
      ...{ roomId: other.id, roomSlug: other.slug },
      ...{ joinRequestCount: 0, reportCount: 1 },
    });
    tell('room.selfChanged', { ...role, role: 'owner' });
    await until(rig.client.rooms.state, ({ rooms }) => rooms[0]?.myRole === 'owner');
    expect(rig.client.rooms.waiting.get().other).toBeDefined();
  });

  it('is told to who has just become a moderator, in whatever order they hear of it', async () => {
    await open();
    tell('room.selfChanged', role);
    await until(rig.client.rooms.waiting, () => !isTold());
    tell('moderation.waiting', { ...place, joinRequestCount: 2, reportCount: 0 });
    tell('room.selfChanged', { ...role, seq: 6, role: 'moderator' });
    await until(rig.client.rooms.state, ({ rooms }) => rooms[0]?.myRole === 'moderator');
    expect(rig.client.rooms.waiting.get().general).toEqual({ joinRequestCount: 2, reportCount: 0 });
  });
});
