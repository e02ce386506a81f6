import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '@boltorezka/sdk';
import wrtc from '@roamhq/wrtc';
import { Chrome111 } from 'mediasoup-client/handlers/Chrome111';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { createToneMicrophone, hearPitch, type ToneMicrophone } from './tone.ts';
import { until } from './until.ts';

let server: TestServer;
const clients: Client[] = [];
const microphones: ToneMicrophone[] = [];

beforeAll(async () => {
  // What the browser has globally, mediasoup-client's handler looks for globally.
  Object.assign(globalThis, {
    RTCPeerConnection: wrtc.RTCPeerConnection,
    RTCSessionDescription: wrtc.RTCSessionDescription,
    MediaStream: wrtc.MediaStream,
  });
  server = await startTestServer();
});
afterAll(async () => {
  for (const client of clients) client.close();
  for (const microphone of microphones) microphone.close();
  await server.close();
});

const arrive = async (name: string, hz: number): Promise<Client> => {
  const microphone = createToneMicrophone(hz);
  microphones.push(microphone);
  const client = createClient({
    baseUrl: server.url,
    voice: {
      handlerFactory: Chrome111.createFactory({}),
      getMicrophone: async () => microphone.track,
      createMediaStream: () => new wrtc.MediaStream(),
    },
  });
  clients.push(client);
  await client.auth.register({ email: `${randomUUID()}@test.local`, password: 'password123', name });
  await until(client.connection.state, ({ status }) => status === 'online');
  return client;
};

describe('the sdk in Node, on native WebRTC', () => {
  it('talks: each hears the other’s pitch, sees a mute, and sees who leaves', async () => {
    const [anna, boris] = [await arrive('Anna', 440), await arrive('Boris', 880)];
    const room = boris.rooms.open('general');
    await anna.voice.join('general');
    await boris.voice.join('general');
    const hears = async (listener: Client, speaker: string, hz: number) => {
      const { outputs } = await until(listener.voice.state, (state) =>
        state.outputs.some(({ userName }) => userName === speaker),
      );
      const output = outputs.find(({ userName }) => userName === speaker);
      await hearPitch(output!.stream.getAudioTracks()[0]!, hz);
    };
    await Promise.all([hears(anna, 'Boris', 880), hears(boris, 'Anna', 440)]);

    await anna.voice.setMuted(true);
    await until(room.state, ({ participants }) =>
      participants.some(({ userName, muted }) => userName === 'Anna' && muted),
    );
    await anna.voice.leave();
    const { participants } = await until(
      room.state,
      (state) => !state.participants.some(({ userName }) => userName === 'Anna'),
    );
    expect(participants.map(({ userName }) => userName)).toEqual(['Boris']);
  });
});
