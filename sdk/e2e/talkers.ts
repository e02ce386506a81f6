import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '@boltorezka/sdk';
import wrtc from '@roamhq/wrtc';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { createToneMicrophone, hearPitch } from './tone.ts';
import { until } from './until.ts';

/** What the browser has globally, mediasoup-client's handler looks for globally. */
export const installWebRtc = (): void => {
  const { RTCPeerConnection, RTCSessionDescription, MediaStream } = wrtc;
  Object.assign(globalThis, { RTCPeerConnection, RTCSessionDescription, MediaStream });
};

/** People on native WebRTC, each with a tone of their own. */
export const createTalkers = () => {
  const closers: (() => void)[] = [];
  return {
    arrive: async (url: string, name: string, hz: number): Promise<Client> => {
      const microphone = createToneMicrophone(hz);
      const client = createClient({
        baseUrl: url,
        voice: {
          handlerFactory: Chrome111.createFactory({}),
          getMicrophone: async () => microphone.track,
          createMediaStream: () => new wrtc.MediaStream(),
          // The track of a connection that is never made does not play here.
          createSilentTrack: () => null,
        },
      });
      closers.push(() => {
        client.close();
        microphone.close();
      });
      await client.auth.register({ email: `${randomUUID()}@test.local`, password: 'password123', name });
      await until(client.connection.state, ({ status }) => status === 'online');
      return client;
    },
    close: () => {
      for (const close of closers) close();
    },
  };
};

/** The track of somebody who is heard, once they are. */
export const trackOf = async (listener: Client, userName: string): Promise<MediaStreamTrack> => {
  const isTheirs = (output: { userName: string }) => output.userName === userName;
  const { outputs } = await until(listener.voice.state, (state) => state.outputs.some(isTheirs));
  const track = outputs.find(isTheirs)?.stream.getAudioTracks()[0];
  if (!track) throw new Error(`${userName} has no track`);
  return track;
};

export const hears = async (listener: Client, userName: string, hz: number): Promise<void> =>
  hearPitch(await trackOf(listener, userName), hz);
