import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig } from '../../test/chat-rig.ts';
import { epoch, joined, message, roomId } from '../../test/fixtures.ts';
import { type ScriptedServer, user } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { OpenRoom } from '../types/room.ts';
import type { Client } from '../types.ts';

const mine = (fields: object = {}) =>
  message(1, { userId: user.id, userName: user.name, text: 'before', ...fields });

describe('changing messages', () => {
  let rig: ChatRig;
  let server: ScriptedServer;
  let client: Client;
  let room: OpenRoom;
  const tell = (type: string, payload: object) => server.sockets.at(-1)?.sendEvent(type, payload);
  const first = () => room.state.get().messages[0]!;
  const id = mine().id;

  beforeEach(async () => {
    rig = await createChatRig();
    ({ server, client } = rig);
    rig.room.log = [mine()];
    room = await rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('shows an edit at once, and until the log shows it', async () => {
    const edited = mine({ text: 'after', revision: 2, editedAt: '2026-01-01T00:00:01.000Z' });
    server.handlers.set('chat.edit', () => ({ ack: edited }));
    room.edit(id, 'after');
    expect(first()).toMatchObject({ text: 'after', change: { kind: 'edit', status: 'sending' } });
    await server.waitForRequest('chat.edit');
    await client.connection.request('ping', {});
    // The server has it, the log does not show it yet.
    expect(first()).toMatchObject({ text: 'after', change: { kind: 'edit', status: 'sending' } });
    tell('chat.messageChanged', { roomId, seq: 2, epoch, change: 'edited', message: edited });
    await until(room.state, ({ messages }) => messages[0]?.change === null);
    expect(first()).toMatchObject({ text: 'after', editedAt: '2026-01-01T00:00:01.000Z' });
  });

  it('takes back what the server refuses, and says why; it can be tried again or let be', async () => {
    server.handlers.set('chat.edit', () => ({ nack: { code: 'Forbidden', message: 'Too late' } }));
    room.edit(id, 'after');
    await until(room.state, ({ messages }) => messages[0]?.change?.status === 'failed');
    expect(first()).toMatchObject({
      text: 'before',
      status: 'sent',
      change: { kind: 'edit', text: 'after', error: { code: 'Forbidden' } },
    });
    const edited = mine({ text: 'after', revision: 1 });
    server.handlers.set('chat.edit', () => ({ ack: edited }));
    room.retry(first().key);
    await server.waitForRequest('chat.edit', 2);
    await until(room.state, ({ messages }) => messages[0]?.change === null);
    server.handlers.set('chat.delete', () => ({ nack: { code: 'Forbidden', message: 'No' } }));
    room.delete(id);
    expect(first()).toMatchObject({ isDeleted: true, text: '' });
    await until(room.state, ({ messages }) => messages[0]?.change?.status === 'failed');
    expect(first()).toMatchObject({ isDeleted: false, text: 'before' });
    room.discard(first().key);
    expect(first().change).toBeNull();
  });

  it('waits while there is no connection, and goes out in order when there is one', async () => {
    const asked: string[] = [];
    server.handlers.set('chat.edit', ({ text }) => {
      asked.push(`edit ${text}`);
      return { ack: mine({ text, revision: 2 }) };
    });
    server.handlers.set('chat.pin', ({ isPinned }) => {
      asked.push(`pin ${isPinned}`);
      return { ack: mine({ revision: 3 }) };
    });
    server.script.greet = false;
    server.sockets[0]?.terminate();
    await until(client.connection.state, ({ status }) => status !== 'online');
    room.edit(id, 'offline');
    room.pin(id, true);
    expect(first()).toMatchObject({ text: 'offline', change: { status: 'waiting' } });
    expect(first().pinnedAt).not.toBeNull();
    const now = mine({ text: 'offline', revision: 3, pinnedAt: '2026-01-01T00:00:02.000Z' });
    server.handlers.set('room.join', () => ({ ack: joined({ seq: 3, recovered: true, missed: [now] }) }));
    server.script.greet = true;
    await server.waitForSocket(2);
    server.sockets[1]?.terminate();
    await until(room.state, ({ messages }) => messages[0]?.change === null);
    expect(asked).toEqual(['edit offline', 'pin true']);
    expect(first()).toMatchObject({ text: 'offline', pinnedAt: '2026-01-01T00:00:02.000Z' });
  });

  it('shows no preview that was taken away, at once, and shows it again where the server refuses', async () => {
    const previews = ['a', 'b'].map((name) => ({ url: `https://${name}.example`, title: name }));
    const [a, b] = previews;
    const told = { roomId, seq: 2, epoch, change: 'previewed' };
    tell('chat.messageChanged', { ...told, message: mine({ revision: 2, previews }) });
    await until(room.state, ({ messages }) => messages[0]?.previews.length === 2);
    server.handlers.set('chat.dismissPreview', () => ({ nack: { code: 'Forbidden', message: 'No' } }));
    room.dismissPreview(id, a!.url);
    expect(first()).toMatchObject({ previews: [b], change: { kind: 'dismissPreview', status: 'sending' } });
    await until(room.state, ({ messages }) => messages[0]?.change?.status === 'failed');
    expect(first().previews).toEqual(previews);
    // What is about another link does not make up for it.
    const left = mine({ revision: 3, previews: [a] });
    server.handlers.set('chat.dismissPreview', ({ url }) =>
      url === b!.url ? { ack: left } : { nack: { code: 'Forbidden', message: 'No' } },
    );
    room.dismissPreview(id, b!.url);
    await server.waitForRequest('chat.dismissPreview', 2);
    tell('chat.messageChanged', { ...told, seq: 3, message: left });
    await until(room.state, ({ messages }) => messages[0]?.previews.length === 1);
    expect(first()).toMatchObject({ previews: [a], change: { kind: 'dismissPreview', status: 'failed' } });
  });

  it('counts a reaction of mine at once, and once', async () => {
    const seen: (number | undefined)[] = [];
    const unsubscribe = room.state.subscribe(() => seen.push(first().reactions[0]?.count));
    server.handlers.set('chat.react', ({ messageId, emoji, isSet }) => ({
      ack: { messageId, emoji, isSet, count: 1, revision: 2 },
    }));
    room.react(id, '👍', true);
    expect(first().reactions).toEqual([{ emoji: '👍', count: 1, isMine: true }]);
    await server.waitForRequest('chat.react');
    const state = { messageId: id, emoji: '👍', isSet: true, count: 1 };
    tell('chat.reactionChanged', {
      roomId,
      seq: 2,
      epoch,
      ...state,
      userId: user.id,
      userName: user.name,
    });
    await until(room.state, ({ messages }) => messages[0]?.change === null);
    expect(first().reactions).toEqual([{ emoji: '👍', count: 1, isMine: true }]);
    unsubscribe();
    expect(new Set(seen)).toEqual(new Set([1]));
  });

  it('is waited for before the room is left', async () => {
    let answer: ((answer: { ack: unknown }) => void) | undefined;
    server.handlers.set('chat.delete', () => new Promise((resolve) => (answer = resolve)));
    room.delete(id);
    room.close();
    await server.waitForRequest('chat.delete');
    await client.connection.request('ping', {});
    expect(rig.requestsOf('room.leave')).toHaveLength(0);
    answer?.({ ack: mine({ revision: 2, deletedAt: '2026-01-01T00:00:01.000Z' }) });
    await server.waitForRequest('room.leave');
  });
});
