import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { createTalkers, hears, installWebRtc } from './talkers.ts';
import { until } from './until.ts';

const talkers = createTalkers();
let server: TestServer;

beforeAll(async () => {
  installWebRtc();
  server = await startTestServer();
});
afterAll(async () => {
  talkers.close();
  await server.close();
});

describe('the sdk in Node, on native WebRTC', () => {
  it('talks: each hears the other’s pitch, sees a mute, and sees who leaves', async () => {
    const [anna, boris] = [
      await talkers.arrive(server.url, 'Anna', 440),
      await talkers.arrive(server.url, 'Boris', 880),
    ];
    const room = boris.rooms.open('general');
    await anna.voice.join('general');
    await boris.voice.join('general');
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
