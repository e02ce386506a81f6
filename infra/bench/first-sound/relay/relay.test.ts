import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openPath, type Path } from './index.ts';

const host = '127.0.0.1';
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Servers that say back what they hear, by TCP and UDP. */
const startEcho = async () => {
  const tcp = createServer((socket) => socket.pipe(socket));
  tcp.listen(0, host);
  const udp = createSocket('udp4');
  udp.on('message', (packet, from) => udp.send(packet, from.port, from.address));
  udp.bind(0, host);
  await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
  closers.push(async () => {
    udp.close();
    await new Promise((resolve) => tcp.close(resolve));
  });
  return { serverPort: (tcp.address() as { port: number }).port, mediaPort: udp.address().port };
};

const openEchoPath = async (roundTripMs: number): Promise<Path> => {
  const path = await openPath({ ...(await startEcho()), roundTripMs });
  closers.push(path.close);
  return path;
};

const connectTo = async (path: Path): Promise<Socket> => {
  const socket = connect({ host, port: Number(new URL(path.url).port) });
  await once(socket, 'connect');
  closers.push(async () => socket.destroy());
  return socket;
};

const readUntil = async (socket: Socket, end: string): Promise<string> => {
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (text.endsWith(end)) break;
  }
  return text;
};

describe('a path', () => {
  it('takes a round trip for a TCP handshake and another for an answer, and keeps the order', async () => {
    const path = await openEchoPath(60);
    const startedAt = performance.now();
    const socket = await connectTo(path);
    for (let n = 0; n < 100; n += 1) socket.write(`${n},`);
    const text = await readUntil(socket, '99,');
    expect(text).toBe(Array.from({ length: 100 }, (_, n) => `${n},`).join(''));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(119);
    expect(path.events.slice(0, 2).map(({ label }) => label)).toEqual(['SYN', 'SYN-ACK']);
    const [, answer, request] = path.events;
    expect(request?.sentAtMs).toBeGreaterThanOrEqual(answer?.deliveredAtMs ?? Number.POSITIVE_INFINITY);
  });

  it('carries datagrams of several clients with its delay, each to its own, in order', async () => {
    const path = await openEchoPath(40);
    const talk = async (name: string) => {
      const socket = createSocket('udp4');
      const heard: string[] = [];
      const startedAt = performance.now();
      const done = new Promise<void>((resolve) => {
        socket.on('message', (packet) => {
          heard.push(packet.toString());
          if (heard.length === 20) resolve();
        });
      });
      for (let n = 0; n < 20; n += 1) socket.send(`${name} ${n}`, path.mediaPort, host);
      await done;
      socket.close();
      expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
      expect(heard).toEqual(Array.from({ length: 20 }, (_, n) => `${name} ${n}`));
    };
    await Promise.all([talk('a'), talk('b')]);
    expect(new Set(path.events.map(({ flow }) => flow)).size).toBe(2);
    for (const { sentAtMs, deliveredAtMs } of path.events) {
      expect(deliveredAtMs - sentAtMs).toBeGreaterThanOrEqual(18);
    }
  });

  it('passes the end of a stream on', async () => {
    const socket = await connectTo(await openEchoPath(20));
    socket.end('bye');
    expect(await readUntil(socket, 'never')).toBe('bye');
  });
});
