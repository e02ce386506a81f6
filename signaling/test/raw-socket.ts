import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface RawSocket {
  socket: Socket;
  /** What the server has sent so far. */
  text: () => string;
  /** Resolves when the server has hung up; this end never closes by itself. */
  closed: Promise<void>;
}

/** A TCP connection that says what it likes, and answers nothing. */
export const openRaw = (url: string, text: string): RawSocket => {
  let received = '';
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true }, () =>
    socket.write(text),
  );
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => {
    let probe: NodeJS.Timeout | undefined;
    socket.on('end', () => {
      // The server's half is closed. Where the whole is, a write is answered by a reset, which the next one meets.
      probe = setInterval(() => socket.write('x'), 20);
    });
    socket.on('close', () => {
      clearInterval(probe);
      resolve();
    });
  });
  return { socket, text: () => received, closed };
};

/** The request line and headers of a WebSocket handshake. */
export const upgradeRequest = (target: string): string =>
  [
    `GET ${target} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    '\r\n',
  ].join('\r\n');
