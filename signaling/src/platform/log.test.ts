import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createRedisBus } from './bus-redis.ts';
import { redactedPaths } from './log.ts';

describe('the log', () => {
  it('holds no password of Redis, though Redis’ refusals repeat the command that brought it', async () => {
    const server = createServer((socket) => {
      socket.on('data', () => socket.write('-ERR max number of clients reached\r\n'));
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const lines: string[] = [];
    const log = pino({ redact: { paths: redactedPaths } }, { write: (line) => void lines.push(line) });
    const { port } = server.address() as AddressInfo;
    const bus = await createRedisBus(`redis://:a-very-secret-word@127.0.0.1:${port}`, log);
    await expect.poll(() => lines.join('')).toContain('max number of clients');
    expect(lines.join('')).not.toContain('a-very-secret-word');
    await bus.close();
    server.close();
  });
});
