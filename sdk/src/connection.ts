import {
  AppError,
  closeCodes,
  type RequestInput,
  type RequestResult,
  type RequestType,
  type ServerCapabilities,
  type ServerEvent,
  type ServerFrame,
} from '@boltorezka/protocol';
import { type Admission, type Admit, toSocketUrl } from './admission.ts';
import { type Correlator, createCorrelator } from './correlator.ts';
import { createEventListeners, type EventListeners } from './event-listeners.ts';
import { toServerEvent } from './events.ts';
import { asAppError, createUnanswered, describeFailure } from './failures.ts';
import { createHeartbeat, type Heartbeat } from './heartbeat.ts';
import { defaultHeartbeat, type Pace, paces } from './pace.ts';
import { toResult } from './request-result.ts';
import { createRetryPlan, type RetryPlan } from './retry-plan.ts';
import { createSocket, type Socket } from './socket.ts';
import { createRecordStore, createStore, readOnly } from './store.ts';
import type { Connection, ConnectionState, Log, Store, WebSocketLike } from './types.ts';

export interface ConnectionDeps {
  baseUrl: string;
  webSocket: (url: string) => WebSocketLike;
  random: () => number;
  log: Log;
  /** Asks to be let in, for each attempt anew; by another token where the server has called the session ended. */
  admit: Admit;
  /** True where a session that the server calls ended may only need another token. */
  mayRenew: () => boolean;
  /** The server would not let this session in, or has ended it. */
  onSessionEnded: (session: number) => void;
  requestTimeoutMs?: number;
}

export interface ConnectionService extends Connection {
  /** Null until the server on the present socket has said what it can do. */
  capabilities: Store<ServerCapabilities | null>;
  /** @param session names the session whose the socket is: the same one is not started twice. */
  start(session: number): void;
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

const offlineState: ConnectionState = {
  status: 'offline',
  attempt: 0,
  nextAttemptAt: null,
  roundTripMs: null,
};
const sessionEndCodes: number[] = [closeCodes.missingToken, closeCodes.invalidToken, closeCodes.sessionEnded];

const lostText = 'The connection to the server is lost. It will be restored.';
const notSent = () => new AppError('Unavailable', lostText, { retryable: true });

/** Keeps one socket to the server for as long as somebody is signed in. */
export const createConnection = (deps: ConnectionDeps): ConnectionService => new ReconnectingConnection(deps);

class ReconnectingConnection implements ConnectionService {
  readonly #deps: ConnectionDeps;
  readonly #state = createRecordStore<ConnectionState>(offlineState);
  readonly #capabilities = createStore<ServerCapabilities | null>(null);
  readonly #correlator: Correlator;
  readonly #listeners: EventListeners;
  readonly #retries: RetryPlan;
  #session: number | null = null;
  #admission: Admission | null = null;
  #mustRenew = false;
  #attempt = new AbortController();
  #resumeToken: string | null = null;
  #socket: Socket | null = null;
  #heartbeat: Heartbeat | null = null;
  #handshakeTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #lastRoundTripMs = 0;
  #pace: Pace = paces.calm;

