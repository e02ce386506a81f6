import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { texts } from '../../test/chat-rig.ts';
import { message } from '../../test/fixtures.ts';
import {
  createOutboxRig,
  createSlowOutbox,
  enter,
  entry,
  holdJoins,
  type OutboxRig,
} from '../../test/outbox-rig.ts';
import { user, uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import { createClient } from '../client.ts';
import type { OutboxStorage, OutboxTurnListener } from '../types/outbox.ts';
import { createMemoryOutbox } from './memory-outbox.ts';

const file = { id: uuid(50), name: 'a.txt', mediaType: 'text/plain', sizeBytes: 1, hasThumbnail: false };

describe('the outbox', () => {
  let rig: OutboxRig;
  const written = () => rig.written();
  const start = (outbox: OutboxStorage) => rig.start(outbox);
  beforeEach(async () => {
    rig = await createOutboxRig();
  });
  afterEach(() => rig.close());

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

  it('keeps changes of messages over visits, shows them, and sends them in order with what is written', async () => {
    const storage = createMemoryOutbox();
    const asked: string[] = [];
    const mine = (fields: object = {}) => message(1, { userId: user.id, userName: user.name, ...fields });
    rig.room.log = [mine()];
    const first = await start(storage);
    let room = await enter(first);
    rig.server.script.greet = false;
    rig.server.sockets.at(-1)?.terminate();
    await until(first.connection.state, ({ status }) => status !== 'online');
    room.send('before it');
    room.edit(mine().id, 'after');
    room.react(mine().id, '👍', true);
    room.send('after it');
    first.close();
    for (const type of ['chat.send', 'chat.edit', 'chat.react']) {
      const answer = rig.server.handlers.get(type);
      rig.server.handlers.set(type, async ({ text = '', ...payload }, socket) => {
        asked.push(`${type} ${text}`.trim());
        return answer?.({ text, ...payload }, socket) ?? { ack: mine({ text: 'after', revision: 1 }) };
      });
    }
    rig.server.script.greet = true;
    const release = holdJoins(rig);
    room = (await start(storage)).rooms.open('general');
    await until(room.state, ({ messages }) => messages.length === 3);
    expect(room.state.get().messages[0]).toMatchObject({
      text: 'after',
      reactions: [{ emoji: '👍', count: 1, isMine: true }],
      change: { kind: 'react', status: 'waiting' },
    });
    release();
    await until(room.state, ({ messages }) => messages.at(-1)?.status === 'sent');
    expect(asked).toEqual(['chat.send before it', 'chat.edit after', 'chat.react', 'chat.send after it']);
    expect(await storage.load(user.id)).toEqual([]);
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

  it('asks its writer again about what has waited for more than a week, and drops nothing of theirs', async () => {
    const storage = createMemoryOutbox();
    const createdAt = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000).toISOString();
    await storage.save(entry('old', { createdAt }));
    await storage.save(entry('theirs', { createdAt, userId: uuid(7) }));
    const room = await enter(await start(storage));
    expect(await storage.load(uuid(7))).toEqual([]);
    expect(room.state.get().messages).toMatchObject([{ key: 'old', status: 'failed', isExpired: true }]);
    expect(written()).toEqual([]);
    room.retry('old');
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect(written()).toEqual(['old']);
  });

  it('sends a message without its files where these are not there any more', async () => {
    const storage = createMemoryOutbox();
    const answer = rig.server.handlers.get('chat.send')!;
    rig.server.handlers.set('chat.send', (payload, socket) =>
      payload.attachmentIds
        ? { nack: { code: 'NotFound', message: 'An attachment is not there any more' } }
        : answer(payload, socket),
    );
    const taken = Promise.withResolvers<void>();
    rig.server.rest.set(`DELETE /v1/attachments/${file.id}`, () => {
      taken.resolve();
      return { status: 200, body: { ok: true } };
    });
    await storage.save(entry('with a file', { attachments: [file] }));
    const room = await enter(await start(storage));
    await until(room.state, ({ messages }) => messages[0]?.status === 'failed');
    room.retry('with a file', { withoutAttachments: true });
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect(written()).toEqual(['with a file']);
    // Of several, not all need to be gone.
    await taken.promise;
  });

  it('takes back what was uploaded for what is erased', async () => {
    const storage = createMemoryOutbox();
    const asked: string[] = [];
    for (const id of [file.id, uuid(51)]) {
      rig.server.rest.set(`DELETE /v1/attachments/${id}`, () => {
        asked.push(id);
        return id === file.id ? { status: 200, body: { ok: true } } : { status: 503, body: {} };
      });
    }
    holdJoins(rig);
    await storage.save(entry('words alone'));
    await storage.save(entry('with files', { order: 2, attachments: [file, { ...file, id: uuid(51) }] }));
    const client = await start(storage);
    await until(client.unsent.state, (entries) => entries.length === 2);
    await client.unsent.erase();
    expect([asked, client.unsent.state.get()]).toEqual([[file.id, uuid(51)], []]);
  });

  it('is known while the session is being restored, and sends when it is', async () => {
    const storage = createMemoryOutbox();
    await storage.save(entry('of before'));
    const { rest, baseUrl } = rig.server;
    rest.set('POST /v1/auth/refresh', () => ({ status: 503, body: { error: 'Unavailable' } }));
    const other = rig.own(
      createClient({
        ...{ baseUrl, outbox: storage, session: 'cookie', random: () => 0 },
        storage: { load: () => `by cookie: ${user.id}`, save: () => undefined },
      }),
    );
    await until(other.auth.state, ({ error }) => error !== null);
    expect(other.unsent.state.get()).toMatchObject([{ key: 'of before', refusal: null }]);
    const signedIn = { user, token: 'secret-token', expires_in_ms: 900_000 };
    rest.set('POST /v1/auth/refresh', () => ({ status: 200, body: signedIn }));
    other.auth.restoreNow();
    await until(other.unsent.state, (entries) => entries.length === 0);
    expect(written()).toEqual(['of before']);
  });

  it('says in all rooms what is unsent, and erases it', async () => {
    const storage = createMemoryOutbox();
    await storage.save(entry('theirs', { userId: uuid(7) }));
    const client = await start(storage);
    rig.server.handlers.set('chat.send', () => null);
    client.rooms.open('kitchen').send('there');
    client.rooms.open('general').send('here');
    expect(client.unsent.state.get()).toMatchObject([{ text: 'there' }, { text: 'here' }]);
    client.unsent.erase();
    expect(client.unsent.state.get()).toEqual([]);
    expect(await storage.load(user.id)).toEqual([]);
    expect(await storage.load(uuid(7))).toHaveLength(1);
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
