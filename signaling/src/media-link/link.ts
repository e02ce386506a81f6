import {
  AppError,
  fromErrorPayload,
  isJsonTooDeep,
  type MediaEvent,
  type MediaHello,
  type MediaLinkFrame,
  type MediaRequestPayload,
  type MediaRequestResult,
  type MediaRequestType,
  mediaLinkLimits,
  mediaLinkOwnerHeader,
  mediaLinkPath,
  parseMediaLinkFrame,
  parseMediaResult,
  protocolVersion,
} from '@boltorezka/protocol';
import { type RawData, WebSocket } from 'ws';
import type { Logger } from '../platform/log.ts';
import type { ArrivalOrder } from './arrival-order.ts';
import { startHeartbeat } from './heartbeat.ts';

export interface LinkAddress {
  /** `ws://` or `wss://` and the node's host; the path is the link's own. */
  url: string;
  secret: string;
  /** The node that is meant: another one behind the address is not spoken to. Left out, whichever is there. */
  nodeId?: string;
  /** Which signaling process this is: the same on every link that it opens. */
  ownerId: string;
  /** PEM of who signed the node's certificate; left out, those that Node knows. */
  ca?: string | undefined;
}

export interface LinkDeps extends LinkAddress {
  requestTimeoutMs: number;
  /** Answers take their turn among the events, which are the listener's to order. */
  order: ArrivalOrder;
  log: Logger;
  /** The node has greeted us and told who is there; those events came before. */
  onHello: (hello: MediaHello) => void;
  onEvent: (event: MediaEvent) => void;
  /** Once, when every request in flight has failed. */
  onEnd: (end: LinkEnd) => void;
}

export interface LinkEnd {
  /** The node does not take the secret, or has heard too many wrong ones. */
  wasRefused: boolean;
  /** Another node than the one that was meant answers at its address. */
  isAnotherNode: boolean;
  error: unknown;
}

interface Waiting {
  type: MediaRequestType;
  /** Takes what has been parsed as the request's result. */
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
  timer: NodeJS.Timeout;
}

/** A node that has not said hello within this is not one. */
const helloTimeoutMs = 5_000;

export const createDownError = (cause?: unknown): AppError =>
  new AppError('Unavailable', 'The media server cannot be reached now; try again in a moment.', { cause });

const parseFrame = (data: RawData, isBinary: boolean): MediaLinkFrame => {
  const text = isBinary ? '' : data.toString();
  if (isJsonTooDeep(text)) throw new Error('a frame of the media node nests too deeply');
  return parseMediaLinkFrame(JSON.parse(text));
};

const connect = ({ url, secret, ownerId, ca }: LinkAddress): WebSocket =>
  new WebSocket(new URL(mediaLinkPath, url), {
    headers: { authorization: `Bearer ${secret}`, [mediaLinkOwnerHeader]: ownerId },
    perMessageDeflate: false,
    maxPayload: mediaLinkLimits.maxPayloadBytes,
    followRedirects: false,
    ...(ca === undefined ? {} : { ca }),
  });

/** One connection to a media node, from the attempt to its end. It does not come back; whoever opened it may. */
export class Link {
  readonly #deps: LinkDeps;
  readonly #ws: WebSocket;
  readonly #waiting = new Map<string, Waiting>();
  readonly #helloTimer: NodeJS.Timeout;
  #stopHeartbeat: (() => void) | undefined;
  #lastRequestId = 0;
  #hello: MediaHello | undefined;
  #ended = false;
  readonly #end: LinkEnd = { wasRefused: false, isAnotherNode: false, error: undefined };

