import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

const folder = fileURLToPath(new URL('../../protocol/fixtures/client/', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

let server: TestServer;
let socket: TestSocket;

beforeAll(async () => {
  server = await startTestServer();
  socket = await server.connect();
  await socket.request('room.join', { roomSlug: 'general' });
});
afterAll(() => server.close());

describe('the golden frames of clients', () => {
  it.each(files)('%s is understood by a running server', async (name) => {
    const frame = JSON.parse(readFileSync(folder + name, 'utf8')) as { requestId?: string };
    socket.send({ ...frame, requestId: name });
    await expect.poll(() => socket.frames.some(({ requestId }) => requestId === name)).toBe(true);
    const answer = socket.frames.find(({ requestId }) => requestId === name);
    // The rooms and transports that they name are not there; what they say is clear all the same.
    expect(['ValidationError', 'UnknownEvent', 'ServerError']).not.toContain(answer?.payload.code);
  });
});
