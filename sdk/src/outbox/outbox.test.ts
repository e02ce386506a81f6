import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ChatRig, createChatRig, texts } from '../../test/chat-rig.ts';
import { message } from '../../test/fixtures.ts';
import { user, uuid } from '../../test/scripted-server.ts';
import { createSignedInClient } from '../../test/signed-in.ts';
import { until } from '../../test/until.ts';
import type { OutboxEntry, OutboxStorage, OutboxTurn, OutboxTurnListener } from '../types/outbox.ts';
import type { Client, OpenRoom } from '../types.ts';
import { createMemoryOutbox } from './memory-outbox.ts';

/** Answers as a database does: later, and in the order it was asked. */
const createSlowOutbox = () => {
  const memory = createMemoryOutbox();
  const asked: string[] = [];
  const later = async <T>(name: string, ask: () => T): Promise<Awaited<T>> => {
    asked.push(name);
    await new Promise((resolve) => setTimeout(resolve, 1));
    return await ask();
  };
  const storage: OutboxStorage = {
    load: (userId) => later('load', () => memory.load(userId)),
    save: (entry) => later(`save ${entry.text}`, () => memory.save(entry)),
    remove: (key) => later('remove', () => memory.remove(key)),
    dropBefore: (timeMs) => later('dropBefore', () => memory.dropBefore(timeMs)),
  };
  return { storage, asked, kept: () => memory.load(user.id) as OutboxEntry[] };
};

const entry = (key: string, fields: Partial<OutboxEntry> = {}): OutboxEntry => ({
  key,
  userId: user.id,
  roomSlug: 'general',
  order: 1,
  createdAt: new Date().toISOString(),
  text: key,
  refusal: null,
  ...fields,
});

/** A turn that a test gives: whoever asks for it waits. */
const turnOf =
  (turns: { listener: OutboxTurnListener | null }) =>
  (_userId: string, listener: OutboxTurnListener): OutboxTurn => {
    turns.listener = listener;
    return { take: () => undefined, announce: () => undefined, leave: () => undefined };
  };

