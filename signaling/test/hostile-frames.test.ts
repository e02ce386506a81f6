import { randomUUID } from 'node:crypto';
import { type RequestType, requests } from '@boltorezka/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBesiegedServer } from './besieged-server.ts';
import { deepJson, nonsense } from './nonsense.ts';
import type { TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startBesiegedServer();
});
afterAll(() => server.close());

const requestTypes = Object.keys(requests) as RequestType[];

describe('every frame', () => {
  let socket: TestSocket;
  beforeAll(async () => {
    socket = await server.connect();
    await socket.request('room.join', { roomSlug: 'general' });
  });
  afterAll(() => socket.close());

  it.each(requestTypes.filter((type) => !['ping', 'voice.leave', 'lobby.watch'].includes(type)))(
    '%s with payloads of every wrong kind gets a nack',
    async (type) => {
      for (const value of nonsense.filter((candidate) => candidate !== null)) {
        expect(await socket.refused(type, value)).toMatchObject({ code: expect.any(String) });
        const everyField = Object.fromEntries(
          [
            'roomSlug',
            'text',
            'rtpCapabilities',
            'transportId',
            'dtlsParameters',
            'kind',
            'rtpParameters',
            'muted',
            'deafened',
          ].map((field) => [field, value]),
        );
        const isFine =
          (type === 'voice.setMuted' || type === 'voice.setDeafened') && typeof value === 'boolean';
        const answer = await socket.refused(type, everyField);
        expect(answer.code).toBe(isFine ? 'NotInVoice' : answer.code);
        expect(answer.code).not.toBe('ServerError');
      }
    },
  );

  it('that is no frame gets an error, and names of Object are no requests', async () => {
    const other = await server.connect();
    for (const text of [
      '',
      'x',
      '[]',
      '1',
      'null',
      '"x"',
      '{}',
      '{"type":1}',
      '{"type":""}',
      deepJson(100),
    ]) {
      other.send(text);
      expect(await other.next('error')).toMatchObject({ code: 'ValidationError' });
    }
    for (const type of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'ack', 'server.ready']) {
      expect(await other.refused(type, {})).toMatchObject({ code: 'UnknownEvent' });
    }
    other.send({ v: 2, type: 'ping', requestId: 'x' });
    await expect.poll(() => other.frames.at(-1)?.requestId).toBe('x');
    expect(other.frames.at(-1)).toMatchObject({ type: 'nack', payload: { code: 'ValidationError' } });
    await socket.request('chat.send', { text: 'a pair: \ud83d\ude00' });
    expect(await socket.refused('chat.send', { text: 'half a pair: \ud83d' })).toMatchObject({
      code: 'ValidationError',
    });
    await other.close();
  });

  it('of binary, and too many of nonsense, close the socket', async () => {
    const other = await server.connect();
    other.ws.send(Buffer.from([0xff, 0xfe]));
    expect(await other.next('error')).toMatchObject({ code: 'ValidationError' });
    for (let n = 0; n < 50; n += 1) other.send('nonsense');
    expect((await other.closed).code).toBe(4008);
  });

  it('of more than 64 KiB closes with 1009', async () => {
    const other = await server.connect();
    other.send(JSON.stringify({ type: 'chat.send', payload: { text: 'x'.repeat(65 * 1024) } }));
    expect((await other.closed).code).toBe(1009);
  });

  it('with 1 MB of rtpParameters never reaches a worker', async () => {
    const other = await server.connect();
    const rtpParameters = {
      codecs: Array.from({ length: 10_000 }, () => ({ mimeType: 'audio/opus'.repeat(10) })),
    };
    other.send({ type: 'voice.produce', payload: { transportId: 'x', kind: 'audio', rtpParameters } });
    expect((await other.closed).code).toBe(1009);
  });

  it('in fragments without end closes the socket', async () => {
    const other = await server.connect();
    for (let n = 0; n < 200; n += 1) other.ws.send('x', { fin: false });
    expect((await other.closed).code).toBe(1008);
  });

  it('of random JSON is answered, and nothing else happens', async () => {
    const other = await server.connect();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...requestTypes),
        fc.jsonValue({ maxDepth: 5 }),
        async (type, payload) => {
          const requestId = randomUUID();
          other.send({ type, requestId, payload });
          await expect.poll(() => other.frames.some((frame) => frame.requestId === requestId)).toBe(true);
          const answer = other.frames.find((frame) => frame.requestId === requestId);
          expect(answer?.payload.code).not.toBe('ServerError');
        },
      ),
      { numRuns: 100, seed: 42 },
    );
    await other.close();
  });
});
