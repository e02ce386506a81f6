import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { AppError, closeCodes, type ErrorCode, type ServerCapabilities } from '@boltorezka/protocol';
import type { RawData, WebSocket } from 'ws';
import type { AccessClaims, Tokens } from '../auth/index.ts';
import type { SocketSession } from '../http/session.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createTokenBucket, type KeyedBuckets, type RateLimit } from '../platform/token-bucket.ts';
import { Connection, type Identity } from './connection.ts';
import { topics } from './context.ts';
import { type DispatchDeps, Dispatcher } from './dispatch.ts';
import { type Arrival, type DoorDeps, openDoor } from './door.ts';
import { createFrameJoiner, encodeEvent, frameText, type JoinFrames } from './frame-encoder.ts';
import type { Hub } from './hub.ts';

export interface GatewayDeps extends Omit<DoorDeps, 'isDraining' | 'onArrival'> {
  hub: Hub;
  tokens: Tokens;
  authenticate: (token: string) => Promise<SocketSession>;
  /** The same by a ticket, which is good once. */
  authenticateTicket: (ticket: string) => Promise<SocketSession>;
  /** Grows with everything that may have been taken from somebody. */
  access: { readonly mark: number };
  /** Has somebody kept from what they may not hear of. */
  bans: { learn(userId: string, waitMs?: number): Promise<void> };
  /**
   * Asks once more for a session that was let in. False: it has ended. Where the database does not answer soon, it is asked
   * until it does.
   */
  confirmSession: (claims: AccessClaims) => Promise<boolean>;
  /** When the session ends, as it is known when its socket would be closed for that; undefined where it has. */
  findSessionEnd: (identity: Identity) => Promise<Date | undefined>;
  dispatch: DispatchDeps;
  capabilities: () => ServerCapabilities;
  onEnded: (connection: Connection, closeCode: number) => void;
  /** Frames of a person, whatever the number of sockets. */
  frameBuckets: KeyedBuckets;
  maxBufferedBytes: number;
  metrics: Metrics;
}

export interface Gateway {
  /** Takes no new sockets and reads no more frames; what is being worked on is still answered. */
  stopReading(): void;
  /** Tells everyone, and closes. */
  drain(): void;
  /** Cuts what is still open. */
  close(): void;
}

/** So many frames that are no frames, or come too fast, and the socket is closed. */
const badFrameLimit: RateLimit = { burst: 20, perSecond: 1 };

const maxSocketsPerUser = 50;

/** How often the server pings; a socket that has not answered by the next one is dead. */
const pingIntervalMs = 20_000;

const reconnectAfterMs = 1_000;

interface Opening extends GatewayDeps {
  joinFrames: JoinFrames;
  isDraining: () => boolean;
}

/** Authentication, greeting, and rates of the realtime socket. What comes through is `dispatch`'s. */
export const createGateway = (server: Server, deps: GatewayDeps): Gateway => {
  let draining = false;
  const opening: Opening = { ...deps, joinFrames: createFrameJoiner(), isDraining: () => draining };
  const door = openDoor(server, {
    ...opening,
    onArrival: (arrival) => {
      admit(opening, arrival).catch((error: unknown) => {
        deps.log.error({ err: error }, 'socket could not be admitted');
        arrival.ws.terminate();
      });
    },
  });
  const sweep = setInterval(() => {
    for (const connection of deps.hub.connections) connection.pingOrTerminate();
  }, pingIntervalMs);
  return {
    stopReading: () => {
      draining = true;
    },
    drain: () => {
      draining = true;
      const farewell = encodeEvent('server.draining', { reconnectAfterMs });
      for (const connection of deps.hub.connections) {
        connection.send(farewell);
        connection.close(closeCodes.goingAway, 'server is stopping');
      }
    },
    close: () => {
      draining = true;
      clearInterval(sweep);
      for (const connection of deps.hub.connections) connection.terminate();
      door.close();
    },
  };
};

/** Says why, in a frame and in the close code, and closes. */
const reject = (ws: WebSocket, error: { code: ErrorCode; message: string }, closeCode: number): void => {
  ws.send(encodeEvent('error', error).toString());
  ws.close(closeCode, error.code);
  ws.resume();
};

