import { connect } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, expect, it } from 'vitest';
import { installBodyDeadline } from './body-deadline.ts';

let app: FastifyInstance;
afterEach(() => app.close());

const listen = async (): Promise<number> => {
  app = Fastify();
  installBodyDeadline(app, 100);
  app.post('/read', async () => 'read');
  app.post('/streamed', { config: { bodyIsStreamed: true } }, async () => 'streamed');
  app.get('/slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return 'slow';
  });
  await app.listen({ port: 0 });
  const address = app.server.address();
  return typeof address === 'object' && address ? address.port : 0;
};

it('a body that drips is cut', async () => {
  const socket = connect(await listen(), '127.0.0.1');
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.on('error', () => undefined);
  socket.write('POST /read HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nx');
  const drip = setInterval(() => socket.write('x'), 20);
  await closed;
  clearInterval(drip);
});

it('an answer may take longer than a body', async () => {
  const response = await fetch(`http://127.0.0.1:${await listen()}/slow`);
  expect(await response.text()).toBe('slow');
});

it('heads have a deadline as well', async () => {
  await listen();
  expect(app.server.headersTimeout).toBe(100);
});
