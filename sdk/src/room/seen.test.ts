import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epoch, joined, message, roomId, roomOf } from '../../test/fixtures.ts';
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
  const start = async (storage = outbox().storage): Promise<Client> => {
    const client = await rig.start(storage);
    await until(client.rooms.state, ({ status }) => status === 'ready');
    return client;
  };

  it('is what the server knows to be read, however much has come since that nobody looked at', async () => {
    const room = await enter(await start());
    room.markRead(1);
    room.send('unseen');
    await written(room);
    expect(sent()).toEqual({ unseen: 2 });
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

  it('is kept with what waits, and stays what it was however long that takes', async () => {
    const { storage, kept } = outbox();
    const client = await start(storage);
    const room = await enter(client);
    room.markRead(4);
    await goOffline(client);
    await new Promise<void>((resolve) => room.send('on the train', resolve));
    expect(kept().map(({ seenSeq }) => seenSeq)).toEqual([4]);
    client.close();
    rig.room.log.push(message(5));
    rig.server.script.greet = true;
    rig.server.handlers.set('room.join', () => ({ ack: joined({ seq: 5 }) }));
    await start(storage);
    await expect.poll(() => sent()).toEqual({ 'on the train': 4 });
  });

  it('is left out of what an earlier build kept, and where nothing is known', async () => {
    const { storage } = outbox();
    await storage.save(entry('earlier'));
    rig.server.rest.set('GET /v1/rooms', () => ({
      status: 200,
      body: { rooms: [{ ...roomOf(10, 'general'), message_count: 4 }] },
    }));
    const client = await start(storage);
    const room = await enter(client);
    client.rooms.open('kitchen').markRead(1);
    room.send('never read');
    await expect.poll(() => rig.written()).toContain('never read');
    const asked = rig.requestsOf('chat.send').map(({ payload }) => 'seenSeq' in payload);
    expect(asked).toEqual([false, false]);
  });

  it('is nothing of a client that never says what is read, as a bot, and of any room once it does', async () => {
    rig.server.rest.set('GET /v1/rooms', () => {
      const rooms = [roomOf(10, 'general'), roomOf(11, 'kitchen')];
      return {
        status: 200,
        body: { rooms: rooms.map((of) => ({ ...of, read: { seq: 2, message_count: 2 } })) },
      };
    });
    const client = await start();
    const room = await enter(client);
    room.send('of a bot');
    await written(room);
    const kitchen = client.rooms.open('kitchen');
    kitchen.markRead(1);
    room.send('of a reader');
    await written(room);
    kitchen.close();
    expect(sent()).toEqual({ 'of a bot': undefined, 'of a reader': 2 });
  });

  it('is of a thread what was seen of the thread, or as much as the server knows', async () => {
    const { storage, kept } = outbox();
    const client = await start(storage);
    const room = await enter(client);
    room.markRead(4);
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

  it('is of a thread up to what others have written since that was not looked at', async () => {
    const client = await start();
    const room = await enter(client);
    room.markRead(1);
    const reply = (seq: number) => message(seq, { threadRootId: root.id });
    for (const seq of [5, 6]) {
      rig.server.sockets.at(-1)?.sendEvent('chat.message', { ...reply(seq), epoch });
    }
    await until(room.state, ({ unreadThreads }) => unreadThreads[root.id] === 2);
    room.send({ text: 'from afar', threadRootId: root.id });
    await expect.poll(() => sent()).toEqual({ 'from afar': 4 });
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
