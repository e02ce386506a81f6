import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../test/until.ts';
import { createVoiceRig, FakeTrack, type VoiceRig } from '../../test/voice-rig.ts';
import type { MicrophoneSettings } from '../types.ts';

const failure = (name: string) => Object.assign(new Error(name), { name });

describe('the microphone of a call', () => {
  let rig: VoiceRig;
  let wanted: MicrophoneSettings[];
  let tracks: FakeTrack[];
  /** What becomes of the next attempts to open it, instead of a track. */
  let obstacles: (() => Promise<unknown>)[];
  const voice = () => rig.client.voice;

  beforeEach(async () => {
    [wanted, tracks, obstacles] = [[], [], []];
    rig = await createVoiceRig({
      getMicrophone: async (settings) => {
        wanted.push(settings);
        await obstacles.shift()?.();
        const track = new FakeTrack();
        tracks.push(track);
        return track as unknown as MediaStreamTrack;
      },
    });
  });
  afterEach(() => rig.close());

  const never = () => new Promise<never>(() => undefined);
  const missing = () => Promise.reject(failure('NotFoundError'));

  it('may be waited for as long as it likes, and the call comes back meanwhile', async () => {
    await voice().join('general');
    obstacles.push(never);
    void voice().setMicrophone({ noiseSuppression: false });
    rig.server.sockets[0]?.terminate();
    await rig.server.waitForRequest('voice.resume');
    await until(voice().state, ({ status }) => status === 'connected');
    await voice().leave();
    expect(voice().state.get().status).toBe('idle');
  });

  it('is the one that was asked for last, with all that was asked for before it', async () => {
    await voice().join('general');
    obstacles.push(never);
    void voice().setMicrophone({ noiseSuppression: false });
    await voice().setMicrophone({ deviceId: 'headset' });
    expect(wanted.at(-1)).toMatchObject({ noiseSuppression: false, deviceId: 'headset' });
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
    expect(voice().state.get().error).toBeNull();
  });

  it('keeps every change that is made while there is no call', async () => {
    void voice().setMicrophone({ noiseSuppression: false });
    void voice().setMicrophone({ deviceId: 'headset' });
    await voice().join('general');
    expect(wanted).toEqual([expect.objectContaining({ noiseSuppression: false, deviceId: 'headset' })]);
  });

  it('is the chosen one where the former is unplugged while that opens', async () => {
    await voice().join('general');
    const opening = Promise.withResolvers<void>();
    obstacles.push(() => opening.promise);
    const choosing = voice().setMicrophone({ deviceId: 'headset' });
    await expect.poll(() => wanted.length).toBe(2);
    tracks[0]?.unplug();
    opening.resolve();
    await choosing;
    await rig.client.connection.request('ping', {});
    expect(wanted.map(({ deviceId }) => deviceId)).toEqual([undefined, 'headset']);
    expect(voice().state.get().error).toBeNull();
  });

  it('is any other where the chosen one cannot be had and the former is gone', async () => {
    await voice().join('general');
    obstacles.push(async () => {
      tracks[0]?.unplug();
      throw failure('NotReadableError');
    });
    await voice().setMicrophone({ deviceId: 'headset' });
    expect(tracks.map(({ readyState }) => readyState)).toEqual(['ended', 'live']);
    expect(voice().state.get().error).toMatchObject({ code: 'MicrophoneBusy', detail: 'otherMicrophone' });
  });

  it('goes on where another cannot be had, and that is said', async () => {
    await voice().join('general');
    obstacles.push(missing);
    await voice().setMicrophone({ deviceId: 'gone' });
    expect(voice().state.get()).toMatchObject({
      status: 'connected',
      error: { code: 'MicrophoneMissing', detail: 'otherMicrophone' },
    });
    expect(tracks[0]?.readyState).toBe('live');
    await voice().setMicrophone({ deviceId: 'there' });
    expect(voice().state.get().error).toBeNull();
  });

  it('is the chosen one again once that is plugged in, after another has stood in for it', async () => {
    await voice().setMicrophone({ deviceId: 'headset' });
    await voice().join('general');
    tracks[0]?.unplug();
    await expect.poll(() => tracks.length).toBe(2);
    expect(wanted[1]?.deviceId).toBeUndefined();
    await rig.client.connection.request('ping', {});
    await voice().leave();
    await voice().join('general');
    expect(wanted.at(-1)?.deviceId).toBe('headset');
  });
});
