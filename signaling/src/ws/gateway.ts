import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { AppError, closeCodes, type ErrorCode, limits, type ServerCapabilities } from '@boltorezka/protocol';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Tokens } from '../auth/index.ts';
import type { Session } from '../http/session.ts';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createTokenBucket, type KeyedBuckets, type RateLimit } from '../platform/token-bucket.ts';
import { Connection } from './connection.ts';
import { topics } from './context.ts';
import { type DispatchDeps, Dispatcher } from './dispatch.ts';
import { encodeEvent } from './frame-encoder.ts';
import type { Hub } from './hub.ts';

export interface GatewayDeps {
  hub: Hub;
  tokens: Tokens;
  authenticate: (token: string) => Promise<Session>;
  dispatch: DispatchDeps;
  capabilities: () => ServerCapabilities;
  onClosed: (connection: Connection, closeCode: number) => void;
  isOriginAllowed: (request: IncomingMessage) => boolean;
  addressOf: (request: IncomingMessage) => string;
  connectBuckets: KeyedBuckets;
  frameLimit: RateLimit;
  maxBufferedBytes: number;
  metrics: Metrics;
  log: Logger;
}

export interface Gateway {
  /** Refuses new sockets, tells those that are open, and closes them. */
  drain(): void;
  close(): Promise<void>;
}

const path = '/v1/realtime/ws';

/** So many frames that are no frames, or come too fast, and the socket is closed. */
const badFrameLimit: RateLimit = { burst: 20, perSecond: 1 };

/** How often the server pings; a socket that has not answered by the next one is dead. */
const pingIntervalMs = 20_000;

const reconnectAfterMs = 1_000;

const refuseUpgrade = (socket: Duplex, status: string): void => {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

/** The realtime socket's door: upgrades, authentication, sizes and rates. What comes through is `dispatch`'s. */
export const createGateway = (server: Server, deps: GatewayDeps): Gateway => {
  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.maxPayloadBytes,
    maxFragments: 64,
    maxBufferedChunks: 1024,
  });
  let draining = false;
  const handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A socket that breaks while it is being refused must not end the process.
    socket.on('error', (error) => deps.log.debug({ err: error }, 'socket error during upgrade'));
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname !== path) return refuseUpgrade(socket, '404 Not Found');
    if (draining) return refuseUpgrade(socket, '503 Service Unavailable');
    if (!deps.isOriginAllowed(request)) return refuseUpgrade(socket, '403 Forbidden');
    if (!deps.connectBuckets.of(deps.addressOf(request)).take()) {
      return refuseUpgrade(socket, '429 Too Many Requests');
    }
    wss.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', (error) => deps.log.debug({ err: error }, 'socket error'));
      // Nothing is read before it is known who speaks.
      ws.pause();
      void admit(deps, { ws, raw: socket, params: url.searchParams });
    });
  };
  server.on('upgrade', handleUpgrade);
  const sweep = setInterval(() => pingAll(deps.hub), pingIntervalMs);
  return {
    drain: () => {
      draining = true;
      const farewell = encodeEvent('server.draining', { reconnectAfterMs });
      for (const connection of deps.hub.connections) {
        connection.send(farewell);
        connection.close(closeCodes.goingAway, 'server is stopping');
      }
    },
    close: async () => {
      draining = true;
      clearInterval(sweep);
      server.off('upgrade', handleUpgrade);
      for (const connection of deps.hub.connections) connection.terminate();
    },
  };
};

const pingAll = (hub: Hub): void => {
  for (const connection of hub.connections) connection.pingOrTerminate();
};

interface Arrival {
  ws: WebSocket;
  raw: Duplex;
  params: URLSearchParams;
}

/** Says why, in a frame and in the close code, and closes. */
const reject = (ws: WebSocket, error: { code: ErrorCode; message: string }, closeCode: number): void => {
  ws.send(encodeEvent('error', error).toString());
  ws.close(closeCode, error.code);
  ws.resume();
};

