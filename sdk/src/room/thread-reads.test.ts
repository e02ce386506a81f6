import type { ChatMessage } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig } from '../../test/chat-rig.ts';
import { epoch, message, roomId, toRest } from '../../test/fixtures.ts';
import { user } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { OpenRoom } from '../types/room.ts';

const root = message(1, { thread: { replyCount: 2 } });
const reply = (seq: number, fields: Partial<ChatMessage> = {}) =>
  message(seq, { threadRootId: root.id, text: `reply ${seq}`, ...fields });
const place = { roomId, roomSlug: 'general', threadRootId: root.id };

describe('what is unread in threads', () => {
  let rig: ChatRig;
  let room: OpenRoom;
  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const unread = (count: number) =>
    until(room.state, ({ unreadThreads }) => (unreadThreads[root.id] ?? 0) === count);

  beforeEach(async () => {
    rig = await createChatRig();
    rig.room.log = [root, reply(2), reply(3)];
    rig.server.rest.set('GET /v1/rooms/general/threads/unread', () => ({
      status: 200,
      body: { threads: [{ thread_root_id: root.id, read_seq: 2, unread_count: 1 }] },
    }));
    rig.server.rest.set(`GET /v1/messages/${root.id}`, () => ({
      status: 200,
      body: { message: toRest(root), room_slug: 'general' },
    }));
    room = await rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('is asked for when the room is joined, grows with what others write, and shrinks with what is deleted', async () => {
    await unread(1);
    tell('chat.message', reply(4));
    await unread(2);
    const deleted = reply(4, { deletedAt: '2026-01-01T00:00:09.000Z', text: '', revision: 5 });
    tell('chat.messageChanged', { roomId, seq: 5, epoch, change: 'deleted', message: deleted });
    await unread(1);
  });

  it('is as the server says after an own reply, which may have come late and have read nothing', async () => {
    await unread(1);
    const own = { userId: user.id, userName: user.name };
    tell('chat.message', reply(4, own));
    tell('chat.threadReadChanged', { ...place, seq: 2, unreadCount: 1 });
    await rig.client.connection.request('ping', {});
    expect(room.state.get().unreadThreads).toEqual({ [root.id]: 1 });
    tell('chat.message', reply(5, own));
    tell('chat.threadReadChanged', { ...place, seq: 5, unreadCount: 0 });
    await unread(0);
    // Nothing was unread: it needs no word of the server that nothing is.
    tell('chat.message', reply(6, own));
    tell('chat.message', reply(7));
    await unread(1);
  });

  it('is as the server says of a thread that was not known to hold anything unread, too', async () => {
    await unread(1);
    const other = message(4, { threadRootId: message(3).id });
    const own = { userId: user.id, userName: user.name };
    tell('chat.message', { ...other, ...own });
    tell('chat.threadReadChanged', { ...place, threadRootId: message(3).id, seq: 2, unreadCount: 5 });
    await until(room.state, ({ unreadThreads }) => unreadThreads[message(3).id] === 5);
  });

  it('is as the server says where what came first was not known to be unread, also further back', async () => {
    await unread(1);
    const other = message(4, { threadRootId: message(3).id });
    tell('chat.message', other);
    await until(room.state, ({ unreadThreads }) => unreadThreads[message(3).id] === 1);
    tell('chat.threadReadChanged', { ...place, threadRootId: message(3).id, seq: 2, unreadCount: 5 });
    await until(room.state, ({ unreadThreads }) => unreadThreads[message(3).id] === 5);
  });

  it('is read where this person has read it, at whichever device', async () => {
    await unread(1);
    tell('chat.threadReadChanged', { ...place, seq: 3, unreadCount: 0 });
    await unread(0);
    tell('chat.message', reply(4));
    await unread(1);
    // Of before.
    tell('chat.threadReadChanged', { ...place, seq: 2, unreadCount: 0 });
    await rig.client.connection.request('ping', {});
    await unread(1);
  });

  it('is marked by the thread, which says nothing of the room', async () => {
    await unread(1);
    rig.server.handlers.set('chat.markThreadRead', ({ seq }) => ({ ack: { ...place, seq, unreadCount: 0 } }));
    const thread = room.openThread(root.id);
    expect(thread.state.get().unreadLineSeq).toBe(2);
    thread.markRead(3);
    await unread(0);
    expect(rig.requestsOf('chat.markThreadRead').map(({ payload }) => payload)).toEqual([
      { roomSlug: 'general', threadRootId: root.id, seq: 3 },
    ]);
    expect(rig.requestsOf('chat.markRead')).toEqual([]);
    thread.close();
  });

  it('is marked up to where it was seen when the room is left within a second of that', async () => {
    rig.server.handlers.set('chat.markThreadRead', ({ seq }) => ({ ack: { ...place, seq, unreadCount: 0 } }));
    const thread = room.openThread(root.id);
    thread.markRead(2);
    thread.markRead(3);
    thread.close();
    room.close();
    await rig.server.waitForRequest('room.leave');
    expect(rig.requestsOf('chat.markThreadRead').map(({ payload }) => payload.seq)).toEqual([2, 3]);
  });

  it('is listed with the threads of the room', async () => {
    rig.server.rest.set('GET /v1/rooms/general/threads', ({ query }) => ({
      status: 200,
      body: {
        threads: query.has('cursor') ? [] : [{ root: toRest(root), read_seq: 2, unread_count: 1 }],
        next_cursor: query.has('cursor') ? null : 'older',
      },
    }));
    const page = await room.listThreads();
    expect(page).toMatchObject({ threads: [{ root: { id: root.id }, unreadCount: 1 }], nextCursor: 'older' });
    expect(await room.listThreads('older')).toEqual({ threads: [], nextCursor: null });
  });
});
