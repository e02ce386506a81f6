import type { Client, Failure } from '@boltorezka/sdk';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { createTalkers, hears, installWebRtc } from './talkers.ts';
import { until } from './until.ts';

describe('a call on native WebRTC that is hurt on purpose', () => {
  const talkers = createTalkers();
  let server: TestServer;
  let anna: Client;
  let boris: Client;

  beforeAll(async () => {
    installWebRtc();
    server = await startTestServer();
    [anna, boris] = [
      await talkers.arrive(server.url, 'Anna', 440),
      await talkers.arrive(server.url, 'Boris', 660),
    ];
    await anna.voice.join('general');
    await boris.voice.join('general');
  });
  afterAll(async () => {
    talkers.close();
    await server.close();
  });

  it.each<Failure>([
    { kind: 'socketLost' },
    { kind: 'networkChange' },
    { kind: 'mediaLost' },
    { kind: 'serverGone', durationMs: 1_000 },
    { kind: 'blackHole', durationMs: 4_000 },
    { kind: 'sleep', durationMs: 4_000 },
    { kind: 'unavailable', durationMs: 1_000 },
  ])('is heard again after %j, both ways', async (failure) => {
    await anna.simulate(failure);
    await until(anna.connection.state, ({ status }) => status === 'online');
    await until(anna.voice.state, ({ status }) => status === 'connected');
    await Promise.all([hears(anna, 'Boris', 660), hears(boris, 'Anna', 440)]);
  });
});
