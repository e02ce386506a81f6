import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { mediaLinkLimits, mediaLinkOwnerHeader, mediaLinkPath } from '@boltorezka/protocol';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { createFailedTries } from './failed-tries.ts';

export interface LinkOrigin {
  address: string;
  /** Which signaling process it is, over all of its links. */
  ownerId: string;
}

export interface DoorDeps {
  secret: string;
  isClosing: () => boolean;
  onLink: (ws: WebSocket, from: LinkOrigin) => void;
  log: Logger;
}

const failedTriesPerMinute = 10;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Answers and hangs up: after an upgrade nobody else times the connection out. */
const refuse = (socket: Duplex, status: string): void => {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

const createWebSocketServer = (): WebSocketServer => {
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: mediaLinkLimits.maxPayloadBytes,
    maxFragments: 64,
    maxBufferedChunks: 1024,
  };
  return new WebSocketServer(options);
};

/** A process that does not say which it is counts as another with each link. */
const ownerOf = ({ headers }: IncomingMessage): string => {
  const named = headers[mediaLinkOwnerHeader];
  return typeof named === 'string' && /^[\w-]{1,64}$/.test(named) ? named : randomUUID();
};

/** Who may open a link: whoever has the secret. */
export const openDoor = (server: Server, { secret, isClosing, onLink, log }: DoorDeps): void => {
  const wss = createWebSocketServer();
  const failedTries = createFailedTries(failedTriesPerMinute);
  // Digests have one length, whatever was sent, and are compared in one time.
  const expected = digest(`Bearer ${secret}`);
  const refusalOf = (request: IncomingMessage, address: string): string | undefined => {
    if (request.url !== mediaLinkPath) return '404 Not Found';
    if (isClosing()) return '503 Service Unavailable';
    if (!failedTries.mayTry(address)) return '429 Too Many Requests';
    if (timingSafeEqual(digest(request.headers.authorization ?? ''), expected)) return undefined;
    failedTries.count(address);
    log.warn({ address }, 'a link was refused: its secret is wrong');
    return '401 Unauthorized';
  };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A socket that breaks while it is being refused must not end the process.
    socket.on('error', (error) => log.debug({ err: error }, 'socket error during upgrade'));
    const address = request.socket.remoteAddress ?? 'unknown';
    const refusal = refusalOf(request, address);
    if (refusal) return refuse(socket, refusal);
    wss.handleUpgrade(request, socket, head, (ws) => onLink(ws, { address, ownerId: ownerOf(request) }));
  });
};
