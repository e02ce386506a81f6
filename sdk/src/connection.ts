import {
  AppError,
  closeCodes,
  type RequestInput,
  type RequestResult,
  type RequestType,
  requests,
  type ServerCapabilities,
  type ServerEvent,
  type ServerFrame,
} from '@boltorezka/protocol';
import { backoffDelayMs, drainDelayMs } from './backoff.ts';
import { type Correlator, createCorrelator } from './correlator.ts';
import { toServerEvent } from './events.ts';
import { createUnanswered } from './failures.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import { defaultHeartbeat, type Pace, paces } from './pace.ts';
import { createSocket, type Socket } from './socket.ts';
import { createRecordStore, createStore, readOnly } from './store.ts';
import type { Connection, ConnectionState, Log, Store, WebSocketLike } from './types.ts';

export interface ConnectionDeps {
  baseUrl: string;
  webSocket: (url: string) => WebSocketLike;
  random: () => number;
  log: Log;
  /** The server refused this token, or has ended its session. */
  onSessionEnded: (token: string) => void;
  requestTimeoutMs?: number;
}

export interface ConnectionService extends Connection {
  /** Null until the server on the present socket has said what it can do. */
  capabilities: Store<ServerCapabilities | null>;
  start(token: string): void;
  stop(): void;
  /** Somebody talks: a loss must be found, and made good, within a breath. */
  setUrgent(isUrgent: boolean): void;
  /** The page came back to life: look at once whether the socket did. */
  wake(): void;
}

const defaultRequestTimeoutMs = 10_000;
const abnormalClosure = 1006;
/** The server takes 1000 and 1001 for leaving on purpose, and would give the voice seat away. */
const givenUpClosure = 4000;
/** A socket that lived shorter counts as one more failure: a server that takes and drops us must not be hammered. */
const stableAfterMs = 5_000;
const failuresWhenPushedBack = 4;

const offlineState: ConnectionState = {
  status: 'offline',
  attempt: 0,
  nextAttemptAt: null,
  roundTripMs: null,
};
const sessionEndCodes: number[] = [closeCodes.missingToken, closeCodes.invalidToken, closeCodes.sessionEnded];
const pushBackCodes: number[] = [closeCodes.rateLimited, closeCodes.tryAgainLater];

const lostText = 'The connection to the server is lost. It will be restored.';
const notSent = () => new AppError('Unavailable', lostText, { retryable: true });

