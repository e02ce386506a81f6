import type { Client } from '@boltorezka/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { createTalkers, hears, installWebRtc, trackOf } from './talkers.ts';
import { waitForSilence } from './tone.ts';
import { until } from './until.ts';

/** Whoever should be silent goes on sending: only the server can keep it from the others. */
describe('a client that lies', () => {
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
    await hears(boris, 'Anna', 440);
  });
  afterAll(async () => {
    talkers.close();
    await server.close();
  });

  it('is not heard while it is muted, though it sends, and is heard after it', async () => {
    const track = await trackOf(boris, 'Anna');
    // By the wire alone: its microphone stays open.
    const mutedAtMs = performance.now();
    await anna.connection.request('voice.setMuted', { muted: true });
    const lastHeardAtMs = await waitForSilence(track);
    console.log(`a mute against the client's will: silent after ${Math.round(lastHeardAtMs - mutedAtMs)} ms`);
    expect(lastHeardAtMs - mutedAtMs).toBeLessThan(500);
    await anna.connection.request('voice.setMuted', { muted: false });
    await hears(boris, 'Anna', 440);
  });

  it('is heard once it unmutes, where it joined muted', async () => {
    const clara = await talkers.arrive(server.url, 'Clara', 880);
    await clara.voice.setMuted(true);
    await clara.voice.join('general');
    await until(clara.voice.state, ({ status }) => status === 'connected');
    await clara.voice.setMuted(false);
    await hears(boris, 'Clara', 880);
    await clara.voice.leave();
  });

  it('is not heard within half a second of its leaving, though it sends', async () => {
    const track = await trackOf(boris, 'Anna');
    const leftAtMs = performance.now();
    await anna.connection.request('voice.leave', {});
    const lastHeardAtMs = await waitForSilence(track);
    console.log(`a peer that was closed: silent after ${Math.round(lastHeardAtMs - leftAtMs)} ms`);
    expect(lastHeardAtMs - leftAtMs).toBeLessThan(500);
  });
});