const authenticateArrival = async (
  deps: Opening,
  { ws, params }: Arrival,
): Promise<SocketSession | undefined> => {
  const [ticket, token] = [params.get('ticket'), params.get('token')];
  try {
    if (ticket) return await deps.authenticateTicket(ticket);
    if (token) return await deps.authenticate(token);
    const message = 'Connect with ?ticket=<ticket>, or with ?token=<token>, the token that sign-in returns.';
    reject(ws, { code: 'MissingToken', message }, closeCodes.missingToken);
    return undefined;
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

/** What may have changed while the token was being checked. */
const refuseLate = (deps: Opening, ws: WebSocket, userId: string): boolean => {
  if (ws.readyState !== ws.OPEN) return true;
  if (deps.isDraining()) {
    reject(ws, { code: 'Unavailable', message: 'The server is stopping.' }, closeCodes.goingAway);
    return true;
  }
  if (deps.hub.countOf(userId) < maxSocketsPerUser) return false;
  const message = 'You have too many sockets open; close some.';
  reject(ws, { code: 'RateLimited', message }, closeCodes.rateLimited);
  return true;
};

const admit = async (deps: Opening, arrival: Arrival): Promise<void> => {
  const { ws, raw, params } = arrival;
  const { mark } = deps.access;
  const session = await authenticateArrival(deps, arrival);
  if (!session || refuseLate(deps, ws, session.user.id)) return;
  const { user, sessionId, expiresAt } = session;
  const connection: Connection = new Connection({
    id: randomUUID(),
    identity: { userId: user.id, userName: user.name, sessionId },
    ws,
    raw,
    maxBufferedBytes: deps.maxBufferedBytes,
    joinFrames: deps.joinFrames,
    onFramesWritten: (count) => deps.metrics.framesOut.inc(count),
    onEnded: (code) => handleEnded(deps, connection, code),
  });
  deps.hub.add(connection);
  deps.metrics.sockets.inc();
  connection.closeAt(expiresAt, () => deps.findSessionEnd(connection.identity));
  // What was taken from the person before the socket was known could not be taken from it.
  if (deps.access.mark !== mark && !(await staysIn(deps, connection, expiresAt))) return ws.resume();
  replaceResumed(deps, connection, params.get('resume'));
  await deps.bans.learn(user.id, session.isUnchecked ? 0 : undefined);
  // Greeted, somebody reads what there is: what comes after that is told, and nothing falls between the two.
  const release = connection.holdEvents(['room']);
  await Promise.all(
    [topics.everyone, topics.user(user.id)].map((topic) => deps.hub.subscribe(topic, connection)),
  );
  greet(deps, connection, expiresAt);
  release();
  listen(deps, connection, ws);
  ws.resume();
};

const staysIn = async (deps: Opening, connection: Connection, expiresAt: Date): Promise<boolean> => {
  const { userId, sessionId } = connection.identity;
  if (!(await deps.confirmSession({ userId, sessionId, expiresAt }))) deps.hub.endSessionOf(connection);
  return connection.isOpen;
};

const greet = ({ tokens, capabilities }: Opening, connection: Connection, expiresAt: Date): void => {
  const { userId, userName, sessionId } = connection.identity;
  connection.send(
    encodeEvent('server.ready', {
      userId,
      userName,
      connectedAt: new Date().toISOString(),
      sessionId,
      resumeToken: tokens.signResume(userId, connection.id, expiresAt),
    }),
  );
  connection.send(encodeEvent('server.capabilities', capabilities()));
};

/** The socket that a newer one of the same person names is over, dead or not. */
const replaceResumed = (
  { tokens, hub }: Opening,
  connection: Connection,
  resumeToken: string | null,
): void => {
  const previousId = resumeToken ? tokens.verifyResume(resumeToken, connection.identity.userId) : undefined;
  if (previousId === undefined || previousId === connection.id) return;
  hub.connection(previousId)?.close(closeCodes.replaced, 'resumed by a newer socket');
};

/** Ours, and those of a socket that is lost; a client closes with whatever number it likes. */
const knownCodes: ReadonlySet<number> = new Set([...Object.values(closeCodes), 1005, 1006]);

const handleEnded = (deps: Opening, connection: Connection, code: number): void => {
  deps.metrics.sockets.dec();
  deps.metrics.socketCloses.inc({ code: knownCodes.has(code) ? String(code) : 'other' });
  deps.onEnded(connection, code);
  deps.hub.remove(connection);
};

const tooFast = frameText(
  encodeEvent('error', {
    code: 'RateLimited',
    message: 'Too many frames; slow down, or the socket is closed.',
  }),
);

const listen = (deps: Opening, connection: Connection, ws: WebSocket): void => {
  const dispatcher = new Dispatcher(deps.dispatch, connection);
  const frames = deps.frameBuckets.of(connection.identity.userId);
  const badFrames = createTokenBucket(badFrameLimit);
  const countBad = (): void => {
    if (!badFrames.take()) connection.close(closeCodes.rateLimited, 'too many bad frames');
  };
  const takeFrame = (): boolean => {
    if (!connection.isOpen || deps.isDraining()) return false;
    if (frames.take()) return true;
    connection.sendFramed(tooFast);
    countBad();
    return false;
  };
  ws.on('message', (data: RawData, isBinary: boolean) => {
    connection.handleHeard();
    if (takeFrame() && !dispatcher.receive(isBinary ? '' : data.toString())) countBad();
  });
  // A ping costs an answer, and counts like any frame.
  ws.on('ping', takeFrame);
  ws.on('pong', () => connection.handleHeard());
};