/** The address of the socket; it holds secrets, so it is never logged. */
export const toSocketUrl = (baseUrl: string, token: string, resumeToken: string | null): string => {
  const url = new URL('/v1/realtime/ws', baseUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('token', token);
  if (resumeToken !== null) url.searchParams.set('resume', resumeToken);
  return url.href;
};

const toResult = <T extends RequestType>(type: T, payload: unknown, log: Log): RequestResult<T> => {
  const parsed = requests[type].result.safeParse(payload);
  if (parsed.success) return parsed.data as RequestResult<T>;
  // A newer server may have widened the shape; what it sends is still the best that there is.
  log({ level: 'warn', message: 'An answer does not fit the contract', fields: { type } });
  return payload as RequestResult<T>;
};

/** Keeps one socket to the server for as long as somebody is signed in. */
export const createConnection = (deps: ConnectionDeps): ConnectionService => new ReconnectingConnection(deps);

class ReconnectingConnection implements ConnectionService {
  readonly #deps: ConnectionDeps;
  readonly #state = createRecordStore<ConnectionState>(offlineState);
  readonly #capabilities = createStore<ServerCapabilities | null>(null);
  readonly #correlator: Correlator;
  readonly #listeners = new Set<(event: ServerEvent) => void>();
  #token: string | null = null;
  #resumeToken: string | null = null;
  #socket: Socket | null = null;
  #heartbeat: Heartbeat | null = null;
  #handshakeTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #drainMs: number | null = null;
  #onlineSinceMs: number | null = null;
  #failures = 0;
  #lastRoundTripMs = 0;
  #pace: Pace = paces.calm;

  readonly state = readOnly(this.#state);
  readonly capabilities = readOnly(this.#capabilities);

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.#correlator = createCorrelator({ timeoutMs: deps.requestTimeoutMs ?? defaultRequestTimeoutMs });
  }

  start(token: string): void {
    if (this.#token === token) return;
    this.stop();
    this.#token = token;
    this.#state.patch({ status: 'connecting' });
    this.#connect();
  }

  stop(): void {
    if (this.#token === null) return;
    this.#token = null;
    this.#resumeToken = null;
    this.#failures = 0;
    this.#drainMs = null;
    this.#onlineSinceMs = null;
    this.#release(closeCodes.normal);
    this.#state.set(offlineState);
    this.#correlator.failAll(createUnanswered(lostText));
  }

  reconnectNow(): void {
    if (this.#retryTimer !== undefined) this.#connect();
  }

  setUrgent(isUrgent: boolean): void {
    const pace = isUrgent ? paces.urgent : paces.calm;
    if (pace === this.#pace) return;
    this.#pace = pace;
    if (this.#heartbeat) this.#startHeartbeat();
  }

  wake(): void {
    if (this.#retryTimer !== undefined) this.#connect();
    else this.#heartbeat?.beatNow();
  }

  async request<T extends RequestType>(type: T, payload: RequestInput<T>): Promise<RequestResult<T>> {
    if (this.#state.get().status !== 'online') throw notSent();
    const { requestId, answer } = this.#correlator.open();
    if (this.#socket?.send({ v: 1, type, requestId, payload }) !== true) {
      this.#correlator.fail(requestId, notSent());
    }
    return toResult(type, await answer, this.#deps.log);
  }

  onEvent(listener: (event: ServerEvent) => void): () => void {
    // A wrapper of its own, so that the same function may listen twice.
    const own = (event: ServerEvent) => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  #connect(): void {
    if (this.#token === null) return;
    this.#release(givenUpClosure);
    this.#state.patch({ nextAttemptAt: null });
    // TCP, TLS and the upgrade are four round trips: a far server must have time for them.
    const handshakeTimeoutMs = Math.max(this.#pace.handshakeTimeoutMs, 6 * this.#lastRoundTripMs);
    this.#handshakeTimer = setTimeout(() => this.#drop('slow handshake'), handshakeTimeoutMs);
    this.#socket = createSocket({
      url: toSocketUrl(this.#deps.baseUrl, this.#token, this.#resumeToken),
      webSocket: this.#deps.webSocket,
      onFrame: (frame) => this.#handleFrame(frame),
      onClose: (code) => this.#handleClose(code),
      log: this.#deps.log,
    });
  }

  /** Lets go of the socket and of every timer. A socket let go of is never heard again. */
  #release(closeCode: number): void {
    clearTimeout(this.#handshakeTimer);
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#heartbeat?.close();
    this.#heartbeat = null;
    this.#socket?.close(closeCode);
    this.#socket = null;
    this.#capabilities.set(null);
  }

  #drop(reason: string): void {
    this.#deps.log({ level: 'warn', message: 'The socket is given up', fields: { reason } });
    this.#handleClose(abnormalClosure);
  }

  #handleClose(code: number): void {
    const ended = this.#token;
    if (ended === null) return;
    if (sessionEndCodes.includes(code)) {
      this.stop();
      this.#deps.onSessionEnded(ended);
      return;
    }
    this.#release(givenUpClosure);
    this.#scheduleRetry(code);
    this.#correlator.failAll(createUnanswered(lostText));
  }

  #scheduleRetry(code: number): void {
    const { random, log } = this.#deps;
    const wasStable =
      this.#onlineSinceMs !== null && performance.now() - this.#onlineSinceMs >= stableAfterMs;
    this.#onlineSinceMs = null;
    this.#failures = wasStable ? 1 : this.#failures + 1;
    const isPushedBack = pushBackCodes.includes(code);
    if (isPushedBack) this.#failures = Math.max(this.#failures, failuresWhenPushedBack);
    // Somebody else resumed with our token: with it we would only take the socket back, and so on for ever.
    if (code === closeCodes.replaced) this.#resumeToken = null;
    const { backoff } = isPushedBack ? paces.calm : this.#pace;
    const delayMs =
      this.#drainMs === null
        ? backoffDelayMs(this.#failures, random, backoff)
        : drainDelayMs(this.#drainMs, random);
    this.#drainMs = null;
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs);
    log({
      level: 'info',
      message: 'The socket is closed',
      fields: { code, failures: this.#failures, delayMs },
    });
    this.#state.set({
      status: 'reconnecting',
      attempt: this.#failures,
      nextAttemptAt: Date.now() + delayMs,
      roundTripMs: null,
    });
  }

  #handleFrame(frame: ServerFrame): void {
    this.#heartbeat?.handleTraffic();
    if (frame.type === 'ack') this.#correlator.handleAck(frame.requestId ?? '', frame.payload);
    else if (frame.type === 'nack') this.#correlator.handleNack(frame.requestId ?? '', frame.payload);
    else {
      const event = toServerEvent(frame, this.#deps.log);
      if (!event) return;
      this.#handleOwnEvent(event);
      this.#tell(event);
    }
  }

  #handleOwnEvent(event: ServerEvent): void {
    if (event.type === 'server.ready') {
      clearTimeout(this.#handshakeTimer);
      this.#resumeToken = event.payload.resumeToken;
      this.#onlineSinceMs = performance.now();
      this.#startHeartbeat();
      this.#deps.log({ level: 'info', message: 'The socket is ready' });
      this.#state.set({ status: 'online', attempt: 0, nextAttemptAt: null, roundTripMs: null });
    } else if (event.type === 'server.capabilities') {
      this.#capabilities.set(event.payload);
      this.#startHeartbeat();
    } else if (event.type === 'server.draining') this.#drainMs = event.payload.reconnectAfterMs;
  }

  #startHeartbeat(): void {
    this.#heartbeat?.close();
    const times = this.#pace.heartbeat ?? this.#capabilities.get()?.heartbeat ?? defaultHeartbeat;
    this.#heartbeat = createHeartbeat({
      ...times,
      random: this.#deps.random,
      beat: () => this.#beat(),
      onDead: () => this.#drop('silent'),
    });
  }

  #beat(): void {
    const startedAt = performance.now();
    this.request('ping', {}).then(
      () => {
        this.#lastRoundTripMs = Math.round(performance.now() - startedAt);
        this.#state.patch({ roundTripMs: this.#lastRoundTripMs });
      },
      () => undefined,
    );
  }

  #tell(event: ServerEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        const fields = { type: event.type, name: error instanceof Error ? error.name : 'unknown' };
        this.#deps.log({ level: 'warn', message: 'A listener failed', fields });
      }
    }
  }
}
