import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig, texts } from '../../test/chat-rig.ts';
import { bob, epoch, joined, message, roomId } from '../../test/fixtures.ts';
import { type ScriptedServer, user, uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { OpenRoom, RoomState } from '../types/room.ts';
import type { Client } from '../types.ts';

describe('what a room’s log tells', () => {
  let rig: ChatRig;
  let server: ScriptedServer;
  let client: Client;
  let room: OpenRoom;
  const tell = (type: string, payload: object) => server.sockets.at(-1)?.sendEvent(type, payload);
  const changed = (seq: number, change: string, fields: object) =>
    tell('chat.messageChanged', {
      roomId,
      seq,
      epoch,
      change,
      message: { ...message(1, { revision: seq }), ...fields },
    });
  const reacted = (seq: number, count: number, person = bob) =>
    tell('chat.reactionChanged', {
      roomId,
      seq,
      epoch,
      messageId: message(1).id,
      emoji: '👍',
      isSet: true,
      count,
      ...person,
    });
  /** Whatever was sent before has been read when this is answered. */
  const settle = () => client.connection.request('ping', {});
  const first = () => room.state.get().messages[0];

  beforeEach(async () => {
    rig = await createChatRig();
    ({ server, client } = rig);
    rig.room.log = [message(1)];
    room = await rig.open();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('waits for what precedes it, and comes into effect in order', async () => {
    tell('chat.message', message(4));
    reacted(3, 1);
    await settle();
    expect(texts(room)).toEqual(['message 1']);
    expect(first()?.reactions).toEqual([]);
    changed(2, 'edited', { text: 'edited', editedAt: '2026-01-01T00:00:01.000Z' });
    await until(room.state, ({ messages }) => messages.length === 2);
    expect(first()).toMatchObject({
      text: 'edited',
      editedAt: '2026-01-01T00:00:01.000Z',
      reactions: [{ emoji: '👍', count: 1, isMine: false }],
    });
    expect(rig.requestsOf('room.join')).toHaveLength(1);
  });

  it('is asked for again where something is missing, and the room does not flicker', async () => {
    const seen: RoomState[] = [];
    room.state.subscribe(() => seen.push(room.state.get()));
    const missed = [message(2), message(3)];
    server.handlers.set('room.join', () => ({ ack: joined({ seq: 3, recovered: true, missed }) }));
    tell('chat.message', message(3));
    const again = await server.waitForRequest('room.join', 2);
    expect(again.payload).toMatchObject({ afterSeq: 1, epoch });
    await until(room.state, ({ messages }) => messages.length === 3);
    expect(texts(room)).toEqual(['message 1', 'message 2', 'message 3']);
    for (const state of seen) {
      expect(state).toMatchObject({ status: 'joined', loadingOlder: false });
      expect(state.messages.length).toBeGreaterThan(0);
    }
  });

  it('is asked for at once where the server says that it stands further on', async () => {
    server.handlers.set('room.join', () => ({
      ack: joined({ seq: 2, recovered: true, missed: [message(2)] }),
    }));
    tell('room.position', { roomId, seq: 1, epoch });
    await settle();
    expect(rig.requestsOf('room.join')).toHaveLength(1);
    tell('room.position', { roomId, seq: 2, epoch });
    await until(room.state, ({ messages }) => messages.length === 2);
    expect(rig.requestsOf('room.join')).toHaveLength(2);
  });

  it('starts over where it is another log, as after a restored backup', async () => {
    const restored = uuid(501);
    rig.room.log = [message(1, { epoch: restored, text: 'restored' })];
    server.handlers.set('room.join', () => ({ ack: joined({ seq: 1, epoch: restored }) }));
    tell('chat.message', message(1, { epoch: restored }));
    await until(room.state, ({ messages }) => messages[0]?.text === 'restored');
    expect(texts(room)).toEqual(['restored']);
  });

  it('says what was deleted, in the message and where it is quoted', async () => {
    const replyTo = { messageId: message(1).id, seq: 1, ...bob, text: 'message 1', isDeleted: false };
    tell('chat.message', message(2, { replyTo }));
    // With their account, which had the name.
    changed(3, 'deleted', { text: '', userName: '', deletedAt: '2026-01-01T00:00:01.000Z' });
    await until(room.state, ({ messages }) => messages[0]?.isDeleted === true);
    const [deleted, reply] = room.state.get().messages;
    expect(deleted).toMatchObject({ text: '', reactions: [] });
    expect(reply?.replyTo).toMatchObject({ isDeleted: true, text: '', userName: '' });
  });

  it('leaves what did not change the same object', async () => {
    const before = first();
    tell('chat.message', message(2));
    await until(room.state, ({ messages }) => messages.length === 2);
    expect(first()).toBe(before);
  });

  it('shows my own message where its ack overtakes what precedes it, and never out of order', async () => {
    const orders: string[][] = [];
    room.state.subscribe(() => orders.push(texts(room)));
    server.handlers.set('chat.send', ({ clientMessageId }) => ({
      ack: message(3, { userId: user.id, userName: user.name, text: 'mine', clientMessageId } as object),
    }));
    room.send('mine');
    await until(room.state, ({ messages }) => messages[1]?.status === 'sent');
    tell('chat.message', message(2));
    await until(room.state, ({ messages }) => messages.length === 3);
    expect(texts(room)).toEqual(['message 1', 'message 2', 'mine']);
    for (const order of orders) expect(new Set(order).size).toBe(order.length);
    expect(orders.at(-1)).toEqual(['message 1', 'message 2', 'mine']);
  });

  it('tells what the room is and what I am in it, and what I may do', async () => {
    const details = {
      roomId,
      roomSlug: 'general',
      roomTitle: 'Lobby',
      isPublic: true,
      createdAt: '2026-01-01T00:00:00.000Z',
      kind: 'room',
      topic: 'News',
      category: null,
      position: 0,
      slowModeS: 5,
      acceptsRequests: true,
      archivedAt: null,
    };
    expect(room.state.get().may).toMatchObject({ write: true, pin: false });
    tell('room.changed', { seq: 2, epoch, room: details });
    const me = { userId: user.id, userName: user.name };
    const joinedAt = '2026-01-01T00:00:00.000Z';
    tell('room.memberChanged', {
      roomId,
      seq: 3,
      epoch,
      ...me,
      change: 'roleChanged',
      role: 'moderator',
      joinedAt,
    });
    const state = await until(room.state, ({ self }) => self?.role === 'moderator');
    expect(state).toMatchObject({ title: 'Lobby', details: { topic: 'News', slowModeS: 5 } });
    expect(state.may).toMatchObject({ write: true, pin: true, changeRoom: false });
    tell('room.memberChanged', {
      roomId,
      seq: 4,
      epoch,
      ...me,
      change: 'muted',
      role: 'moderator',
      joinedAt,
      textMutedUntil: new Date(Date.now() + 300).toISOString(),
    });
    await until(room.state, ({ may }) => !may.write);
    // The mute ends by itself.
    await until(room.state, ({ may }) => may.write);
    tell('room.changed', { seq: 5, epoch, room: { ...details, archivedAt: joinedAt } });
    await until(room.state, ({ may }) => !may.write && may.read);
  });

  it('ends where I am put out: nothing of the room stays, and I am let in again when I may be', async () => {
    tell('room.removed', { roomId, roomSlug: 'general', reason: 'kicked', note: 'Enough' });
    const out = await until(room.state, ({ status }) => status === 'failed');
    expect(out).toMatchObject({
      messages: [],
      members: [],
      removed: { reason: 'kicked', note: 'Enough' },
      error: { code: 'Forbidden' },
    });
    tell('room.created', {
      roomId,
      roomSlug: 'general',
      roomTitle: 'General',
      isPublic: true,
      createdAt: '2026-01-01T00:00:00.000Z',
    });
    await until(room.state, ({ status, messages }) => status === 'joined' && messages.length === 1);
    expect(room.state.get().removed).toBeNull();
  });

  it('is not entered again by who was sent out, because a line was lost; a wish of theirs does', async () => {
    tell('room.removed', { roomId, roomSlug: 'general', reason: 'kicked' });
    await until(room.state, ({ status }) => status === 'failed');
    const asked = rig.requestsOf('room.join').length;
    server.sockets.at(-1)?.terminate();
    await until(rig.client.connection.state, ({ status }) => status !== 'online');
    await until(rig.client.connection.state, ({ status }) => status === 'online');
    // Asked after whatever the room would have asked.
    await rig.client.connection.request('ping', {});
    expect(rig.requestsOf('room.join')).toHaveLength(asked);
    expect(room.state.get().removed).toMatchObject({ reason: 'kicked' });
    rig.client.rooms.open('general');
    await until(room.state, ({ status }) => status === 'joined');
    expect(room.state.get().removed).toBeNull();
  });

  it('is left by who is sent out while they come in, whatever the answer to that is', async () => {
    const { promise: isAnswered, resolve: answer } = Promise.withResolvers<void>();
    server.handlers.set('room.join', () => isAnswered.then(() => ({ ack: joined({ seq: 1 }) })));
    server.sockets.at(-1)?.terminate();
    await server.waitForRequest('room.join', 2);
    tell('room.removed', { roomId, roomSlug: 'general', reason: 'kicked' });
    await until(room.state, ({ removed }) => removed?.reason === 'kicked');
    answer();
    await rig.client.connection.request('ping', {});
    expect(room.state.get()).toMatchObject({ status: 'failed', removed: { reason: 'kicked' } });
  });

  it('shows who writes, until they have written', async () => {
    tell('chat.typing', { roomSlug: 'general', ...bob });
    tell('chat.typing', { roomSlug: 'general', userId: user.id, userName: user.name });
    tell('chat.typing', { roomSlug: 'general', userId: uuid(3), userName: 'Eve', threadRootId: uuid(9) });
    await until(room.state, ({ typing }) => typing.length === 1);
    expect(room.state.get().typing).toEqual([bob]);
    tell('chat.message', message(2));
    await until(room.state, ({ typing }) => typing.length === 0);
    room.notifyTyping();
    room.notifyTyping();
    await settle();
    expect(rig.requestsOf('chat.notifyTyping')).toHaveLength(1);
  });
});
