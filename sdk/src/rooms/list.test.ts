import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig } from '../../test/chat-rig.ts';
import { joined, message, roomId, roomOf } from '../../test/fixtures.ts';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { RoomEntry } from '../types/rooms.ts';

const general = {
  ...roomOf(10, 'general'),
  message_count: 10,
  read: { seq: 7, message_count: 7 },
  unread_mention_count: 1,
  my_role: 'member',
};
const place = { roomId, roomSlug: 'general' };
const lastMessageAt = '2026-01-02T00:00:00.000Z';

describe('the list of rooms', () => {
  let rig: ChatRig;
  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const settle = () => rig.client.connection.request('ping', {});
  const entry = (slug = 'general'): RoomEntry | undefined =>
    rig.client.rooms.state.get().rooms.find((room) => room.slug === slug);

  beforeEach(async () => {
    rig = await createChatRig();
    rig.server.rest.set('GET /v1/rooms', () => ({
      status: 200,
      body: { rooms: [general, roomOf(11, 'kitchen')] },
    }));
    await rig.client.rooms.refresh();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('counts what is unread as it is written, and as it is read at whichever device', async () => {
    expect(entry()).toMatchObject({ unreadCount: 3, mentionCount: 1, readSeq: 7, myRole: 'member' });
    tell('lobby.activity', { ...place, seq: 14, messageCount: 12, lastMessageAt });
    tell('lobby.activity', { ...place, seq: 13, messageCount: 11, lastMessageAt });
    await until(rig.client.rooms.state, () => entry()?.unreadCount === 5);
    tell('chat.readChanged', { ...place, seq: 14, messageCount: 12, unreadMentionCount: 0 });
    await until(rig.client.rooms.state, () => entry()?.unreadCount === 0);
    expect(entry()).toMatchObject({ readSeq: 14, mentionCount: 0, messageCount: 12, lastMessageAt });
    // What was said before, and comes later, changes nothing.
    tell('chat.readChanged', { ...place, seq: 9, messageCount: 8, unreadMentionCount: 1 });
    await settle();
    expect(entry()).toMatchObject({ readSeq: 14, unreadCount: 0, mentionCount: 0 });
  });

  it('counts what names me in a room that I never read, and owes me nothing of it for that', async () => {
    rig.server.rest.set('GET /v1/rooms', () => ({
      ...{ status: 200, body: { rooms: [{ ...roomOf(10, 'general'), message_count: 10 }] } },
    }));
    await rig.client.rooms.refresh();
    tell('chat.readChanged', { ...place, seq: 0, messageCount: 0, unreadMentionCount: 2 });
    await until(rig.client.rooms.state, () => entry()?.mentionCount === 2);
    expect(entry()).toMatchObject({ readSeq: null, messageCount: 10 });
  });

  it('counts mentions, and leaves other rooms the same objects', async () => {
    const kitchen = entry('kitchen');
    tell('inbox.added', {
      ...place,
      kind: 'mention',
      roomTitle: 'general',
      message: message(11),
      createdAt: lastMessageAt,
      isRead: false,
    });
    await until(rig.client.rooms.state, () => entry()?.mentionCount === 2);
    tell('inbox.added', {
      ...{ ...place, kind: 'mention', roomTitle: 'general', createdAt: lastMessageAt, isRead: false },
      message: message(11),
    });
    await settle();
    expect(entry()?.mentionCount).toBe(2);
    expect(entry('kitchen')).toBe(kitchen);
    await rig.client.rooms.refresh();
    expect(entry('kitchen')).toBe(kitchen);
  });

  it('follows what a room becomes, and forgets it when I am in it no more', async () => {
    tell('room.updated', {
      ...place,
      roomTitle: 'Lobby',
      isPublic: true,
      createdAt: lastMessageAt,
      kind: 'room',
      topic: 'News',
      category: 'Ops',
      position: 3,
      slowModeS: 0,
      acceptsRequests: false,
      archivedAt: null,
    });
    await until(rig.client.rooms.state, () => entry()?.title === 'Lobby');
    expect(entry()).toMatchObject({ topic: 'News', category: 'Ops', unreadCount: 3, myRole: 'member' });
    tell('room.removed', { ...place, reason: 'closed' });
    await until(rig.client.rooms.state, () => entry() === undefined);
  });

  it('says how many reports wait for who administers the server, until the server tells anew or they sign out', async () => {
    const { serverReportCount } = rig.client.rooms;
    expect(serverReportCount.get()).toBe(0);
    tell('moderation.serverWaiting', { reportCount: 2 });
    await until(serverReportCount, (count) => count === 2);
    tell('moderation.serverWaiting', { reportCount: 0 });
    await until(serverReportCount, (count) => count === 0);
    tell('moderation.serverWaiting', { reportCount: 1 });
    await until(serverReportCount, (count) => count === 1);
    await rig.client.auth.logout();
    expect(serverReportCount.get()).toBe(0);
  });

  it('does not lose what comes while it is being read', async () => {
    let land: (() => void) | undefined;
    rig.server.rest.set('GET /v1/rooms', async () => {
      await new Promise<void>((resolve) => {
        land = resolve;
      });
      return { status: 200, body: { rooms: [general] } };
    });
    const reading = rig.client.rooms.refresh();
    await expect.poll(() => land).toBeDefined();
    tell('lobby.activity', { ...place, seq: 14, messageCount: 12, lastMessageAt });
    await settle();
    land?.();
    await reading;
    expect(entry()?.unreadCount).toBe(5);
  });

  it('asks for what only I may know of a room that I was let in to', async () => {
    const direct = { ...roomOf(12, 'dm-x'), kind: 'direct', is_public: false };
    const directWith = { user_id: uuid(2), user_name: 'Bob' };
    rig.server.rest.set('GET /v1/rooms/dm-x', () => ({
      status: 200,
      body: { room: { ...direct, direct_with: directWith } },
    }));
    tell('room.created', {
      roomId: direct.id,
      roomSlug: 'dm-x',
      roomTitle: 'x',
      isPublic: false,
      createdAt: lastMessageAt,
      kind: 'direct',
    });
    await until(
      rig.client.rooms.state,
      () => entry('dm-x')?.directWith !== null && entry('dm-x') !== undefined,
    );
    expect(entry('dm-x')?.directWith).toEqual({ userId: uuid(2), userName: 'Bob' });
  });

  it('does not show again what was lost while it was asked for', async () => {
    const room = { ...roomOf(13, 'lost'), is_public: false };
    const { promise, resolve } = Promise.withResolvers<void>();
    rig.server.rest.set('GET /v1/rooms/lost', async () => {
      await promise;
      return { status: 200, body: { room } };
    });
    const place = { roomId: room.id, roomSlug: 'lost' };
    tell('room.created', { ...place, roomTitle: 'x', isPublic: false, createdAt: lastMessageAt });
    await until(rig.client.rooms.state, () => entry('lost') !== undefined);
    tell('room.removed', { ...place, reason: 'banned' });
    await until(rig.client.rooms.state, () => entry('lost') === undefined);
    resolve();
    await rig.client.rooms.refresh();
    expect(entry('lost')).toBeUndefined();
  });

  it('shows of what I want to be told at once, and takes it back where the server refuses', async () => {
    rig.server.rest.set('PUT /v1/rooms/general/notify', () => ({
      status: 403,
      body: { error: 'Forbidden', message: 'No' },
    }));
    const asking = rig.client.rooms.setNotify('general', 'nothing');
    expect(entry()?.notify).toBe('nothing');
    await expect(asking).rejects.toMatchObject({ code: 'Forbidden' });
    expect(entry()?.notify).toBe('mentions');
  });

  it('puts the unread line where reading stood when the room was opened, and leaves it there', async () => {
    rig.room.log = [message(7), message(8)];
    rig.server.handlers.set('room.join', () => ({ ack: joined({ seq: 8 }) }));
    const room = await rig.open();
    expect(room.state.get()).toMatchObject({ readSeq: 7, unreadLineSeq: 7 });
    rig.server.handlers.set('chat.markRead', ({ seq }) => ({
      ack: { ...place, seq, messageCount: 10, unreadMentionCount: 0 },
    }));
    room.markRead(8);
    await until(room.state, ({ readSeq }) => readSeq === 8);
    expect(room.state.get().unreadLineSeq).toBe(7);
    expect(entry()).toMatchObject({ unreadCount: 0, mentionCount: 0 });
    room.moveUnreadLine();
    expect(room.state.get().unreadLineSeq).toBeNull();
  });
});
