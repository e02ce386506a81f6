import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuid } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import {
  consumerOf,
  createVoiceRig,
  FakeTrack,
  seatId,
  tracksOf,
  unreceivableConsumerOf,
  type VoiceRig,
} from '../../test/voice-rig.ts';
import type { VoiceState } from '../types.ts';

const bob = uuid(2);

describe('recovery of voice', () => {
  let rig: VoiceRig;
  const voice = () => rig.client.voice;
  const status = (wanted: VoiceState['status']) => until(voice().state, (state) => state.status === wanted);
  const reconnected = async () => {
    await status('reconnecting');
    await status('connected');
  };

  beforeEach(async () => {
    rig = await createVoiceRig();
    rig.joinAnswer.fields = { consumers: [consumerOf(1, bob)] };
    await voice().join('general');
  });
  afterEach(async () => {
    await rig.close();
  });

  it('joins anew after a reset, with its microphone, its mute and the same output streams', async () => {
    await voice().setMuted(true);
    const [before] = voice().state.get().outputs;
    const [oldTrack] = tracksOf(before);
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await reconnected();
    const again = await rig.server.waitForRequest('voice.join', 2);
    expect(again.payload).toMatchObject({ roomSlug: 'general', muted: true, deafened: false });
    expect(rig.tracks).toHaveLength(1);
    const [after] = voice().state.get().outputs;
    expect(after?.stream).toBe(before?.stream);
    expect(tracksOf(after)).toHaveLength(1);
    expect(tracksOf(after)[0]).not.toBe(oldTrack);
    expect(voice().state.get().error).toBeNull();
  });

  it('keeps the old sound until the new session stands', async () => {
    let soundsMeanwhile = -1;
    const answer = rig.server.handlers.get('voice.join')!;
    rig.server.handlers.set('voice.join', (payload, socket) => {
      soundsMeanwhile = voice().state.get().outputs.length;
      return answer(payload, socket);
    });
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await reconnected();
    expect(soundsMeanwhile).toBe(1);
  });

  it('ignores the reset of another seat, and of one it no longer has', async () => {
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await reconnected();
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await rig.client.connection.request('ping', {});
    expect(voice().state.get().status).toBe('connected');
  });

  it.each(['send', 'recv'])('joins anew when the %s transport fails', async (direction) => {
    const failing = rig.handlers.find((entry) => entry.direction === direction);
    failing?.handler.setConnectionState('failed');
    await reconnected();
    expect(rig.typesSeen().filter((type) => type === 'voice.join')).toHaveLength(2);
  });

  it('says that sound does not get through after failing again, until it does', async () => {
    rig.media.connects = false;
    for (const joins of [2, 3]) {
      rig.handlers.at(-2)?.handler.setConnectionState('failed');
      await rig.server.waitForRequest('voice.produce', joins);
      await rig.client.connection.request('ping', {});
    }
    expect(voice().state.get()).toMatchObject({
      status: 'reconnecting',
      error: { code: 'ConnectionFailed' },
    });
    rig.handlers.at(-2)?.handler.setConnectionState('connected');
    expect(await status('connected')).toMatchObject({ error: null });
  });

  it('takes one loss of the network for one failure, though both transports fail', async () => {
    const errors: unknown[] = [];
    voice().state.subscribe(() => errors.push(voice().state.get().error));
    for (const { handler } of rig.handlers.slice(0, 2)) handler.setConnectionState('failed');
    await status('connected');
    expect(errors.every((error) => error === null)).toBe(true);
    await rig.client.connection.request('ping', {});
    expect(rig.typesSeen().filter((type) => type === 'voice.join')).toHaveLength(2);
  });

  it('joins anew where none of the sounds can be received', async () => {
    const broken = unreceivableConsumerOf(2, bob);
    rig.joinAnswer.fields = { consumers: [broken] };
    let isMended = false;
    const answer = rig.server.handlers.get('voice.join')!;
    rig.server.handlers.set('voice.join', (payload, socket) => {
      if (isMended) rig.joinAnswer.fields = { consumers: [consumerOf(3, bob)] };
      isMended = true;
      return answer(payload, socket);
    });
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await rig.server.waitForRequest('voice.join', 3);
    await until(voice().state, ({ outputs }) => outputs.length === 1);
    await status('connected');
  });

  it('loses one sound that cannot be received, and no more', async () => {
    const broken = unreceivableConsumerOf(2, uuid(3));
    for (const consumer of [broken, consumerOf(3, uuid(4))]) {
      rig.server.sockets[0]?.sendEvent('voice.consumerAdded', { seatId: seatId(1), consumer });
    }
    const { status: now, outputs } = await until(voice().state, (state) => state.outputs.length > 1);
    expect(now).toBe('connected');
    expect(outputs.map(({ userId }) => userId)).toEqual([bob, uuid(4)]);
    expect(rig.typesSeen().filter((type) => type === 'voice.join')).toHaveLength(1);
  });

  it('names the seat that it comes back to, and none with a click', async () => {
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await reconnected();
    rig.handlers.at(-2)?.handler.setConnectionState('failed');
    await reconnected();
    rig.handlers.at(-2)?.handler.setConnectionState('failed');
    await reconnected();
    await voice().join('kitchen');
    const joins = rig.server.requests.filter(({ type }) => type === 'voice.join');
    const named = joins.map(({ payload }) => payload.seatId);
    expect(named).toEqual([undefined, seatId(1), seatId(2), seatId(3), undefined]);
  });

  it('is over, without another attempt, where the person has sat down elsewhere meanwhile', async () => {
    rig.server.handlers.set('voice.join', () => ({ nack: { code: 'Conflict', message: 'Elsewhere' } }));
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    expect(await status('idle')).toMatchObject({ endedBecause: 'moved', error: null });
    expect(rig.tracks[0]?.readyState).toBe('ended');
    await rig.client.connection.request('ping', {});
    expect(rig.typesSeen().filter((type) => type === 'voice.join')).toHaveLength(2);
    expect(rig.typesSeen()).not.toContain('voice.leave');
  });

  it('names no seat where the answer that gave one is lost', async () => {
    const answer = rig.server.handlers.get('voice.join')!;
    rig.server.handlers.set('voice.join', (payload, socket) => {
      // The seat was given, and the word of it is lost with the socket.
      answer(payload, socket);
      rig.server.handlers.set('voice.join', answer);
      socket.terminate();
      return null;
    });
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    const { payload } = await rig.server.waitForRequest('voice.join', 3);
    await status('connected');
    expect(payload.seatId).toBeUndefined();
  });

  it('talks on with another microphone when its own is unplugged while it comes back', async () => {
    const answer = rig.server.handlers.get('voice.join')!;
    rig.server.handlers.set('voice.join', (payload, socket) => {
      rig.tracks[0]?.unplug();
      return answer(payload, socket);
    });
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await rig.server.waitForRequest('voice.produce', 2);
    await status('connected');
    expect(rig.tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
    expect(rig.typesSeen().filter((type) => type === 'voice.join')).toHaveLength(2);
  });

  it('tries until the server can, and stops where the server will not', async () => {
    const answer = rig.server.handlers.get('voice.join')!;
    let refusals = 3;
    rig.server.handlers.set('voice.join', (payload, socket) => {
      refusals -= 1;
      return refusals >= 0 ? { nack: { code: 'Unavailable', message: 'Not now' } } : answer(payload, socket);
    });
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await reconnected();
    rig.server.handlers.set('voice.join', () => ({ nack: { code: 'Forbidden', message: 'Out' } }));
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(2), reason: 'workerDied' });
    expect(await status('idle')).toMatchObject({ error: { code: 'ServerRefused', message: 'Out' } });
  });

  it('stops recovering when the user leaves', async () => {
    rig.server.handlers.set('voice.join', () => ({ nack: { code: 'Unavailable', message: 'Not now' } }));
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await rig.server.waitForRequest('voice.join', 3);
    await voice().leave();
    expect(voice().state.get()).toMatchObject({ status: 'idle', error: null });
    await rig.server.waitForRequest('voice.leave');
  });

  it('gives the seat up as soon as it can when the user left without a socket', async () => {
    rig.server.sockets[0]?.terminate();
    await until(rig.client.connection.state, (state) => state.status !== 'online');
    await voice().leave();
    const { socket } = await rig.server.waitForRequest('voice.leave');
    expect(socket).toBe(rig.server.sockets[1]);
  });

  it('tells the server of a mute that changed while it was coming back', async () => {
    const answer = rig.server.handlers.get('voice.join')!;
    rig.server.handlers.set('voice.join', (payload, socket) => {
      void voice().setMuted(true);
      return answer(payload, socket);
    });
    rig.server.sockets[0]?.sendEvent('voice.reset', { seatId: seatId(1), reason: 'workerDied' });
    await reconnected();
    expect((await rig.server.waitForRequest('voice.setMuted')).payload).toEqual({ muted: true });
  });

  it('opens another microphone when its own is unplugged', async () => {
    rig.tracks[0]?.unplug();
    await expect.poll(() => rig.tracks.length).toBe(2);
    await voice().setMicrophone({ noiseSuppression: false });
    expect(rig.tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'ended', 'live']);
    expect(rig.settings.at(-1)).toMatchObject({ noiseSuppression: false, echoCancellation: true });
    expect(voice().state.get()).toMatchObject({ status: 'connected', error: null });
  });

  it('opens a microphone muted where the user is muted', async () => {
    await voice().setMuted(true);
    await voice().setMicrophone({ deviceId: 'other' });
    expect(rig.tracks[1]?.enabled).toBe(false);
    await voice().setMuted(false);
    expect(rig.tracks[1]?.enabled).toBe(true);
  });
});

describe('voice that has lost its microphone', () => {
  it('goes on hearing, says so, and talks again with the next one', async () => {
    const opened: FakeTrack[] = [];
    let isPlugged = true;
    const rig = await createVoiceRig({
      getMicrophone: async () => {
        if (!isPlugged) throw Object.assign(new Error('none'), { name: 'NotFoundError' });
        const track = new FakeTrack();
        opened.push(track);
        return track as unknown as MediaStreamTrack;
      },
    });
    const { voice } = rig.client;
    rig.joinAnswer.fields = { consumers: [consumerOf(1, bob)] };
    await voice.join('general');
    isPlugged = false;
    opened[0]?.unplug();
    await until(voice.state, ({ error }) => error?.code === 'MicrophoneMissing');
    expect(voice.state.get()).toMatchObject({ status: 'connected', outputs: [{ userId: bob }] });
    isPlugged = true;
    await voice.setMicrophone({});
    expect(voice.state.get().error).toBeNull();
    expect(opened[1]?.readyState).toBe('live');
    await rig.close();
  });
});
