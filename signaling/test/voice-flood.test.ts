import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRoom } from './rest.ts';
import { dtlsParameters, microphone, rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { RATE_LIMIT_FRAMES_PER_SECOND: '50' } });
});
afterAll(() => server.close());

const sit = async (socket: TestSocket) => {
  const { slug: roomSlug } = await createRoom(server.url, socket.token);
  return socket.request('voice.join', { roomSlug, rtpCapabilities });
};

/** The slowest of so many answers, milliseconds. */
const slowest = async (socket: TestSocket): Promise<number> => {
  let worstMs = 0;
  for (let n = 0; n < 30; n += 1) {
    const askedAtMs = performance.now();
    await socket.request('voice.setMuted', { muted: n % 2 === 0 });
    worstMs = Math.max(worstMs, performance.now() - askedAtMs);
  }
  return worstMs;
};

it('a flood of voice frames is cut off, and the other room is answered as before', async () => {
  const [flooder, calm] = await Promise.all([server.connect('Flooder'), server.connect('Calm')]);
  const seat = await sit(flooder);
  await sit(calm);
  const aloneMs = await slowest(calm);
  const { roomSlug, sendTransport } = seat;
  const { id: transportId } = sendTransport;
  const frames = [
    { type: 'voice.restartIce', payload: { transportId } },
    { type: 'voice.prepare', payload: { roomSlug, dtlsParameters } },
    { type: 'voice.produce', payload: { transportId, kind: 'audio', rtpParameters: microphone() } },
    { type: 'voice.join', payload: { roomSlug, rtpCapabilities } },
  ];
  // Ten times what it may.
  for (let n = 0; n < 2_000; n += 1) flooder.send({ requestId: `f${n}`, ...frames[n % frames.length] });
  const besideMs = await slowest(calm);
  console.log(
    `slowest of 30 mutes: alone ${aloneMs.toFixed(1)} ms, beside a flood ${besideMs.toFixed(1)} ms`,
  );
  expect((await flooder.closed).code).toBe(4008);
  // What was let in is worked through in turn, a room for itself.
  expect(besideMs).toBeLessThan(1_000);
  expect(calm.frames.filter(({ type }) => type === 'error')).toEqual([]);
  await calm.close();
});
