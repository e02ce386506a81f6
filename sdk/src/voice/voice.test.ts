import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import {
  consumerOf,
  createVoiceRig,
  participant,
  seatId,
  tracksOf,
  type VoiceRig,
  voiceJoined,
} from '../../test/voice-rig.ts';
import type { VoiceState } from '../types.ts';

const bob = uuid(2);
const eve = uuid(3);

const namedError = (name: string) => Object.assign(new Error(name), { name });

describe('voice', () => {
  let rig: VoiceRig;
  const voice = () => rig.client.voice;
  const status = (wanted: VoiceState['status']) => until(voice().state, (state) => state.status === wanted);

  beforeEach(async () => {
    rig = await createVoiceRig();
  });
  afterEach(async () => {
    await rig.close();
  });

  it('joins, sends the microphone as mono opus, and hears everyone who sends', async () => {
    rig.joinAnswer.fields = {
      participants: [participant(bob, 'Bob'), participant(eve, 'Eve')],
      consumers: [consumerOf(1, bob), consumerOf(2, eve)],
    };
    await voice().join('general');
    const state = voice().state.get();
    expect(state).toMatchObject({ status: 'connected', roomSlug: 'general', muted: false, error: null });
    expect(state.outputs.map(({ userName }) => userName)).toEqual(['Bob', 'Eve']);
    expect(state.outputs.map((output) => tracksOf(output).length)).toEqual([1, 1]);
    const join = await rig.server.waitForRequest('voice.join');
    expect(join.payload).toMatchObject({ roomSlug: 'general', muted: false, deafened: false });
    const produce = await rig.server.waitForRequest('voice.produce');
    expect(produce.payload).toMatchObject({ transportId: 'send-1', kind: 'audio' });
    expect(rig.settings).toEqual([{ echoCancellation: true, noiseSuppression: true, autoGainControl: true }]);
  });

  it('takes a sound that is told twice once', async () => {
    await voice().join('general');
    const [socket] = rig.server.sockets;
    const added = { seatId: seatId(1), consumer: consumerOf(1, bob) };
    socket?.sendEvent('voice.consumerAdded', added);
    const { outputs } = await until(voice().state, (state) => state.outputs.length === 1);
    const [track] = tracksOf(outputs[0]);
    socket?.sendEvent('voice.consumerAdded', added);
    await rig.client.connection.request('ping', {});
    expect(tracksOf(voice().state.get().outputs[0])).toEqual([track]);
  });

  it('follows who begins and ends to send, in its own seat alone', async () => {
    await voice().join('general');
    const [socket] = rig.server.sockets;
    const joined = { roomId: uuid(10), roomSlug: 'general', participant: participant(bob, 'Bob') };
    socket?.sendEvent('voice.consumerAdded', { seatId: seatId(9), consumer: consumerOf(7, eve) });
    socket?.sendEvent('voice.consumerAdded', { seatId: seatId(1), consumer: consumerOf(1, bob) });
    socket?.sendEvent('voice.participantJoined', joined);
    const { outputs } = await until(voice().state, (state) => state.outputs[0]?.userName === 'Bob');
    expect(outputs).toHaveLength(1);
    const stream = outputs[0]?.stream;
    socket?.sendEvent('voice.consumerAdded', { seatId: seatId(1), consumer: consumerOf(2, bob) });
    await expect.poll(() => tracksOf(outputs[0]).length).toBe(2);
    expect(voice().state.get().outputs[0]?.stream).toBe(stream);
    socket?.sendEvent('voice.consumerClosed', { seatId: seatId(1), consumerId: 'consumer-1' });
    socket?.sendEvent('voice.consumerClosed', { seatId: seatId(1), consumerId: 'consumer-2' });
    await until(voice().state, (state) => state.outputs.length === 0);
  });

  it('keeps the consumers that are announced before the answer is there', async () => {
    rig.server.handlers.set('voice.join', (_payload, socket) => {
      socket.sendEvent('voice.consumerAdded', { seatId: seatId(1), consumer: consumerOf(1, bob) });
      socket.sendEvent('voice.consumerAdded', { seatId: seatId(1), consumer: consumerOf(2, eve) });
      socket.sendEvent('voice.consumerClosed', { seatId: seatId(1), consumerId: 'consumer-2' });
      return { ack: voiceJoined(1) };
    });
    await voice().join('general');
    const { outputs } = await until(voice().state, (state) => state.outputs.length > 0);
    expect(outputs.map(({ userId }) => userId)).toEqual([bob]);
  });

  it('mutes the track at once and tells the server', async () => {
    await voice().join('general');
    const muting = voice().setMuted(true);
    expect(rig.tracks[0]?.enabled).toBe(false);
    expect(voice().state.get().muted).toBe(true);
    await muting;
    expect((await rig.server.waitForRequest('voice.setMuted')).payload).toEqual({ muted: true });
  });

  it('takes an unmute back that the server refuses, and keeps a mute', async () => {
    await voice().join('general');
    const refuse = () => ({ nack: { code: 'Forbidden', message: 'No' } });
    await voice().setMuted(true);
    rig.server.handlers.set('voice.setMuted', refuse);
    await voice().setMuted(false);
    expect(voice().state.get().muted).toBe(true);
    expect(rig.tracks[0]?.enabled).toBe(false);
    rig.server.handlers.set('voice.setMuted', () => ({ ack: {} }));
    await voice().setMuted(false);
    rig.server.handlers.set('voice.setMuted', refuse);
    await voice().setMuted(true);
    expect(voice().state.get().muted).toBe(true);
    expect(rig.tracks[0]?.enabled).toBe(false);
  });

  it('joins with the mute that was chosen before', async () => {
    await voice().setMuted(true);
    await voice().join('general');
    expect((await rig.server.waitForRequest('voice.join')).payload).toMatchObject({ muted: true });
    expect(rig.tracks[0]?.enabled).toBe(false);
    expect(rig.typesSeen()).not.toContain('voice.setMuted');
  });

  it('deafens with a mute, hears nobody, and goes back to what was before', async () => {
    rig.joinAnswer.fields = { consumers: [consumerOf(1, bob)] };
    await voice().join('general');
    await voice().setDeafened(true);
    expect(voice().state.get()).toMatchObject({ muted: true, deafened: true });
    const [output] = voice().state.get().outputs;
    expect(tracksOf(output)[0]?.enabled).toBe(false);
    await voice().setDeafened(false);
    expect(voice().state.get()).toMatchObject({ muted: false, deafened: false });
    expect(tracksOf(output)[0]?.enabled).toBe(true);
    const told = rig.server.requests.filter(({ type }) => type.startsWith('voice.set'));
    expect(told.map(({ payload }) => payload)).toEqual([
      { muted: true },
      { deafened: true },
      { muted: false },
      { deafened: false },
    ]);
  });

  it('leaves: the device is let go, the server told, the room left', async () => {
    await voice().join('general');
    await voice().leave();
    await voice().leave();
    expect(voice().state.get()).toMatchObject({ status: 'idle', roomSlug: null, outputs: [], error: null });
    expect(rig.tracks[0]?.readyState).toBe('ended');
    expect(rig.typesSeen().filter((type) => type === 'voice.leave')).toHaveLength(1);
    await rig.server.waitForRequest('room.leave');
  });

  it('keeps the room joined while it sits there, though nobody looks at it', async () => {
    const room = rig.client.rooms.open('general');
    await rig.server.waitForRequest('room.join');
    await voice().join('general');
    room.close();
    await voice().leave();
    await rig.server.waitForRequest('room.leave');
    const order = rig.server.requests.map(({ type }) => type);
    expect(order.indexOf('room.leave')).toBeGreaterThan(order.indexOf('voice.leave'));
    expect(order.filter((type) => type === 'room.leave')).toHaveLength(1);
  });

  it('moves to another room with the microphone it has', async () => {
    await voice().join('general');
    await voice().join('kitchen');
    expect(voice().state.get()).toMatchObject({ status: 'connected', roomSlug: 'kitchen' });
    expect(rig.tracks).toHaveLength(1);
    expect(rig.tracks[0]?.readyState).toBe('live');
    expect(rig.typesSeen()).not.toContain('voice.leave');
    const left = await rig.server.waitForRequest('room.leave');
    expect(left.payload).toEqual({ roomSlug: 'general' });
  });

  it('lets a leave win over the join it interrupts', async () => {
    rig.server.handlers.set('voice.join', (_payload) => {
      void voice().leave();
      return { ack: voiceJoined(1) };
    });
    await voice().join('general');
    expect(voice().state.get().status).toBe('idle');
    await rig.server.waitForRequest('voice.leave');
    expect(rig.tracks[0]?.readyState).toBe('ended');
  });

  it('ends in the room that was asked for last', async () => {
    const joins = [voice().join('general'), voice().leave(), voice().join('kitchen'), voice().join('garden')];
    await Promise.all(joins);
    expect(voice().state.get()).toMatchObject({ status: 'connected', roomSlug: 'garden' });
    const rooms = rig.server.requests.filter(({ type }) => type === 'voice.join');
    expect(rooms.map(({ payload }) => payload.roomSlug)).toEqual(['garden']);
  });

  it.each(['moved', 'removed'] as const)('is idle when the server says that it was %s', async (reason) => {
    await voice().join('general');
    rig.server.sockets[0]?.sendEvent('voice.closed', { seatId: seatId(9), reason });
    rig.server.sockets[0]?.sendEvent('voice.closed', { seatId: seatId(1), reason });
    expect(await status('idle')).toMatchObject({ endedBecause: reason, error: null });
    expect(rig.tracks[0]?.readyState).toBe('ended');
    await voice().join('general');
    expect(voice().state.get()).toMatchObject({ status: 'connected', endedBecause: null });
  });

  it('is told why the server does not let it in', async () => {
    rig.server.handlers.set('voice.join', () => ({ nack: { code: 'Forbidden', message: 'Members only' } }));
    await voice().join('general');
    const error = { code: 'ServerRefused', message: 'Members only' };
    expect(voice().state.get()).toMatchObject({ status: 'idle', error });
    expect(rig.tracks[0]?.readyState).toBe('ended');
  });

  it('passes the ICE transport policy on to what it builds from then on', async () => {
    voice().setIceTransportPolicy('relay');
    await voice().join('general');
    expect(rig.handlers.map(({ iceTransportPolicy }) => iceTransportPolicy)).toEqual(['relay', 'relay']);
  });

  it('goes idle, telling the server, when the user signs out', async () => {
    await voice().join('general');
    await rig.client.auth.logout();
    expect(voice().state.get().status).toBe('idle');
    await rig.server.waitForRequest('voice.leave');
  });
});

