import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { createFrameReader, encodeClientFrame, opcodes } from './frames.ts';

export interface LeanSocketOptions {
  url: string;
  token: string;
  /** What the address says beside the token. */
  query?: Record<string, string>;
  /** An address of this machine to come from. */
  localAddress: string;
  /** Every text frame; the payload is valid during the call alone. */
  onText: (payload: Buffer) => void;
}

export interface LeanSocket {
  send(frames: object[]): void;
  /** Resolves with the first text frame, from now on, that contains the text. */
  waitFor(text: string): Promise<string>;
  /** Settles when the connection has ended, however. */
  readonly closed: Promise<void>;
  close(): void;
}

const READ_BYTES = 64 * 1024;
const HEAD_END = '\r\n\r\n';

/** One for all sockets of the process: what is read is handled before the next read. */
const readBuffer = Buffer.allocUnsafe(READ_BYTES);

const upgradeRequest = ({ url, token, query }: LeanSocketOptions): string => {
  const { host } = new URL(url);
  return [
    `GET /v1/realtime/ws?${new URLSearchParams({ token, ...query })} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ].join('\r\n');
};

/** Passes on what follows the answer to the upgrade; throws where the answer is not 101. */
const skipHttpHead = (onRest: (bytes: Buffer) => void): ((chunk: Buffer) => void) => {
  let head: Buffer | undefined = Buffer.alloc(0);
  return (chunk) => {
    if (head === undefined) return onRest(chunk);
    const bytes = Buffer.concat([head, chunk]);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) {
      head = bytes;
      return;
    }
    const [status = ''] = bytes.toString('latin1').split('\r\n', 1);
    if (!status.includes(' 101 ')) throw new Error(`the server answered ${status}`);
    head = undefined;
    onRest(bytes.subarray(end + HEAD_END.length));
  };
};

/** Frames that somebody waits for by a text in them. */
const createWaiters = () => {
  let failure: Error | undefined;
  const waiting = new Set<{
    text: string;
    resolve: (frame: string) => void;
    reject: (error: Error) => void;
  }>();
  return {
    offer: (payload: Buffer) => {
      for (const waiter of waiting) {
        if (!payload.includes(waiter.text)) continue;
        waiting.delete(waiter);
        waiter.resolve(payload.toString());
      }
    },
    waitFor: (text: string) =>
      new Promise<string>((resolve, reject) => {
        if (failure) reject(failure);
        else waiting.add({ text, resolve, reject });
      }),
    fail: (error: Error) => {
      failure ??= error;
      for (const { reject } of waiting) reject(error);
      waiting.clear();
    },
  };
};

/**
 * A WebSocket client that does next to nothing, so that the machine's time goes to the server: it answers pings, and
 * hands each text frame on as bytes.
 */
export const openLeanSocket = (options: LeanSocketOptions): LeanSocket => {
  const { hostname, port } = new URL(options.url);
  const waiters = createWaiters();
  const read = createFrameReader((opcode, payload) => {
    if (opcode === opcodes.ping) socket.write(encodeClientFrame(opcodes.pong, payload));
    if (opcode !== opcodes.text) return;
    waiters.offer(payload);
    options.onText(payload);
  });
  const receive = skipHttpHead(read);
  const socket = connect({
    host: hostname,
    port: Number(port),
    localAddress: options.localAddress,
    noDelay: true,
    onread: {
      buffer: readBuffer,
      callback: (length) => {
        try {
          receive(readBuffer.subarray(0, length));
        } catch (error) {
          socket.destroy(error as Error);
        }
        return true;
      },
    },
  });
  socket.write(upgradeRequest(options) + HEAD_END);
  const { promise: closed, resolve: markClosed } = Promise.withResolvers<void>();
  socket.once('error', (error) => waiters.fail(error));
  socket.once('close', () => {
    waiters.fail(new Error('the server closed the socket'));
    markClosed();
  });
  return {
    send: (frames) => {
      const encode = (frame: object) =>
        encodeClientFrame(opcodes.text, Buffer.from(JSON.stringify({ v: 1, ...frame })));
      socket.write(Buffer.concat(frames.map(encode)));
    },
    waitFor: waiters.waitFor,
    closed,
    close: () => void socket.destroy(),
  };
};
