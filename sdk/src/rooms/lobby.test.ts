import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bob } from '../../test/fixtures.ts';
import { createScriptedServer, type ScriptedServer, uuid } from '../../test/scripted-server.ts';
import { createSignedInClient } from '../../test/signed-in.ts';
import { until } from '../../test/until.ts';
import type { Client } from '../types.ts';

const eve = { userId: uuid(3), userName: 'Eve' };
const general = { roomId: uuid(10), roomSlug: 'general' };
const kitchen = { roomId: uuid(11), roomSlug: 'kitchen' };

describe('who sits in voice where', () => {
  let server: ScriptedServer;
  let client: Client;
  /** What the next lobby.watch is answered with. */
  let voice: object[];

  beforeEach(async () => {
    server = await createScriptedServer();
    voice = [{ ...general, members: [bob] }];
    server.handlers.set('lobby.watch', () => ({ ack: { voice } }));
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  const signIn = async (): Promise<void> => {
    client = await createSignedInClient(server);
  };
  const signInAndSee = async (): Promise<void> => {
    await signIn();
    await until(client.rooms.inVoice, (view) => Object.keys(view).length === voice.length);
  };
  const tell = (type: 'joined' | 'left', payload: object): void =>
    server.sockets.at(-1)?.sendEvent(type === 'joined' ? 'lobby.voiceJoined' : 'lobby.voiceLeft', payload);
  const see = () => client.rooms.inVoice.get();
  /** Whatever was sent before has been read when this is answered. */
  const settle = () => client.connection.request('ping', {});

  it('is asked for at sign-in, and follows who comes and goes', async () => {
    await signInAndSee();
    expect(see()).toEqual({ general: [bob] });
    tell('joined', { ...general, ...eve });
    tell('joined', { ...kitchen, ...eve });
    tell('left', { ...general, userId: bob.userId });
    tell('left', { ...general, userId: eve.userId });
    await settle();
    expect(see()).toEqual({ kitchen: [eve] });
  });

  it('keeps the same object where nothing changed, and the same people of a room that did not', async () => {
    voice = [
      { ...general, members: [bob] },
      { ...kitchen, members: [eve] },
    ];
    await signInAndSee();
    const before = see();
    const changes: object[] = [];
    client.rooms.inVoice.subscribe(() => changes.push(see()));
    tell('joined', { ...general, ...bob });
    tell('left', { ...general, userId: eve.userId });
    tell('left', { roomId: uuid(12), roomSlug: 'constructor', userId: eve.userId });
    await settle();
    server.sockets[0]?.terminate();
    await server.waitForRequest('lobby.watch', 2);
    await until(client.connection.state, ({ status }) => status === 'online');
    await settle();
    expect(see()).toBe(before);
    tell('joined', { ...kitchen, ...bob });
    await settle();
    expect(changes).toHaveLength(1);
    expect(see().general).toBe(before.general);
    expect(before).toEqual({ general: [bob], kitchen: [eve] });
  });

  it('has nobody in a room that is named like a part of every object', async () => {
    await signInAndSee();
    // biome-ignore lint/complexity/useLiteralKeys: It is a slug, not a property.
    expect(see()['constructor']).toBeUndefined();
    tell('joined', { roomId: uuid(12), roomSlug: 'constructor', ...eve });
    await settle();
    expect(Object.keys(see())).toEqual(['general', 'constructor']);
  });

  it('has nobody in a room that this person may not know of any more', async () => {
    await signInAndSee();
    const removal = { roomId: general.roomId, roomSlug: general.roomSlug };
    server.sockets[0]?.sendEvent('room.removed', { ...removal, reason: 'kicked' });
    await settle();
    expect(see().general).toHaveLength(1);
    server.sockets[0]?.sendEvent('room.removed', { ...removal, reason: 'banned' });
    await settle();
    expect(see().general).toBeUndefined();
  });

  it('takes in what is told while the answer is on its way, after the answer', async () => {
    server.handlers.set('lobby.watch', (_payload, socket) => {
      socket.sendEvent('lobby.voiceJoined', { ...kitchen, ...bob });
      // One write after another, in one turn: the client sees the events before it can continue after the answer.
      queueMicrotask(() =>
        queueMicrotask(() => {
          socket.sendEvent('lobby.voiceLeft', { ...general, userId: bob.userId });
          socket.sendEvent('lobby.voiceJoined', { ...kitchen, ...eve });
        }),
      );
      return { ack: { voice } };
    });
    await signIn();
    await until(client.rooms.inVoice, ({ kitchen: people }) => people?.length === 2);
    expect(see()).toEqual({ kitchen: [bob, eve] });
  });

  it('asks again where the server cannot answer now', async () => {
    const refusals = [
      { code: 'Unavailable', message: 'Not now', retryable: true },
      { code: 'RateLimited', message: 'Slow down', retryable: true, retryAfterMs: 1 },
    ];
    server.handlers.set('lobby.watch', () => {
      const refusal = refusals.shift();
      return refusal ? { nack: refusal } : { ack: { voice } };
    });
    await signInAndSee();
    expect(server.requests.filter(({ type }) => type === 'lobby.watch')).toHaveLength(3);
  });

  it('stays as it was while the socket is away, and is asked for anew when it is back', async () => {
    await signInAndSee();
    const before = see();
    voice = [{ ...kitchen, members: [eve] }];
    server.script.greet = false;
    server.sockets[0]?.terminate();
    await server.waitForSocket(2);
    expect(see()).toBe(before);
    server.script.greet = true;
    server.sockets[1]?.terminate();
    await until(client.rooms.inVoice, (view) => view !== before);
    expect(see()).toEqual({ kitchen: [eve] });
  });

  it('is nobody’s after signing out, however late the answer comes', async () => {
    await signInAndSee();
    const answering = Promise.withResolvers<void>();
    server.handlers.set('lobby.watch', async () => {
      await answering.promise;
      return { ack: { voice } };
    });
    server.sockets[0]?.terminate();
    await server.waitForRequest('lobby.watch', 2);
    await client.auth.logout();
    expect(see()).toEqual({});
    answering.resolve();
    await client.auth.login({ email: 'ann@example.org', password: 'password123' });
    expect(see()).toEqual({});
    await until(client.rooms.inVoice, (view) => 'general' in view);
  });

  it('is empty where the server does not know the question, which is not asked again', async () => {
    await signInAndSee();
    const refusal = { code: 'UnknownEvent', message: 'There is no request of this type' };
    server.handlers.set('lobby.watch', () => ({ nack: refusal }));
    server.sockets[0]?.terminate();
    await until(client.rooms.inVoice, (view) => Object.keys(view).length === 0);
    await settle();
    await settle();
    expect(server.requests.filter(({ type }) => type === 'lobby.watch')).toHaveLength(2);
    expect(client.connection.state.get().status).toBe('online');
    await until(client.rooms.state, ({ status }) => status === 'ready');
  });
});