describe('voice without voice', () => {
  it.each([
    ['NotAllowedError', 'MicrophoneRefused'],
    ['NotFoundError', 'MicrophoneMissing'],
    ['NotReadableError', 'MicrophoneBusy'],
    ['AbortError', 'MicrophoneBusy'],
  ])('tells %s of the microphone as %s, and takes no seat', async (name, code) => {
    const rig = await createVoiceRig({ getMicrophone: () => Promise.reject(namedError(name)) });
    await rig.client.voice.join('general');
    expect(rig.client.voice.state.get()).toMatchObject({ status: 'idle', error: { code } });
    expect(rig.typesSeen()).toEqual([]);
    await rig.close();
  });

  it('leaves while the permission prompt is still open, and lets go of a late microphone', async () => {
    let allow: ((track: MediaStreamTrack) => void) | undefined;
    let asked: (() => void) | undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const rig = await createVoiceRig({
      getMicrophone: () =>
        new Promise((resolve) => {
          allow = resolve;
          asked?.();
        }),
    });
    const joining = rig.client.voice.join('general');
    await isAsked;
    await rig.client.voice.leave();
    await joining;
    expect(rig.client.voice.state.get()).toMatchObject({ status: 'idle', error: null });
    const late = { stop: () => undefined, readyState: 'live' } as unknown as MediaStreamTrack;
    const stopped = new Promise<void>((resolve) => {
      late.stop = resolve;
    });
    allow?.(late);
    await stopped;
    expect(rig.typesSeen()).toEqual([]);
    await rig.close();
  });

  it('says that there is no voice server', async () => {
    const rig = await createVoiceRig();
    rig.server.script.voice = null;
    rig.server.sockets[0]?.terminate();
    await rig.server.waitForSocket(2);
    await until(rig.client.connection.state, ({ status }) => status === 'online');
    await rig.client.voice.join('general');
    expect(rig.client.voice.state.get()).toMatchObject({ status: 'idle', error: { code: 'NoVoiceServer' } });
    await rig.close();
  });
});
