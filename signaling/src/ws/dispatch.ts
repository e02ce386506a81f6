import {
  AppError,
  ClientFrame,
  type ErrorPayload,
  type EventType,
  isJsonTooDeep,
  limits,
  RequestId,
  type RequestType,
  requests,
  toValidationError,
} from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import type { Connection, EventScope } from './connection.ts';
import type { Handlers, RequestContext } from './context.ts';
import { encodeEvent, encodeReply } from './frame-encoder.ts';

/**
 * Requests that change where a socket is. They run one after another, and what comes later on the socket waits for them:
 * `room.join` and `chat.send` sent together do what they say.
 */
const barriers: ReadonlySet<RequestType> = new Set([
  'room.join',
  'room.leave',
  'voice.join',
  'voice.resume',
  'voice.leave',
]);

/** Requests whose answer is a snapshot, written before any event that follows from it; a seat waits for no room. */
const snapshots: Partial<Record<RequestType, readonly EventScope[]>> = {
  'room.join': ['room'],
  'room.leave': ['room'],
  'lobby.watch': ['room'],
  'voice.join': ['room', 'seat'],
  'voice.resume': ['room', 'seat'],
  'voice.leave': ['room', 'seat'],
};

/** These wait for nothing: whoever comes back to a call must not wait for a database that is asked for a room. */
const free: ReadonlySet<RequestType> = new Set(['ping', 'voice.resume']);

const maxInFlight = 64;

export interface DispatchDeps {
  handlers: Handlers;
  log: Logger;
  onFrame: (type: string, outcome: 'ok' | 'refused' | 'failed') => void;
}

/** A stable code and a safe sentence; what is not an AppError is hidden from the client. */
export const toErrorPayload = (error: unknown): ErrorPayload =>
  error instanceof AppError
    ? {
        code: error.code,
        message: error.message,
        ...(error.issues ? { issues: error.issues } : {}),
        ...(error.retryable ? { retryable: true } : {}),
        ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      }
    : { code: 'ServerError', message: 'Something went wrong on the server; it has been logged.' };

/** A frame that is wrong may still say which request it was. */
const salvageRequestId = (json: unknown): string | undefined => {
  const id = RequestId.safeParse(
    json !== null && typeof json === 'object' && 'requestId' in json ? json.requestId : 0,
  );
  return id.success ? id.data : undefined;
};

/** @throws AppError `ValidationError` where the text is not JSON. */
const parseJson = (text: string): unknown => {
  if (isJsonTooDeep(text)) {
    throw new AppError('ValidationError', `JSON may nest ${limits.maxJsonDepth} levels deep at most.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('ValidationError', 'Send one JSON object per message.', { cause: error });
  }
};

/** @throws AppError `ValidationError` where the JSON is not a frame. */
const parseFrame = (json: unknown): ClientFrame => {
  const frame = ClientFrame.safeParse(json);
  if (!frame.success) throw toValidationError(frame.error);
  return frame.data;
};

const isRequestType = (type: string): type is RequestType => Object.hasOwn(requests, type);

/** @throws AppError `ValidationError` where the answer is what was asked for, and nobody could tell whose it is. */
const assertAnswerable = (type: RequestType, requestId: string | undefined): void => {
  if (requestId !== undefined || !('needsRequestId' in requests[type])) return;
  throw new AppError('ValidationError', `Send ${type} with a requestId: its answer comes as an ack.`);
};

/** Reads a socket's frames, in order, and answers them. */
export class Dispatcher {
  readonly #deps: DispatchDeps;
  readonly #context: RequestContext;
  #barrier: Promise<void> | undefined;
  #inFlight = 0;

  constructor(deps: DispatchDeps, connection: Connection) {
    this.#deps = deps;
    this.#context = {
      connection,
      userId: connection.identity.userId,
      // People may be called otherwise while their socket stands.
      get userName() {
        return connection.identity.userName;
      },
    };
  }

  /** @returns false where the frame was not one: the gateway counts those. */
  receive(text: string): boolean {
    let requestId: string | undefined;
    try {
      const json = parseJson(text);
      requestId = salvageRequestId(json);
      const frame = parseFrame(json);
      if (!isRequestType(frame.type)) {
        throw new AppError('UnknownEvent', `There is no request of type "${frame.type}" in v1.`);
      }
      if (this.#inFlight >= maxInFlight) {
        throw new AppError(
          'RateLimited',
          'Too many requests are waiting for an answer; wait for some of them.',
        );
      }
      this.#start(frame.type, frame);
      return true;
    } catch (error) {
      this.#deps.onFrame('unknown', 'refused');
      this.#fail(requestId, error);
      return false;
    }
  }

  #start(type: RequestType, frame: ClientFrame): void {
    this.#inFlight += 1;
    const before = free.has(type) ? undefined : this.#barrier;
    const done = this.#runAfter(before, type, frame).finally(() => {
      this.#inFlight -= 1;
    });
    if (!barriers.has(type)) return;
    const barrier = Promise.all([this.#barrier, done]).then(() => {
      if (this.#barrier === barrier) this.#barrier = undefined;
    });
    this.#barrier = barrier;
  }

  #runAfter(before: Promise<void> | undefined, type: RequestType, frame: ClientFrame): Promise<void> {
    return before === undefined ? this.#run(type, frame) : before.then(() => this.#run(type, frame));
  }

  /** Never rejects. */
  async #run(type: RequestType, { requestId, payload }: ClientFrame): Promise<void> {
    const { connection } = this.#context;
    // Ended while it waited its turn: nothing is done for a socket that is gone.
    if (!connection.isOpen) return;
    const release = connection.holdEvents(snapshots[type] ?? []);
    try {
      assertAnswerable(type, requestId);
      const parsed = requests[type].payload.safeParse(payload ?? {});
      if (!parsed.success) throw toValidationError(parsed.error);
      const handler = this.#deps.handlers[type] as (
        context: RequestContext,
        payload: unknown,
      ) => Promise<unknown>;
      const result = await handler(this.#context, parsed.data);
      this.#deps.onFrame(type, 'ok');
      this.#answer(type, requestId, result);
    } catch (error) {
      this.#deps.onFrame(type, error instanceof AppError ? 'refused' : 'failed');
      this.#fail(requestId, error);
    } finally {
      release();
    }
  }

  #answer(type: RequestType, requestId: string | undefined, result: unknown): void {
    const definition = requests[type];
    if (requestId !== undefined) this.#context.connection.send(encodeReply('ack', requestId, result));
    else if ('event' in definition) {
      this.#context.connection.send(encodeEvent(definition.event as EventType, result as never));
    }
  }

  #fail(requestId: string | undefined, error: unknown): void {
    const { connection, userId } = this.#context;
    if (!(error instanceof AppError))
      this.#deps.log.error({ err: error, userId, requestId }, 'request failed');
    const payload = toErrorPayload(error);
    connection.send(
      requestId === undefined ? encodeEvent('error', payload) : encodeReply('nack', requestId, payload),
    );
  }
}
