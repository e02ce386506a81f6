import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig, texts } from '../../test/chat-rig.ts';
import { bob, createdOf, epoch, joined, message, roomId, roomOf } from '../../test/fixtures.ts';
import { type ScriptedServer, uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import { createClient } from '../client.ts';
import type { Client } from '../types.ts';

describe('rooms', () => {
  let rig: ChatRig;
  let server: ScriptedServer;
  let client: Client;
  const open = () => rig.open();

  beforeEach(async () => {
    rig = await createChatRig();
    ({ server, client } = rig);
  });
  afterEach(async () => {
    await rig.close();
  });

  it('lists the rooms, takes in new ones, and does not show one twice', async () => {
    server.rest.set('GET /v1/rooms', () => ({ status: 200, body: { rooms: [roomOf(10, 'general')] } }));
    server.rest.set('POST /v1/rooms', () => ({ status: 201, body: { room: roomOf(11, 'kitchen') } }));
    await client.rooms.refresh();
    await client.rooms.create({ slug: 'kitchen', title: 'Kitchen' });
    server.sockets[0]?.sendEvent('room.created', createdOf(11, 'kitchen'));
    server.sockets[0]?.sendEvent('room.created', createdOf(12, 'garden'));
    const { rooms } = await until(client.rooms.state, (state) => state.rooms.length > 2);
    expect(rooms.map(({ slug }) => slug)).toEqual(['general', 'kitchen', 'garden']);
  });

  it('reads the list once when somebody signs in, and again when the socket comes back', async () => {
    await until(client.rooms.state, ({ status }) => status === 'ready');
    await client.connection.request('ping', {});
    expect(rig.timesListed()).toBe(1);
    server.sockets[0]?.terminate();
    await expect.poll(rig.timesListed).toBe(2);
  });

  it('reads the list where no socket can be had', async () => {
    const webSocket = () => {
      throw new Error('blocked by a proxy');
    };
    const other = createClient({ baseUrl: server.baseUrl, webSocket, random: () => 0.5 });
    await other.auth.login({ email: 'ann@example.org', password: 'password123' });
    await until(other.rooms.state, ({ status }) => status === 'ready');
    other.close();
  });

  it('keeps the rooms it has when the list cannot be read', async () => {
    server.rest.set('GET /v1/rooms', () => ({
      status: 500,
      body: { error: 'ServerError', message: 'Sorry' },
    }));
    await client.rooms.refresh();
    expect(client.rooms.state.get()).toMatchObject({ status: 'failed', error: { code: 'ServerError' } });
  });

  it('joins beside other rooms and shows the newest page of the history', async () => {
    rig.room.log = [message(1), message(2), message(3)];
    const room = await open();
    await until(room.state, ({ messages }) => messages.length === 2);
    expect(server.requests.find(({ type }) => type === 'room.join')?.payload).toEqual({
      roomSlug: 'general',
      keepOthers: true,
    });
    expect(texts(room)).toEqual(['message 2', 'message 3']);
    expect(room.state.get()).toMatchObject({ title: 'General', id: roomId, hasOlder: true });
    await room.loadOlder();
    expect(texts(room)).toEqual(['message 1', 'message 2', 'message 3']);
    expect(room.state.get()).toMatchObject({ hasOlder: false, loadingOlder: false });
  });

  it('shows a message while it is being sent, and once when it is sent', async () => {
    const room = await open();
    room.send('   ');
    room.send('hello');
    const [sending] = room.state.get().messages;
    expect(sending).toMatchObject({ status: 'sending', text: 'hello', userName: 'Ann', id: null });
    const sent = await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect(sent.messages).toMatchObject([{ key: sending?.key, seq: 1 }]);
    server.sockets[0]?.sendEvent('chat.message', rig.room.log[0]);
    server.sockets[0]?.sendEvent('chat.message', message(2));
    await until(room.state, ({ messages }) => messages.length === 2);
    expect(texts(room)).toEqual(['hello', 'message 2']);
  });

  it('orders by position, not by arrival', async () => {
    const room = await open();
    for (const seq of [3, 1, 2, 3]) server.sockets[0]?.sendEvent('chat.message', message(seq));
    await until(room.state, ({ messages }) => messages.length === 3);
    expect(texts(room)).toEqual(['message 1', 'message 2', 'message 3']);
  });

  it('asks after a lost socket for what it missed, and only for that', async () => {
    const room = await open();
    server.sockets[0]?.sendEvent('chat.message', message(1));
    await until(room.state, ({ messages }) => messages.length === 1);
    const missed = [message(2), message(3)];
    server.handlers.set('room.join', () => ({ ack: joined({ seq: 3, recovered: true, missed }) }));
    server.sockets[0]?.terminate();
    await until(room.state, ({ messages }) => messages.length === 3);
    const again = await server.waitForRequest('room.join', 2);
    expect(again.payload).toMatchObject({ afterSeq: 1, epoch });
  });

  it('starts over from the history where what it missed is too much', async () => {
    const room = await open();
    server.sockets[0]?.sendEvent('chat.message', message(1));
    await until(room.state, ({ messages }) => messages.length === 1);
    rig.room.log = Array.from({ length: 9 }, (_, index) => message(index + 1));
    server.sockets[0]?.terminate();
    await until(room.state, ({ messages }) => messages.length === 2);
    expect(texts(room)).toEqual(['message 8', 'message 9']);
    expect(room.state.get().hasOlder).toBe(true);
  });

  it('sends again, under the same name, what a lost socket left unanswered', async () => {
    rig.room.log = [message(1)];
    const room = await open();
    await until(room.state, ({ messages }) => messages.length === 1);
    const answer = server.handlers.get('chat.send')!;
    server.handlers.set('chat.send', (payload, socket) => {
      // Committed, but the ack is lost with the socket.
      answer(payload, socket);
      server.handlers.set('chat.send', answer);
      socket.terminate();
      return null;
    });
    server.handlers.set('room.join', () => ({ ack: joined({ seq: 1, recovered: true }) }));
    room.send('once only');
    await until(room.state, ({ messages }) => messages[1]?.status === 'sent');
    const sent = server.requests.filter(({ type }) => type === 'chat.send').map(({ payload }) => payload);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual(sent[1]);
    expect(rig.room.log).toHaveLength(2);
    expect(room.state.get().messages).toHaveLength(2);
  });

  it('does not send again what the replay shows to have arrived', async () => {
    rig.room.log = [message(1)];
    const room = await open();
    await until(room.state, ({ messages }) => messages.length === 1);
    const answer = server.handlers.get('chat.send')!;
    server.handlers.set('chat.send', (payload, socket) => {
      answer(payload, socket);
      socket.terminate();
      return null;
    });
    const replay = () => ({ ack: joined({ seq: 2, recovered: true, missed: [rig.room.log[1]] }) });
    server.handlers.set('room.join', replay);
    room.send('arrived');
    await until(room.state, ({ messages }) => messages[1]?.status === 'sent');
    await client.connection.request('ping', {});
    expect(server.requests.filter(({ type }) => type === 'chat.send')).toHaveLength(1);
  });

  it('tries again by itself what the server cannot take now, and shows what it will not take', async () => {
    const room = await open();
    const answer = server.handlers.get('chat.send')!;
    let refusals = 2;
    server.handlers.set('chat.send', (payload, socket) => {
      refusals -= 1;
      return refusals >= 0
        ? { nack: { code: 'RateLimited', message: 'Slow down' } }
        : answer(payload, socket);
    });
    room.send('patient');
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    server.handlers.set('chat.send', () => ({ nack: { code: 'Forbidden', message: 'Read only' } }));
    room.send('refused');
    const failed = await until(room.state, ({ messages }) => messages[1]?.status === 'failed');
    const [, refused] = failed.messages;
    expect(refused?.error).toMatchObject({ code: 'Forbidden' });
    server.handlers.set('chat.send', answer);
    room.retry(refused?.key ?? '');
    expect(room.state.get().messages[1]?.status).toBe('sending');
    const sent = await until(room.state, ({ messages }) => messages[1]?.status === 'sent');
    expect(sent.messages[1]?.key).toBe(refused?.key);
  });

  it('forgets a message that is discarded', async () => {
    const room = await open();
    server.handlers.set('chat.send', () => ({ nack: { code: 'Forbidden', message: 'Read only' } }));
    room.send('refused');
    const { messages } = await until(room.state, (state) => state.messages[0]?.status === 'failed');
    room.discard(messages[0]?.key ?? '');
    expect(room.state.get().messages).toEqual([]);
  });

  it('applies what arrives together with the answer it builds on', async () => {
    server.handlers.set('room.join', (_payload, socket) => {
      // One write after another, in one turn: the client sees the events before it can continue after the answer.
      queueMicrotask(() =>
        queueMicrotask(() => socket.sendEvent('presence.joined', { ...bob, roomSlug: 'general' })),
      );
      return { ack: joined() };
    });
    const room = await open();
    const { members } = await until(room.state, (state) => state.members.length === 2);
    expect(members.map(({ userName }) => userName)).toEqual(['Ann', 'Bob']);
  });

  it('follows who is here, who sits in voice and who speaks', async () => {
    const room = await open();
    const [socket] = server.sockets;
    const place = { roomId, roomSlug: 'general' };
    const sitting = { ...bob, muted: false, mutedByServer: false, deafened: false, state: 'connected' };
    socket?.sendEvent('presence.joined', { ...bob, roomSlug: 'general' });
    socket?.sendEvent('presence.joined', { ...bob, roomSlug: 'general' });
    socket?.sendEvent('presence.joined', { userId: uuid(3), userName: 'Eve', roomSlug: 'kitchen' });
    socket?.sendEvent('voice.participantJoined', { ...place, participant: sitting });
    socket?.sendEvent('voice.participantUpdated', { ...place, participant: { ...sitting, muted: true } });
    socket?.sendEvent('voice.speakers', { ...place, userIds: [bob.userId] });
    const speaking = await until(room.state, ({ speakingUserIds }) => speakingUserIds.length === 1);
    expect(speaking.members.map(({ userName }) => userName)).toEqual(['Ann', 'Bob']);
    expect(speaking.participants).toMatchObject([{ userName: 'Bob', muted: true }]);
    socket?.sendEvent('voice.participantLeft', { ...place, userId: bob.userId });
    socket?.sendEvent('presence.left', { ...bob, roomSlug: 'general' });
    const left = await until(room.state, ({ members }) => members.length === 1);
    expect(left).toMatchObject({ participants: [], speakingUserIds: [] });
  });

  it('shows nothing of a former person to the next', async () => {
    const room = await open();
    server.sockets[0]?.sendEvent('chat.message', message(1));
    await until(room.state, ({ messages }) => messages.length === 1);
    await client.auth.logout();
    expect(room.state.get()).toMatchObject({ messages: [], members: [], status: 'joining' });
    expect(client.rooms.state.get()).toMatchObject({ status: 'loading', rooms: [] });
  });
});
