import { toSnakeCase } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig } from '../../test/chat-rig.ts';
import { createdOf, message, roomId, roomOf } from '../../test/fixtures.ts';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';

const lastMessageAt = '2026-01-02T00:00:00.000Z';
const entry = {
  ...{ kind: 'mention', roomId, roomSlug: 'general', roomTitle: 'General', isRead: false },
  ...{ message: message(3), createdAt: lastMessageAt },
};
const general = { ...roomOf(10, 'general'), message_count: 10, read: { seq: 10, message_count: 10 } };
const direct = { ...roomOf(12, 'dm-x'), kind: 'direct', is_public: false };

describe('what the lists may have missed on a socket that lives', () => {
  let rig: ChatRig;
  let rooms: object[];
  let inbox: object[];
  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const slugs = () => rig.client.rooms.state.get().rooms.map(({ slug }) => slug);
  const settle = () => rig.client.connection.request('ping', {});

  beforeEach(async () => {
    rig = await createChatRig();
    [rooms, inbox] = [[general], []];
    rig.server.rest.set('GET /v1/rooms', () => ({ status: 200, body: { rooms } }));
    rig.server.rest.set('GET /v1/inbox', () => ({
      status: 200,
      body: { entries: inbox, unread_count: inbox.length, next_cursor: null },
    }));
    await rig.client.rooms.refresh();
    await rig.client.inbox.refresh();
  });
  afterEach(() => rig.close());

  it('is read when the server says so: rooms, inbox, and who sits where', async () => {
    const voice = [{ roomId, roomSlug: 'general', members: [{ userId: uuid(2), userName: 'Bob' }] }];
    rig.server.handlers.set('lobby.watch', () => ({ ack: { voice } }));
    [rooms, inbox] = [[general, direct], [toSnakeCase(entry)]];
    expect(slugs()).toEqual(['general']);
    tell('server.resync', { spreadMs: 500 });
    await until(rig.client.rooms.state, () => slugs().includes('dm-x'));
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 1);
    await until(rig.client.rooms.inVoice, (view) => view.general?.length === 1);
  });

  it('is read once of a room that was heard of and is not there, whatever becomes of it', async () => {
    let reads = 0;
    rig.server.rest.set('GET /v1/rooms', () => {
      reads += 1;
      return { status: 200, body: { rooms } };
    });
    const strange = { roomId: uuid(13), roomSlug: 'new', seq: 1, messageCount: 1, lastMessageAt };
    tell('lobby.activity', strange);
    await expect.poll(() => reads).toBe(1);
    await settle();
    tell('lobby.activity', { ...strange, messageCount: 2 });
    tell('lobby.activity', { ...strange, roomId: uuid(14), roomSlug: 'newer' });
    await expect.poll(() => reads).toBe(2);
    await settle();
    expect(reads).toBe(2);
  });

  it('is read again, later, where the server could not answer', async () => {
    const refusals = { rooms: 2, inbox: 2 };
    const refuse = (list: 'rooms' | 'inbox', body: object) => () => {
      refusals[list] -= 1;
      return refusals[list] >= 0 ? { status: 503, body: { error: 'Unavailable' } } : { status: 200, body };
    };
    rig.server.rest.set('GET /v1/rooms', refuse('rooms', { rooms: [general, direct] }));
    const entries = [toSnakeCase(entry)];
    rig.server.rest.set('GET /v1/inbox', refuse('inbox', { entries, unread_count: 1, next_cursor: null }));
    tell('server.resync', { spreadMs: 500 });
    await until(rig.client.rooms.state, ({ status }) => status === 'failed');
    await until(rig.client.rooms.state, () => slugs().includes('dm-x'));
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 1);
    expect(rig.client.rooms.state.get().error).toBeNull();
  });

  it('counts who named me while the list was on its way, once', async () => {
    let land = () => {};
    rig.server.rest.set('GET /v1/rooms', async () => {
      await new Promise<void>((resolve) => {
        land = resolve;
      });
      land = () => {};
      // Of before.
      return { status: 200, body: { rooms: [{ ...general, unread_mention_count: 0 }] } };
    });
    rig.server.rest.set('GET /v1/rooms/general', () => ({
      status: 200,
      body: { room: { ...general, unread_mention_count: 1 } },
    }));
    const before = land;
    const reading = rig.client.rooms.refresh();
    await expect.poll(() => land).not.toBe(before);
    tell('inbox.added', entry);
    await settle();
    land();
    await reading;
    await until(rig.client.rooms.state, (state) => state.rooms[0]?.mentionCount === 1);
  });

  it('of one room is of before what was told meanwhile, and of what its own marks were answered', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let asked = 0;
    rig.server.rest.set('GET /v1/rooms/general', async () => {
      asked += 1;
      await promise;
      return { status: 200, body: { room: { ...general, unread_mention_count: 1 } } };
    });
    tell('inbox.added', entry);
    // What only its members know of it is asked for.
    tell('room.created', { ...createdOf(10, 'general'), isPublic: false });
    await expect.poll(() => asked).toBe(1);
    const mark = { roomId, roomSlug: 'general', seq: 12, messageCount: 12, unreadMentionCount: 0 };
    tell('lobby.activity', { roomId, roomSlug: 'general', seq: 12, messageCount: 12, lastMessageAt });
    rig.server.handlers.set('chat.markRead', () => ({ ack: mark }));
    rig.room.log = Array.from({ length: 12 }, (_, at) => message(at + 1));
    (await rig.open()).markRead(12);
    await until(rig.client.rooms.state, (state) => state.rooms[0]?.readSeq === 12);
    resolve();
    await rig.client.inbox.refresh();
    await settle();
    expect(rig.client.rooms.state.get().rooms[0]).toMatchObject({
      ...{ messageCount: 12, readSeq: 12, unreadCount: 0, mentionCount: 0 },
    });
  });

  it('is asked of one room where only a part of the inbox is loaded, and more is there than was told', async () => {
    const body = { entries: [toSnakeCase(entry)], unread_count: 2, next_cursor: 'older' };
    rig.server.rest.set('GET /v1/inbox', () => ({ status: 200, body }));
    rig.server.rest.set('GET /v1/rooms/general', () => ({
      ...{ status: 200, body: { room: { ...general, unread_mention_count: 2 } } },
    }));
    await rig.client.inbox.refresh();
    tell('chat.readChanged', { roomId, roomSlug: 'general', seq: 2, messageCount: 2, unreadMentionCount: 0 });
    await until(rig.client.rooms.state, (state) => state.rooms[0]?.mentionCount === 2);
  });
});