/** Lets whatever was answered be told. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('the outbox', () => {
  let rig: ChatRig;
  let other: Client | null;
  const written = () => rig.room.log.map(({ text }) => text);
  const start = async (outbox: OutboxStorage): Promise<Client> => {
    other = await createSignedInClient(rig.server, { outbox });
    return other;
  };

  const enter = async (client: Client): Promise<OpenRoom> => {
    const room = client.rooms.open('general');
    await until(room.state, ({ status, loadingOlder }) => status === 'joined' && !loadingOlder);
    return room;
  };

  beforeEach(async () => {
    rig = await createChatRig();
    rig.client.close();
    other = null;
  });
  afterEach(async () => {
    other?.close();
    await rig.close();
  });

  it('sends what an earlier visit left, in the order it was written, though no page has the room open', async () => {
    const { storage, kept } = createSlowOutbox();
    await storage.save(entry('second', { order: 2 }));
    await storage.save(entry('first', { order: 1 }));
    await storage.save(entry('elsewhere', { order: 3, roomSlug: 'kitchen' }));
    await start(storage);
    await expect.poll(() => written()).toHaveLength(3);
    expect(written().filter((text) => text !== 'elsewhere')).toEqual(['first', 'second']);
    expect(rig.requestsOf('chat.send').map(({ payload }) => payload.clientMessageId)).toContain('first');
    await rig.server.waitForRequest('room.leave', 2);
    await expect.poll(kept).toEqual([]);
  });

  it('keeps a message while it is on its way, and until the server has it', async () => {
    const { storage, asked, kept } = createSlowOutbox();
    const client = await start(storage);
    const room = await enter(client);
    const answer = rig.server.handlers.get('chat.send')!;
    rig.server.handlers.set('chat.send', () => null);
    await new Promise<void>((resolve) => room.send('hello', resolve));
    expect(kept().map(({ text }) => text)).toEqual(['hello']);
    expect(room.state.get().messages).toMatchObject([{ text: 'hello', status: 'sending' }]);
    rig.server.handlers.set('chat.send', answer);
    rig.server.sockets.at(-1)?.terminate();
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    await expect.poll(kept).toEqual([]);
    expect(asked).toContain('save hello');
  });

  it('sends once what was on its way when the page was closed', async () => {
    const { storage, kept } = createSlowOutbox();
    const first = await start(storage);
    const room = first.rooms.open('general');
    await until(room.state, ({ status, loadingOlder }) => status === 'joined' && !loadingOlder);
    const answer = rig.server.handlers.get('chat.send')!;
    rig.server.handlers.set('chat.send', (payload, socket) => {
      // Committed, and the page is gone before it hears of it.
      answer(payload, socket);
      return null;
    });
    room.send('once only');
    await rig.server.waitForRequest('chat.send');
    first.close();
    rig.server.handlers.set('chat.send', answer);
    await start(storage);
    await expect.poll(kept).toEqual([]);
    expect(written()).toEqual(['once only']);
  });

  it('neither sends nor shows what another person has written', async () => {
    const storage = createMemoryOutbox();
    await storage.save(entry('theirs', { userId: uuid(7) }));
    const client = await start(storage);
    const room = client.rooms.open('general');
    await until(room.state, ({ status, loadingOlder }) => status === 'joined' && !loadingOlder);
    expect(texts(room)).toEqual([]);
    expect(written()).toEqual([]);
    expect(await storage.load(uuid(7))).toHaveLength(1);
  });

  it('drops what nobody came back for in a week', async () => {
    const storage = createMemoryOutbox();
    const old = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000).toISOString();
    await storage.save(entry('old', { createdAt: old }));
    await start(storage);
    expect(await storage.load(user.id)).toEqual([]);
    expect(written()).toEqual([]);
  });

  it('shows what a message answers before the server has it', async () => {
    rig.room.log = [message(1)];
    const client = await start(createMemoryOutbox());
    const room = client.rooms.open('general');
    await until(room.state, ({ messages }) => messages.length === 1);
    room.send({ text: 'yes', replyTo: message(1).id });
    expect(room.state.get().messages[1]).toMatchObject({
      replyTo: { messageId: message(1).id, seq: 1, userName: 'Bob', text: 'message 1', isDeleted: false },
    });
    const { payload } = await rig.server.waitForRequest('chat.send');
    expect(payload).toMatchObject({ text: 'yes', replyTo: message(1).id });
    expect(payload).not.toHaveProperty('quotation');
  });

  it('keeps a refusal over visits, with its reason, until it is tried again', async () => {
    const storage = createMemoryOutbox();
    const refusal = { code: 'Forbidden', message: 'Read only' } as const;
    await storage.save(entry('refused', { refusal }));
    const client = await start(storage);
    const room = client.rooms.open('general');
    const { messages } = await until(room.state, (state) => state.messages.length === 1);
    expect(messages).toMatchObject([{ key: 'refused', status: 'failed', error: refusal }]);
    room.retry('refused');
    await until(room.state, (state) => state.messages[0]?.status === 'sent');
    expect(await storage.load(user.id)).toEqual([]);
  });

  it('says why nothing can be sent to a room that may not be entered, and does not ask again', async () => {
    const storage = createMemoryOutbox();
    await storage.save(entry('too late'));
    rig.server.handlers.set('room.join', () => ({ nack: { code: 'Forbidden', message: 'Members only' } }));
    await start(storage);
    await expect
      .poll(async () => (await storage.load(user.id))[0]?.refusal)
      .toEqual({ code: 'Forbidden', message: 'Members only' });
    expect(rig.requestsOf('chat.send')).toEqual([]);
  });

  it('goes on in memory where nothing can be kept', async () => {
    const fail = () => Promise.reject(new Error('The disk is full'));
    const client = await start({ load: fail, save: fail, remove: fail, dropBefore: fail });
    const room = await enter(client);
    room.send('hello');
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect(written()).toEqual(['hello']);
  });

  it('keeps in memory, and sends, what could not be kept, whatever the storage says of it later', async () => {
    const memory = createMemoryOutbox();
    const save = () => Promise.reject(new Error('The disk is full'));
    const turns = { listener: null as OutboxTurnListener | null };
    const client = await start({ ...memory, save, enterTurn: turnOf(turns) });
    const room = await enter(client);
    const safe: string[] = [];
    room.send('hello', () => safe.push('hello'));
    turns.listener?.onChanged();
    await settle();
    turns.listener?.onChanged();
    await settle();
    expect([texts(room), safe]).toEqual([['hello'], []]);
    turns.listener?.onTurn();
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect([written(), safe]).toEqual([['hello'], ['hello']]);
  });

  it('sends though the storage never answers', async () => {
    const never = () => new Promise<never>(() => undefined);
    const client = await start({ load: never, save: never, remove: never, dropBefore: never });
    const room = await enter(client);
    let isKept = false;
    room.send('hello', () => {
      isKept = true;
    });
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect(isKept).toBe(true);
    expect(written()).toEqual(['hello']);
  });

  it('shows what an earlier visit left as soon as a storage that hung answers', async () => {
    const memory = createMemoryOutbox();
    await memory.save(entry('found late'));
    let answer = (): void => undefined;
    const hung = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const load = async (userId: string) => {
      await hung;
      return memory.load(userId);
    };
    const client = await start({ ...memory, load });
    const room = await enter(client);
    room.send('at once');
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    answer();
    await expect.poll(written).toEqual(['at once', 'found late']);
  });

  it('goes on though somebody who looks at it throws', async () => {
    const { storage } = createSlowOutbox();
    const client = await start(storage);
    const room = await enter(client);
    const thrown = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
    const unsubscribe = room.state.subscribe(() => {
      throw new Error('A mistake of whoever looks');
    });
    room.send('one');
    room.send('two');
    await expect.poll(written).toEqual(['one', 'two']);
    expect(thrown).toHaveBeenCalled();
    unsubscribe();
    thrown.mockRestore();
  });

  it('leaves the sending to the page that has the turn, and takes the turn where somebody writes', async () => {
    const memory = createMemoryOutbox();
    const turns = { taken: 0, announced: 0, listener: null as OutboxTurnListener | null };
    await memory.save(entry('by the other page'));
    const client = await start({
      ...memory,
      enterTurn: (_userId, listener) => {
        turns.listener = listener;
        const take = () => {
          turns.taken += 1;
          listener.onTurn();
        };
        return { take, announce: () => (turns.announced += 1), leave: () => undefined };
      },
    });
    const room = client.rooms.open('general');
    await until(room.state, ({ status, loadingOlder }) => status === 'joined' && !loadingOlder);
    expect(room.state.get().messages).toMatchObject([{ text: 'by the other page', status: 'waiting' }]);
    expect(rig.requestsOf('chat.send')).toEqual([]);
    // The other page has sent it.
    await memory.remove('by the other page');
    turns.listener?.onChanged();
    expect(texts(room)).toEqual([]);
    room.send('mine');
    expect(turns.taken).toBe(1);
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect(turns.announced).toBeGreaterThan(0);
    turns.listener?.onTurnLost();
    await memory.save(entry('again by the other'));
    turns.listener?.onChanged();
    await client.connection.request('ping', {});
    expect(written()).toEqual(['mine']);
  });
});
