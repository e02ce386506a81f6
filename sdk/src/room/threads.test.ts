import type { ChatMessage } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig, texts } from '../../test/chat-rig.ts';
import { bob, joined, message, roomId, toRest } from '../../test/fixtures.ts';
import { until } from '../../test/until.ts';
import type { OpenRoom, OpenThread } from '../types/room.ts';

const root = message(1, { thread: { replyCount: 2 } });
const reply = (seq: number, fields: Partial<ChatMessage> = {}) =>
  message(seq, { threadRootId: root.id, text: `reply ${seq}`, ...fields });

describe('a thread', () => {
  let rig: ChatRig;
  let room: OpenRoom;
  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const open = async (): Promise<OpenThread> => {
    const thread = room.openThread(root.id);
    await until(thread.state, ({ status, loadingOlder }) => status === 'ready' && !loadingOlder);
    return thread;
  };
  const repliesIn = (thread: OpenThread) => thread.state.get().messages.map(({ text }) => text);

  const ann = { userId: '00000000-0000-4000-8000-000000000001', userName: 'Ann' };
  /** The thread's first page is on its way until what is returned is called. */
  const holdPage = (): (() => void) => {
    const { promise: isRead, resolve: read } = Promise.withResolvers<void>();
    const answer = { status: 200, body: { message: toRest(root), room_slug: 'general' } };
    rig.server.rest.set(`GET /v1/messages/${root.id}`, () => isRead.then(() => answer));
    return read;
  };

  beforeEach(async () => {
    rig = await createChatRig();
    rig.room.log = [root, reply(2), reply(3), message(4)];
    rig.server.rest.set(`GET /v1/messages/${root.id}`, () => ({
      status: 200,
      body: { message: toRest(root), room_slug: 'general' },
    }));
    room = await rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('has its own messages, which the room does not show', async () => {
    const thread = await open();
    expect(repliesIn(thread)).toEqual(['reply 2', 'reply 3']);
    expect(thread.state.get().root).toMatchObject({ id: root.id, thread: { replyCount: 2 } });
    const summary = { replyCount: 3, lastReplyAt: '2026-01-01T00:00:05.000Z' };
    tell('chat.message', reply(5, { thread: summary }));
    await until(thread.state, ({ messages }) => messages.length === 3);
    expect(texts(room)).toEqual(['message 1', 'message 4']);
    expect(thread.state.get().root?.thread).toEqual(summary);
    expect(room.state.get().messages[0]?.thread).toEqual(summary);
    // Of a message in it, the summary is not its own.
    expect(thread.state.get().messages[2]?.thread).toBeNull();
  });

  it('is read further back', async () => {
    rig.room.log = [root, reply(2), reply(3), reply(4)];
    rig.server.handlers.set('room.join', () => ({ ack: joined({ seq: 4 }) }));
    const thread = await open();
    expect(repliesIn(thread)).toEqual(['reply 3', 'reply 4']);
    expect(thread.state.get().hasOlder).toBe(true);
    await thread.loadOlder();
    expect(repliesIn(thread)).toEqual(['reply 2', 'reply 3', 'reply 4']);
    expect(thread.state.get().hasOlder).toBe(false);
  });

  it('takes what is written to it, once', async () => {
    const thread = await open();
    rig.server.handlers.set('chat.send', ({ threadRootId, clientMessageId, text }) => {
      return { ack: reply(5, { ...ann, threadRootId, clientMessageId, text } as Partial<ChatMessage>) };
    });
    thread.send('mine');
    await until(thread.state, ({ messages }) => messages.at(-1)?.status === 'sent');
    const { payload } = await rig.server.waitForRequest('chat.send');
    expect(payload).toMatchObject({ threadRootId: root.id, text: 'mine' });
    const own = { ...ann, text: 'mine' };
    const summary = { thread: { replyCount: 3 } };
    tell('chat.message', reply(5, { ...own, ...summary, clientMessageId: String(payload.clientMessageId) }));
    await until(thread.state, (state) => state.root?.thread?.replyCount === 3);
    expect(repliesIn(thread)).toEqual(['reply 2', 'reply 3', 'mine']);
    expect(texts(room)).toEqual(['message 1', 'message 4']);
  });

  it.each([
    ['its ack', ['ack', 'event']],
    ['what the log says of it', ['event', 'ack']],
  ])('shows what is written to it while it is still being read, also after %s', async (_what, order) => {
    const read = holdPage();
    const { promise: isAcked, resolve: ack } = Promise.withResolvers<void>();
    const own = { ...ann, text: 'mine' };
    rig.server.handlers.set('chat.send', ({ clientMessageId }) =>
      isAcked.then(() => ({ ack: reply(5, { ...own, clientMessageId: String(clientMessageId) }) })),
    );
    const thread = room.openThread(root.id);
    thread.send('mine');
    const shown: string[][] = [];
    thread.state.subscribe(() => shown.push(repliesIn(thread)));
    const { payload } = await rig.server.waitForRequest('chat.send');
    const clientMessageId = String(payload.clientMessageId);
    const steps = {
      ack: async () => {
        ack();
        await until(thread.state, ({ messages }) => messages[0]?.status === 'sent');
      },
      event: async () => {
        tell('chat.message', reply(5, { ...own, clientMessageId, thread: { replyCount: 3 } as never }));
        await until(room.state, ({ messages }) => messages[0]?.thread?.replyCount === 3);
      },
    };
    for (const name of order) await steps[name as keyof typeof steps]();
    expect(repliesIn(thread)).toEqual(['mine']);
    expect(thread.state.get().messages[0]?.thread).toBeNull();
    rig.room.log = [root, reply(2), reply(3), message(4), reply(5, { ...own, clientMessageId })];
    read();
    await until(thread.state, ({ status }) => status === 'ready');
    expect(repliesIn(thread)).toContain('mine');
    expect(shown.filter((texts) => texts.filter((text) => text === 'mine').length !== 1)).toEqual([]);
  });

  it.each([
    ['missed is told', { seq: 5, recovered: true }],
    ['missed is too much to tell', { seq: 5, recovered: false }],
  ])(
    'shows what is written to it while it is still being read, also where the line is lost with its ack, and what was %s',
    async (_what, how) => {
      const read = holdPage();
      let clientMessageId = '';
      rig.server.handlers.set('chat.send', (payload) => {
        const mine = reply(5, { ...ann, text: 'mine', clientMessageId: String(payload.clientMessageId) });
        if (clientMessageId !== '') return { ack: mine };
        clientMessageId = String(payload.clientMessageId);
        const missed = how.recovered ? [mine] : [];
        rig.server.handlers.set('room.join', () => ({ ack: joined({ ...how, missed }) }));
        rig.server.sockets.at(-1)?.terminate();
        return new Promise(() => {});
      });
      const thread = room.openThread(root.id);
      thread.send('mine');
      const shown: string[][] = [];
      thread.state.subscribe(() => shown.push(repliesIn(thread)));
      await rig.server.waitForRequest('room.join', 2);
      await until(thread.state, ({ messages }) => messages[0]?.status === 'sent');
      rig.room.log = [
        root,
        reply(2),
        reply(3),
        message(4),
        reply(5, { ...ann, text: 'mine', clientMessageId }),
      ];
      read();
      await until(thread.state, ({ status }) => status === 'ready');
      expect(shown.filter((texts) => texts.filter((text) => text === 'mine').length !== 1)).toEqual([]);
    },
  );

  it('is not read by who writes in it before it is shown', async () => {
    const read = holdPage();
    rig.server.handlers.set('chat.send', ({ clientMessageId, text }) => {
      const own = { ...ann, text, clientMessageId } as Partial<ChatMessage>;
      rig.room.log.push(reply(rig.room.log.length + 1, own));
      return { ack: rig.room.log.at(-1) };
    });
    const thread = room.openThread(root.id);
    thread.send('mine');
    await until(thread.state, ({ messages }) => messages[0]?.status === 'sent');
    thread.markRead(5);
    thread.send('more');
    await until(thread.state, ({ messages }) => messages[1]?.status === 'sent');
    expect(rig.requestsOf('chat.markThreadRead')).toEqual([]);
    read();
    await until(thread.state, ({ status }) => status === 'ready');
    thread.markRead(6);
    expect((await rig.server.waitForRequest('chat.markThreadRead')).payload).toMatchObject({ seq: 6 });
  });

  it('comes back as the room does, after what was missed was too much', async () => {
    const thread = await open();
    rig.room.log = [root, reply(2, { text: 'edited', revision: 6 }), message(4), reply(5)];
    rig.server.handlers.set('room.join', () => ({ ack: joined({ seq: 6 }) }));
    rig.server.sockets[0]?.terminate();
    await until(thread.state, ({ messages }) => messages[1]?.text === 'reply 5');
    expect(repliesIn(thread)).toEqual(['edited', 'reply 5']);
  });

  it('says why it cannot be shown', async () => {
    const thread = room.openThread(roomId);
    const { error } = await until(thread.state, ({ status }) => status === 'failed');
    expect(error).toMatchObject({ code: 'NotFound' });
    thread.close();
  });

  it('shows who writes in it, and follows nothing after it is closed', async () => {
    const thread = await open();
    tell('chat.typing', { roomSlug: 'general', threadRootId: root.id, ...bob });
    await until(thread.state, ({ typing }) => typing.length === 1);
    expect(room.state.get().typing).toEqual([]);
    thread.close();
    thread.close();
    const before = thread.state.get();
    tell('chat.message', reply(5));
    await rig.client.connection.request('ping', {});
    expect(thread.state.get()).toBe(before);
  });
});