  constructor(deps: LinkDeps) {
    this.#deps = deps;
    this.#ws = connect(deps);
    this.#helloTimer = setTimeout(() => this.#cut('the media node did not say hello'), helloTimeoutMs);
    this.#ws.once('open', () => {
      this.#stopHeartbeat = startHeartbeat(this.#ws, () => this.#cut('the media node is silent'));
    });
    this.#ws.on('message', (data, isBinary) => this.#handleMessage(data, isBinary));
    this.#ws.once('unexpected-response', (_request, { statusCode }) => {
      this.#end.wasRefused = statusCode === 401 || statusCode === 429;
      this.#end.error = new Error(`the media node answers ${statusCode}`);
      this.close();
    });
    this.#ws.on('error', (error) => {
      this.#end.error ??= error;
    });
    this.#ws.once('close', () => this.close());
  }

  /** @throws AppError what the node answers; `Unavailable` where it does not, or the link ends first. */
  request<T extends MediaRequestType>(
    type: T,
    payload: MediaRequestPayload<T>,
  ): Promise<MediaRequestResult<T>> {
    const { requestTimeoutMs, log } = this.#deps;
    if (this.#ws.readyState !== WebSocket.OPEN) return Promise.reject(createDownError());
    if (this.#ws.bufferedAmount > mediaLinkLimits.maxBufferedBytes) {
      this.#cut('the media node reads too slowly');
      return Promise.reject(createDownError());
    }
    const { promise, resolve, reject } = Promise.withResolvers<MediaRequestResult<T>>();
    this.#lastRequestId += 1;
    const requestId = String(this.#lastRequestId);
    const timer = setTimeout(() => {
      this.#waiting.delete(requestId);
      log.warn({ type, requestTimeoutMs }, 'the media node did not answer in time');
      reject(new AppError('Unavailable', 'The media server did not answer in time; try again.'));
    }, requestTimeoutMs);
    this.#waiting.set(requestId, { type, resolve: resolve as Waiting['resolve'], reject, timer });
    this.#ws.send(JSON.stringify({ v: protocolVersion, type, requestId, payload }));
    return promise;
  }

  /** Ends it at once: requests in flight fail. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#helloTimer);
    this.#stopHeartbeat?.();
    this.#ws.terminate();
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(createDownError(this.#end.error));
    }
    this.#waiting.clear();
    this.#deps.onEnd(this.#end);
  }

  #handleMessage(data: RawData, isBinary: boolean): void {
    if (this.#ended) return;
    try {
      this.#handleFrame(parseFrame(data, isBinary));
    } catch (error) {
      this.#cut('the media node sent something that is no frame', error);
    }
  }

  #handleFrame(frame: MediaLinkFrame): void {
    switch (frame.kind) {
      case 'hello':
        return this.#handleHello(frame.payload);
      case 'peersTold':
        clearTimeout(this.#helloTimer);
        if (this.#hello) this.#deps.onHello(this.#hello);
        return;
      case 'event':
        return this.#deps.onEvent(frame.event);
      case 'ack':
        return this.#settle(frame.requestId, ({ type, resolve }) => {
          const result = parseMediaResult(type, frame.payload);
          return () => resolve(result);
        });
      case 'nack':
        return this.#settle(frame.requestId, ({ reject }) => {
          const error = fromErrorPayload(frame.payload);
          return () => reject(error);
        });
      case 'unknown':
        return this.#deps.log.debug({ type: frame.type }, 'an event that only a newer signaling knows');
      default:
        frame satisfies never;
    }
  }

  #handleHello(hello: MediaHello): void {
    const { nodeId = hello.nodeId } = this.#deps;
    this.#end.isAnotherNode = nodeId !== hello.nodeId;
    if (this.#end.isAnotherNode) this.#cut('another node answers at the address');
    else this.#hello = hello;
  }

  /** What is no answer ends the link, and with it the request. */
  #settle(requestId: string, toOutcome: (waiting: Waiting) => () => void): void {
    const waiting = this.#waiting.get(requestId);
    if (!waiting) return;
    const settle = toOutcome(waiting);
    clearTimeout(waiting.timer);
    this.#waiting.delete(requestId);
    this.#deps.order.answer(settle);
  }

  #cut(why: string, error?: unknown): void {
    if (this.#ended) return;
    this.#deps.log.warn({ err: error }, `the media link is cut: ${why}`);
    this.#end.error ??= error ?? new Error(why);
    this.close();
  }
}
