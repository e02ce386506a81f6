import { isJsonTooDeep, ServerFrame } from '@boltorezka/protocol';
import type { Log, WebSocketLike } from './types.ts';

export interface SocketDeps {
  url: string;
  webSocket: (url: string) => WebSocketLike;
  onFrame: (frame: ServerFrame) => void;
  /** Once, whoever closed it; not after `close()`. */
  onClose: (code: number) => void;
  log: Log;
}

export interface Socket {
  /** False where the socket is not open. */
  send(frame: object): boolean;
  close(code: number): void;
}

const openState = 1;
const abnormalClosure = 1006;

const toFrame = (data: unknown): ServerFrame | undefined => {
  if (typeof data !== 'string' || isJsonTooDeep(data)) return undefined;
  try {
    return ServerFrame.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
};

/** One WebSocket, from the first attempt to its close; it is never opened again. */
export const createSocket = ({ url, webSocket, onFrame, onClose, log }: SocketDeps): Socket => {
  let closed = false;
  const finish = (code: number) => {
    if (closed) return;
    closed = true;
    onClose(code);
  };
  let socket: WebSocketLike;
  try {
    socket = webSocket(url);
  } catch (error) {
    const fields = { name: error instanceof Error ? error.name : 'unknown' };
    log({ level: 'warn', message: 'No socket could be made', fields });
    // A constructor that throws (a page of https, a server of ws) must look like any other failure.
    queueMicrotask(() => finish(abnormalClosure));
    return {
      send: () => false,
      close: () => {
        closed = true;
      },
    };
  }
  socket.addEventListener('message', ({ data }) => {
    if (closed) return;
    const frame = toFrame(data);
    if (frame) onFrame(frame);
    else log({ level: 'warn', message: 'A frame that cannot be read was ignored' });
  });
  socket.addEventListener('close', ({ code }) => finish(code));
  // What went wrong is not told to scripts; the close event follows.
  socket.addEventListener('error', () => undefined);
  return {
    send: (frame) => {
      if (closed || socket.readyState !== openState) return false;
      socket.send(JSON.stringify(frame));
      return true;
    },
    close: (code) => {
      closed = true;
      socket.close(code);
    },
  };
};
