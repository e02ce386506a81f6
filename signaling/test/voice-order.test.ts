import type { MediaPort } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNode } from '../../media/test/port.ts';
import { createRoom } from './rest.ts';
import { rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket } from './test-socket.ts';

/** A node that keeps the answer to a join back for as long as a test wants. */
const openSlowNode = async () => {
  const node = await startNode();
  let hold: Promise<void> | undefined;
  const media: MediaPort = {
    subscribe: (listener) => node.subscribe(listener),
    close: () => node.close(),
    request: async (type, payload) => {
      const held = type === 'media.joinRoom' ? hold : undefined;
      if (held) hold = undefined;
      const answer = await node.request(type, payload);
      await held;
      return answer;
    },
  };
  const holdNext = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    hold = promise;
    return resolve;
  };
  return { media, holdNext };
};

describe('two joins of one person', () => {
  let slow: Awaited<ReturnType<typeof openSlowNode>>;
  let server: TestServer;
  beforeAll(async () => {
    slow = await openSlowNode();
    server = await startTestServer({ openMedia: async () => slow.media });
  });
  afterAll(() => server.close());

  it('end at the one that was asked for last, whichever is answered first', async () => {
    const first = await server.connect('Anna');
    const second = await openSocket(server.url, first);
    const [one, other] = await Promise.all([1, 2].map(() => createRoom(server.url, first.token)));
    const release = slow.holdNext();
    const late = first.refused('voice.join', { roomSlug: one!.slug, rtpCapabilities });
    await expect.poll(async () => (await slow.media.request('media.getPeers', {})).peers.length).toBe(1);
    await second.request('voice.join', { roomSlug: other!.slug, rtpCapabilities });
    release();
    expect(await late).toMatchObject({ code: 'Conflict' });
    await second.request('voice.setMuted', { muted: true });
    const { peers } = await slow.media.request('media.getPeers', {});
    expect(peers.map(({ roomId }) => roomId)).toEqual([other!.id]);
    await Promise.all([first.close(), second.close()]);
  });
});
