import type { ErrorPayload } from '@boltorezka/protocol';

/** What the server has answered with a nack, or that it has not answered. */
export class RequestFailure extends Error {
  readonly retryable: boolean;
  readonly retryAfterMs: number;

  constructor(payload: Pick<ErrorPayload, 'code' | 'message' | 'retryable' | 'retryAfterMs'>) {
    super(`${payload.code}: ${payload.message}`);
    this.retryable = payload.retryable ?? false;
    this.retryAfterMs = payload.retryAfterMs ?? 0;
  }
}

const unanswered = (): RequestFailure =>
  new RequestFailure({ code: 'Unavailable', message: 'nobody has answered', retryable: true });

/** Requests of one socket that wait for their answers. */
export class PendingRequests {
  readonly #timeoutMs: number;
  readonly #pending = new Map<string, PromiseWithResolvers<unknown> & { timer: NodeJS.Timeout }>();
  #lastId = 0;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  open(): { requestId: string; answer: Promise<unknown> } {
    this.#lastId += 1;
    const requestId = String(this.#lastId);
    const resolvers = Promise.withResolvers<unknown>();
    const timer = setTimeout(() => this.#take(requestId)?.reject(unanswered()), this.#timeoutMs);
    this.#pending.set(requestId, { ...resolvers, timer });
    return { requestId, answer: resolvers.promise };
  }

  handleAnswer(frame: { type: string; requestId?: string | undefined; payload: unknown }): void {
    const pending = this.#take(frame.requestId ?? '');
    if (frame.type === 'ack') pending?.resolve(frame.payload);
    else pending?.reject(new RequestFailure(frame.payload as ErrorPayload));
  }

  failAll(): void {
    for (const requestId of [...this.#pending.keys()]) this.#take(requestId)?.reject(unanswered());
  }

  #take(requestId: string) {
    const pending = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    clearTimeout(pending?.timer);
    return pending;
  }
}
