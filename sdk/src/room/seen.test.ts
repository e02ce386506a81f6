import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bob, epoch, joined, message, roomId, roomOf } from '../../test/fixtures.ts';
import { createOutboxRig, createSlowOutbox, enter, entry, type OutboxRig } from '../../test/outbox-rig.ts';
import { until } from '../../test/until.ts';
import type { Client, OpenRoom } from '../types.ts';

const root = message(1, { thread: { replyCount: 2 } });

describe('what is noted to have been seen when something is written', () => {
  let rig: OutboxRig;
  const outbox = () => createSlowOutbox();
  const marks = () => rig.requestsOf('chat.markRead').map(({ payload }) => payload.seq);
  /** What messages that were sent say of it, by their texts. */
  const sent = () =>
    Object.fromEntries(rig.requestsOf('chat.send').map(({ payload }) => [payload.text, payload.seenSeq]));
  const goOffline = async (client: Client) => {
    rig.server.script.greet = false;
    rig.server.sockets.at(-1)?.terminate();
    await until(client.connection.state, ({ status }) => status !== 'online');
  };
  const written = (room: OpenRoom) =>
    until(room.state, ({ messages }) => messages.every(({ status }) => status === 'sent'));

  beforeEach(async () => {
    rig = await createOutboxRig();
    rig.room.log = [root, message(2), message(3), message(4)];
    rig.server.rest.set('GET /v1/rooms', () => ({
      status: 200,
      body: { rooms: [{ ...roomOf(10, 'general'), message_count: 4, read: { seq: 2, message_count: 2 } }] },
    }));
    rig.server.handlers.set('chat.markRead', ({ seq }) => ({
      ack: { roomId, roomSlug: 'general', seq, messageCount: seq, unreadMentionCount: 0 },
    }));
  });
  afterEach(() => rig.close());

  /** With the list of rooms, which says up to where each was read. */
  const start = async (storage = outbox().storage, marksRead = true): Promise<Client> => {
    const client = await rig.start(storage, { marksRead });
    await until(client.rooms.state, ({ status }) => status === 'ready');
    return client;
  };

  it('is what the server knows to be read, however much has come since that nobody looked at', async () => {
    const room = await enter(await start());
    room.send('unseen');
    await written(room);
    expect(sent()).toEqual({ unseen: 2 });
  });

  it('is not what stands behind messages that were not shown: the newest of them are on their way', async () => {
    const client = await start();
    const { promise: isRead, resolve: read } = Promise.withResolvers<void>();
    const path = 'GET /v1/rooms/general/messages';
    const answer = rig.server.rest.get(path);
    rig.server.rest.set(path, async (request) => {
      await isRead;
      return answer?.(request) ?? { status: 404, body: {} };
    });
    const room = client.rooms.open('general');
    await until(room.state, ({ status }) => status === 'joined');
    room.send('mine');
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    room.markRead(5);
    room.send('more');
    await until(room.state, ({ messages }) => messages[1]?.status === 'sent');
    expect(sent()).toEqual({ mine: 2, more: 2 });
    expect(marks()).toEqual([]);
    read();
    await until(room.state, ({ loadingOlder }) => !loadingOlder);
    room.markRead(6);
    room.send('at the end');
    await written(room);
    expect(sent()).toMatchObject({ 'at the end': 6 });
    expect(marks()).toEqual([6]);
  });

  it('is what the reader has before their eyes, also where that is not said yet', async () => {
    const room = await enter(await start());
    room.markRead(3);
    room.markRead(4);
    room.send('at the end');
    await written(room);
    expect(sent()).toEqual({ 'at the end': 4 });
    expect(marks()).toEqual([3]);
  });

  it('is all of the log where nothing of others is left to be read in it', async () => {
    const room = await enter(await start());
    await until(room.state, ({ messages }) => messages.length === 2);
    room.markRead(4);
    room.send('one');
    await written(room);
    const reaction = { ...bob, emoji: '👍', isSet: true, count: 1, messageId: message(4).id };
    rig.server.sockets.at(-1)?.sendEvent('chat.reactionChanged', { roomId, seq: 6, epoch, ...reaction });
    await until(room.state, ({ messages }) => (messages[1]?.reactions.length ?? 0) > 0);
    room.send('two');
    await written(room);
    expect(sent()).toEqual({ one: 4, two: 6 });
  });

  it('is kept with what waits, and stays what it was however long that takes', async () => {
    const { storage, kept } = outbox();
    const client = await start(storage);
    const room = await enter(client);
    room.markRead(4);
    await goOffline(client);
    await new Promise<void>((resolve) => room.send('on the train', resolve));
    expect(kept().map(({ seenSeq, epoch: of }) => [seenSeq, of])).toEqual([[4, epoch]]);
    client.close();
    rig.room.log.push(message(5));
    rig.server.script.greet = true;
    rig.server.handlers.set('room.join', () => ({ ack: joined({ seq: 5 }) }));
    await start(storage);
    await expect.poll(() => sent()).toEqual({ 'on the train': 4 });
    expect(rig.requestsOf('chat.send').map(({ payload }) => payload.epoch)).toEqual([epoch]);
  });

  it('is nothing where nothing is known: the server goes by its own mark', async () => {
    rig.server.rest.set('GET /v1/rooms', () => ({
      status: 200,
      body: { rooms: [{ ...roomOf(10, 'general'), message_count: 4 }] },
    }));
    const client = await start();
    await goOffline(client);
    const room = client.rooms.open('general');
    room.send('before anything came');
    rig.server.script.greet = true;
    client.connection.reconnectNow();
    await expect.poll(() => sent()).toEqual({ 'before anything came': 0 });
    room.close();
  });

  it('is left out of what an earlier build kept, and by a client that never says what is read', async () => {
    const { storage } = outbox();
    await storage.save(entry('earlier'));
    const room = await enter(await start(storage));
    await expect.poll(() => rig.written()).toContain('earlier');
    const bot = await enter(await start(undefined, false));
    bot.markRead(3);
    bot.send('of a bot');
    await written(bot);
    room.close();
    const asked = rig
      .requestsOf('chat.send')
      .map(({ payload }) => ['seenSeq' in payload, 'epoch' in payload]);
    expect(asked).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  it('is of a thread what was seen of the thread, or as much as the server knows', async () => {
    const { storage, kept } = outbox();
    const client = await start(storage);
    const room = await enter(client);
    const thread = room.openThread(root.id);
    await goOffline(client);
    const send = (text: string) => new Promise<void>((resolve) => thread.send(text, resolve));
    await send('unknown');
    thread.markRead(3);
    await send('seen');
    await new Promise<void>((resolve) => room.send({ text: 'from afar', threadRootId: root.id }, resolve));
    expect(kept().map(({ text, seenSeq }) => [text, seenSeq])).toEqual([
      ['unknown', 0],
      ['seen', 3],
      ['from afar', 3],
    ]);
    thread.close();
  });

  it('is of a thread what the server says of it, and nothing that is made up of what came since', async () => {
    const client = await start();
    const room = await enter(client);
    const reply = (seq: number) => message(seq, { threadRootId: root.id });
    const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
    for (const seq of [5, 6]) tell('chat.message', { ...reply(seq), epoch });
    await until(room.state, ({ unreadThreads }) => unreadThreads[root.id] === 2);
    room.send({ text: 'from afar', threadRootId: root.id });
    await expect.poll(() => sent()).toEqual({ 'from afar': 0 });
    // Further back than what was made up.
    tell('chat.threadReadChanged', {
      ...{ roomId, roomSlug: 'general', threadRootId: root.id },
      ...{ seq: 3, unreadCount: 2 },
    });
    await client.connection.request('ping', {});
    room.send({ text: 'later', threadRootId: root.id });
    await expect.poll(() => sent()).toEqual({ 'from afar': 0, later: 3 });
  });

  it('is said to the server when the room is left within a second of it', async () => {
    const client = await start();
    const room = await enter(client);
    room.markRead(3);
    room.markRead(4);
    room.close();
    await rig.server.waitForRequest('room.leave');
    expect(marks()).toEqual([3, 4]);
    await until(client.rooms.state, ({ rooms }) => rooms[0]?.readSeq === 4);
  });
});
