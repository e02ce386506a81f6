import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig, texts } from '../../test/chat-rig.ts';
import { type ScriptedServer, user, uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { Client } from '../types.ts';

describe('entering and leaving a room', () => {
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

  it('fails where the server does not let us in', async () => {
    server.handlers.set('room.join', () => ({ nack: { code: 'RoomNotFound', message: 'No such room' } }));
    const room = client.rooms.open('nowhere');
    const { error } = await until(room.state, ({ status }) => status === 'failed');
    expect(error).toMatchObject({ code: 'RoomNotFound' });
  });

  it('leaves a room with its last handle, once', async () => {
    const first = await open();
    const second = client.rooms.open('general');
    first.close();
    first.close();
    expect(second.state).toBe(first.state);
    second.close();
    const { payload } = await server.waitForRequest('room.leave');
    expect(payload).toEqual({ roomSlug: 'general' });
  });

  it('stays in a room that is closed and opened in one breath', async () => {
    const first = await open();
    first.close();
    const second = client.rooms.open('general');
    expect(second.state.get().status).toBe('joined');
    second.close();
    await server.waitForRequest('room.leave');
    const asked = server.requests.map(({ type }) => type).filter((type) => type.startsWith('room.'));
    expect(asked).toEqual(['room.join', 'room.leave']);
  });

  it('does not join anew before the server has heard that it left', async () => {
    let answerLeave: (() => void) | undefined;
    server.handlers.set('room.leave', async ({ roomSlug }) => {
      await new Promise<void>((resolve) => {
        answerLeave = resolve;
      });
      return { ack: { roomSlug } };
    });
    (await open()).close();
    await server.waitForRequest('room.leave');
    const again = client.rooms.open('general');
    // Whatever was sent before this ping has reached the server when it is answered.
    await client.connection.request('ping', {});
    expect(again.state.get().status).toBe('joining');
    expect(rig.requestsOf('room.join')).toHaveLength(1);
    answerLeave?.();
    await until(again.state, ({ status }) => status === 'joined');
  });

  it('is let in when it is opened again after it was refused', async () => {
    const answer = server.handlers.get('room.join')!;
    server.handlers.set('room.join', () => ({ nack: { code: 'Forbidden', message: 'Members only' } }));
    const refused = client.rooms.open('general');
    await until(refused.state, ({ status }) => status === 'failed');
    server.handlers.set('room.join', answer);
    refused.close();
    const again = client.rooms.open('general');
    expect(again.state.get()).toMatchObject({ status: 'joining', error: null });
    await until(again.state, ({ status }) => status === 'joined');
  });

  it('sends what was written before it leaves', async () => {
    const room = await open();
    const answer = server.handlers.get('chat.send')!;
    let refusals = 2;
    server.handlers.set('chat.send', (payload, socket) => {
      refusals -= 1;
      return refusals >= 0 ? { nack: { code: 'Unavailable', message: 'Not now' } } : answer(payload, socket);
    });
    room.send('first');
    room.send('second');
    room.close();
    await server.waitForRequest('room.leave');
    expect(rig.room.log.map(({ text }) => text)).toEqual(['first', 'second']);
  });

  it('keeps what was refused, in the room or out of it, until it is sent or discarded', async () => {
    const room = await open();
    server.handlers.set('chat.send', () => ({ nack: { code: 'Forbidden', message: 'Read only' } }));
    room.send('refused');
    await until(room.state, ({ messages }) => messages[0]?.status === 'failed');
    room.close();
    await server.waitForRequest('room.leave');
    const again = client.rooms.open('general');
    await until(again.state, ({ messages }) => messages.length === 1);
    expect(again.state.get().messages).toMatchObject([
      { text: 'refused', status: 'failed', error: { code: 'Forbidden' } },
    ]);
    again.discard(again.state.get().messages[0]?.key ?? '');
    expect(texts(again)).toEqual([]);
    expect(rig.requestsOf('chat.send')).toHaveLength(1);
  });

  it('shows what a person who signs out has not sent to nobody else, and to them when they are back', async () => {
    const room = await open();
    server.handlers.set('chat.send', () => ({ nack: { code: 'Forbidden', message: 'Read only' } }));
    room.send('refused');
    await until(room.state, ({ messages }) => messages[0]?.status === 'failed');
    room.close();
    await client.auth.logout();
    expect(room.state.get().messages).toEqual([]);
    const other = { ...user, id: uuid(7), name: 'Eve' };
    server.rest.set('POST /v1/auth/login', () => ({ status: 200, body: { user: other, token: 'other' } }));
    const signIn = async () => {
      await client.auth.login({ email: 'ann@example.org', password: 'password123' });
      await until(client.connection.state, ({ status }) => status === 'online');
    };
    await signIn();
    const eves = await open();
    expect(texts(eves)).toEqual([]);
    eves.close();
    await client.auth.logout();
    server.rest.set('POST /v1/auth/login', () => ({ status: 200, body: { user, token: 'secret-token' } }));
    await signIn();
    expect(texts(await open())).toEqual(['refused']);
    expect(rig.requestsOf('chat.send')).toHaveLength(1);
  });
});