const authenticateArrival = async (
  deps: GatewayDeps,
  { ws, params }: Arrival,
): Promise<Session | undefined> => {
  const token = params.get('token');
  if (!token) {
    const message = 'Connect with ?token=<token>, the token that sign-in returns.';
    reject(ws, { code: 'MissingToken', message }, closeCodes.missingToken);
    return undefined;
  }
  try {
    return await deps.authenticate(token);
  } catch (error) {
    if (error instanceof AppError && error.code === 'Unauthorized') {
      reject(ws, { code: 'InvalidToken', message: error.message }, closeCodes.invalidToken);
    } else {
      deps.log.warn({ err: error }, 'socket could not be authenticated');
      const message = 'The server cannot check the token now; connect again in a moment.';
      reject(ws, { code: 'Unavailable', message }, closeCodes.tryAgainLater);
    }
    return undefined;
  }
};

const admit = async (deps: GatewayDeps, arrival: Arrival): Promise<void> => {
  const { ws, raw, params } = arrival;
  const session = await authenticateArrival(deps, arrival);
  if (!session || ws.readyState !== ws.OPEN) return;
  const { user, sessionId } = session;
  const resumed = params.get('resume');
  const previousId = resumed ? deps.tokens.verifyResume(resumed, user.id) : undefined;
  const connection = new Connection({
    id: randomUUID(),
    identity: { userId: user.id, userName: user.name, sessionId },
    ws,
    raw,
    maxBufferedBytes: deps.maxBufferedBytes,
    onFramesWritten: (count) => deps.metrics.framesOut.inc(count),
  });
  deps.hub.add(connection);
  deps.metrics.sockets.inc();
  connection.closeAt(session.expiresAt);
  ws.once('close', (code) => handleClosed(deps, connection, code));
  greet(deps, connection);
  if (previousId) deps.hub.connection(previousId)?.close(closeCodes.replaced, 'resumed by a newer socket');
  await deps.hub.subscribe(topics.everyone, connection);
  listen(deps, connection, ws);
  ws.resume();
};

const greet = ({ tokens, capabilities }: GatewayDeps, connection: Connection): void => {
  const { userId, userName, sessionId } = connection.identity;
  connection.send(
    encodeEvent('server.ready', {
      userId,
      userName,
      connectedAt: new Date().toISOString(),
      sessionId,
      resumeToken: tokens.signResume(userId, connection.id),
    }),
  );
  connection.send(encodeEvent('server.capabilities', capabilities()));
};

const handleClosed = (deps: GatewayDeps, connection: Connection, code: number): void => {
  deps.metrics.sockets.dec();
  deps.metrics.socketCloses.inc({ code: String(code) });
  deps.onClosed(connection, code);
  deps.hub.remove(connection);
};

const tooFast = encodeEvent('error', {
  code: 'RateLimited',
  message: 'Too many frames; slow down, or the socket is closed.',
});

const listen = (deps: GatewayDeps, connection: Connection, ws: WebSocket): void => {
  const dispatcher = new Dispatcher(deps.dispatch, connection);
  const frames = createTokenBucket(deps.frameLimit);
  const badFrames = createTokenBucket(badFrameLimit);
  const closeIfBad = (isGood: boolean) => {
    if (isGood || badFrames.take()) return;
    connection.close(closeCodes.rateLimited, 'too many bad frames');
  };
  const takeFrame = (): boolean => {
    if (frames.take()) return true;
    connection.send(tooFast);
    closeIfBad(false);
    return false;
  };
  ws.on('message', (data: RawData, isBinary: boolean) => {
    if (!connection.isOpen || !takeFrame()) return;
    closeIfBad(dispatcher.receive(isBinary ? '' : data.toString()));
  });
  // Control frames cost as much as others.
  ws.on('ping', takeFrame);
  ws.on('pong', () => connection.handlePong());
};
