import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { limits } from '@boltorezka/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { countingKey } from '../platform/address.ts';
import type { Logger } from '../platform/log.ts';
import type { KeyedBuckets } from '../platform/token-bucket.ts';

export interface Arrival {
  ws: WebSocket;
  raw: Duplex;
  params: URLSearchParams;
}

export interface DoorDeps {
  isOriginAllowed: (request: IncomingMessage) => boolean;
  addressOf: (request: IncomingMessage) => string;
  connectBuckets: KeyedBuckets;
  isDraining: () => boolean;
  /** A socket stands, paused: nothing is read before it is known who speaks. */
  onArrival: (arrival: Arrival) => void;
  log: Logger;
}

const path = '/v1/realtime/ws';

/** How long a peer may take to answer a close before its socket is cut. */
const closeTimeoutMs = 5_000;

/** Answers and hangs up: after an upgrade nobody else times the connection out. */
const refuse = (socket: Duplex, status: string): void => {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

/** Why an upgrade is not let in; undefined where it is. */
const refusalOf = (request: IncomingMessage, requestPath: string, deps: DoorDeps): string | undefined => {
  if (!deps.connectBuckets.of(countingKey(deps.addressOf(request))).take()) return '429 Too Many Requests';
  if (requestPath !== path) return '404 Not Found';
  if (deps.isDraining()) return '503 Service Unavailable';
  return deps.isOriginAllowed(request) ? undefined : '403 Forbidden';
};

const createWebSocketServer = (): WebSocketServer => {
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.maxPayloadBytes,
    maxFragments: 64,
    maxBufferedChunks: 1024,
    closeTimeout: closeTimeoutMs,
  };
  return new WebSocketServer(options);
};

/**
 * The realtime socket's door: who may upgrade. It keeps every connection that has passed, greeted or not, so that the
 * last one out is always known.
 */
export const openDoor = (server: Server, deps: DoorDeps): { close(): void } => {
  const wss = createWebSocketServer();
  const open = new Set<Duplex>();
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Split by hand: a request line is anybody's text, and not every text is a URL.
    const [requestPath = '', query = ''] = (request.url ?? '').split('?', 2);
    const refusal = refusalOf(request, requestPath, deps);
    if (refusal) return refuse(socket, refusal);
    wss.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', (error) => deps.log.debug({ err: error }, 'socket error'));
      ws.pause();
      deps.onArrival({ ws, raw: socket, params: new URLSearchParams(query) });
    });
  };
  const handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A socket that breaks while it is being refused must not end the process.
    socket.on('error', (error) => deps.log.debug({ err: error }, 'socket error during upgrade'));
    try {
      upgrade(request, socket, head);
    } catch (error) {
      deps.log.warn({ err: error }, 'upgrade failed');
      refuse(socket, '400 Bad Request');
    }
  };
  server.on('upgrade', handleUpgrade);
  return {
    close: () => {
      server.off('upgrade', handleUpgrade);
      for (const socket of open) socket.destroy();
    },
  };
};