  readonly state = readOnly(this.#state);
  readonly capabilities = readOnly(this.#capabilities);

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
    this.#listeners = createEventListeners(deps.log);
    this.#retries = createRetryPlan(deps.random);
    this.#correlator = createCorrelator({ timeoutMs: deps.requestTimeoutMs ?? defaultRequestTimeoutMs });
  }

  start(session: number): void {
    if (this.#session === session) return;
    this.stop();
    this.#session = session;
    this.#state.patch({ status: 'connecting' });
    this.#connect();
  }

  stop(): void {
    if (this.#session === null) return;
    this.#session = null;
    this.#mustRenew = false;
    this.#resumeToken = null;
    this.#retries.reset();
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
    return this.#listeners.add(listener);
  }

  #connect(): void {
    if (this.#session === null) return;
    this.#release(givenUpClosure);
    this.#state.patch({ nextAttemptAt: null });
    this.#limitHandshake();
    const attempt = new AbortController();
    this.#attempt = attempt;
    const { signal } = attempt;
    this.#deps.admit({ mustRenew: this.#mustRenew, signal }).then(
      (admission) => {
        if (!signal.aborted) this.#open(admission);
      },
      (error: unknown) => {
        if (!signal.aborted) this.#handleNotAdmitted(error);
      },
    );
  }

  /** TCP, TLS and what is asked are four round trips: a far server must have time for them. */
  #limitHandshake(): void {
    clearTimeout(this.#handshakeTimer);
    const handshakeTimeoutMs = Math.max(this.#pace.handshakeTimeoutMs, 6 * this.#lastRoundTripMs);
    this.#handshakeTimer = setTimeout(() => this.#drop('slow handshake'), handshakeTimeoutMs);
  }

  #open(admission: Admission): void {
    this.#admission = admission;
    this.#mustRenew = false;
    this.#limitHandshake();
    this.#socket = createSocket({
      url: toSocketUrl(this.#deps.baseUrl, admission, this.#resumeToken),
      webSocket: this.#deps.webSocket,
      onFrame: (frame) => this.#handleFrame(frame),
      onClose: (code) => this.#handleClose(code),
      log: this.#deps.log,
    });
  }

  #handleNotAdmitted(error: unknown): void {
    const { code } = asAppError(error, 'The server could not be asked.');
    this.#deps.log({
      level: 'warn',
      message: 'No socket could be asked for',
      fields: describeFailure(error),
    });
    if (code === 'Unauthorized') this.#endSession();
    else this.#handleClose(code === 'RateLimited' ? closeCodes.rateLimited : abnormalClosure);
  }

  #endSession(): void {
    const ended = this.#session;
    if (ended === null) return;
    this.stop();
    this.#deps.onSessionEnded(ended);
  }

  /** Lets go of the socket and of every timer. A socket let go of is never heard again. */
  #release(closeCode: number): void {
    this.#attempt.abort();
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
    if (this.#session === null) return;
    if (this.#isSessionEnd(code)) {
      // A token, or a session's end as a socket knew it, may be out of date: whether it has ended, renewing it shows.
      if (!this.#deps.mayRenew()) return this.#endSession();
      this.#mustRenew = true;
    }
    this.#release(givenUpClosure);
    this.#scheduleRetry(code);
    this.#correlator.failAll(createUnanswered(lostText));
  }

  /** A ticket that is refused was used, or came too late: the next one is asked for with the session's own token. */
  #isSessionEnd(code: number): boolean {
    const isRefusedTicket =
      code === closeCodes.invalidToken && this.#admission !== null && 'ticket' in this.#admission;
    return sessionEndCodes.includes(code) && !isRefusedTicket;
  }

  #scheduleRetry(code: number): void {
    // Somebody else resumed with our token: with it we would only take the socket back, and so on for ever.
    if (code === closeCodes.replaced) this.#resumeToken = null;
    const { delayMs, failures } = this.#retries.next(code, this.#pace);
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs);
    this.#deps.log({ level: 'info', message: 'The socket is closed', fields: { code, failures, delayMs } });
    this.#state.set({
      status: 'reconnecting',
      attempt: failures,
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
      this.#listeners.tell(event);
    }
  }

  #handleOwnEvent(event: ServerEvent): void {
    if (event.type === 'server.ready') {
      clearTimeout(this.#handshakeTimer);
      this.#resumeToken = event.payload.resumeToken;
      this.#retries.handleReady();
      this.#startHeartbeat();
      this.#deps.log({ level: 'info', message: 'The socket is ready' });
      this.#state.set({ status: 'online', attempt: 0, nextAttemptAt: null, roundTripMs: null });
    } else if (event.type === 'server.capabilities') {
      this.#capabilities.set(event.payload);
      this.#startHeartbeat();
    } else if (event.type === 'server.draining') this.#retries.handleDraining(event.payload.reconnectAfterMs);
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
}
