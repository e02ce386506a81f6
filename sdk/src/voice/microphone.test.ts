import { afterEach, describe, expect, it, vi } from 'vitest';
import { createVoiceRig, FakeTrack, type VoiceRig } from '../../test/voice-rig.ts';
import type { MicrophoneSettings } from '../types.ts';
import { defaultMicrophoneSettings, getBrowserMicrophone } from './microphone.ts';

const overconstrained = () => Object.assign(new Error('gone'), { name: 'OverconstrainedError' });

describe('a microphone that was chosen before', () => {
  let rig: VoiceRig | undefined;
  const asked: MicrophoneSettings[] = [];

  const start = async (plugged: string[]) => {
    asked.length = 0;
    rig = await createVoiceRig({
      getMicrophone: async (settings) => {
        asked.push(settings);
        const { deviceId } = settings;
        if (deviceId !== undefined && !plugged.includes(deviceId)) throw overconstrained();
        return new FakeTrack() as unknown as MediaStreamTrack;
      },
    });
    return rig.client.voice;
  };

  afterEach(async () => {
    await rig?.close();
  });

  it('does not cost the call where it is not plugged in', async () => {
    const voice = await start([]);
    await voice.setMicrophone({ deviceId: 'headset' });
    await voice.join('general');
    expect(voice.state.get()).toMatchObject({ status: 'connected', error: null });
    expect(asked.map(({ deviceId }) => deviceId)).toEqual(['headset', undefined]);
    await voice.setMicrophone({ noiseSuppression: false });
    expect(voice.state.get().error).toBeNull();
  });

  it('is taken again once it is plugged in', async () => {
    const plugged: string[] = [];
    const voice = await start(plugged);
    await voice.setMicrophone({ deviceId: 'headset' });
    await voice.join('general');
    await voice.leave();
    plugged.push('headset');
    await voice.join('general');
    expect(asked.at(-1)?.deviceId).toBe('headset');
  });

  it('is told to be missing where it is chosen in the call', async () => {
    const voice = await start([]);
    await voice.join('general');
    await voice.setMicrophone({ deviceId: 'headset' });
    expect(voice.state.get()).toMatchObject({ status: 'connected', error: { code: 'MicrophoneMissing' } });
  });
});

describe("the browser's microphone", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it.each([
    [undefined, undefined],
    ['', undefined],
    ['headset', { exact: 'headset' }],
  ])('of the device %j is asked for as %j', async (deviceId, expected) => {
    const asked: MediaTrackConstraints[] = [];
    const getUserMedia = async ({ audio }: { audio: MediaTrackConstraints }) => {
      asked.push(audio);
      return { getAudioTracks: () => [new FakeTrack()] };
    };
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia } });
    await getBrowserMicrophone({ ...defaultMicrophoneSettings, ...(deviceId !== undefined && { deviceId }) });
    expect(asked[0]?.deviceId).toEqual(expected);
  });
});
