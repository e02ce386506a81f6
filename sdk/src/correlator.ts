import { AppError, ErrorPayload, fromErrorPayload } from '@boltorezka/protocol';
import { createUnanswered } from './failures.ts';

interface Pending {
  resolve(payload: unknown): void;
  reject(error: AppError): void;
  timer: ReturnType<typeof setTimeout>;
}

export interface Correlator {
  /** Registers a question; the answer settles the promise. */
  open(): { requestId: string; answer: Promise<unknown> };
  handleAck(requestId: string, payload: unknown): void;
  handleNack(requestId: string, payload: unknown): void;
  fail(requestId: string, error: AppError): void;
  /** The socket is gone: nothing that was asked on it will be answered. */
  failAll(error: AppError): void;
}

/** What a nack, or an `error` event, says; what cannot be read is a `ServerError`. */
export const toAppError = (payload: unknown): AppError => {
  const parsed = ErrorPayload.safeParse(payload);
  if (!parsed.success)
    return new AppError('ServerError', 'The server refused without saying why. Try again.');
  return fromErrorPayload(parsed.data);
};

/** Pairs answers with questions by `requestId`. An answer that nobody waits for any more is dropped. */
export const createCorrelator = ({ timeoutMs }: { timeoutMs: number }): Correlator => {
  const pending = new Map<string, Pending>();
  let counter = 0;
  const take = (requestId: string): Pending | undefined => {
    const entry = pending.get(requestId);
    if (!entry) return undefined;
    pending.delete(requestId);
    clearTimeout(entry.timer);
    return entry;
  };
  return {
    open: () => {
      counter += 1;
      const requestId = `c${counter}`;
      const answer = new Promise<unknown>((resolve, reject) => {
        const onTimeout = () =>
          take(requestId)?.reject(createUnanswered('The server did not answer in time. Try again.'));
        pending.set(requestId, { resolve, reject, timer: setTimeout(onTimeout, timeoutMs) });
      });
      return { requestId, answer };
    },
    handleAck: (requestId, payload) => take(requestId)?.resolve(payload),
    handleNack: (requestId, payload) => take(requestId)?.reject(toAppError(payload)),
    fail: (requestId, error) => take(requestId)?.reject(error),
    failAll: (error) => {
      for (const requestId of [...pending.keys()]) take(requestId)?.reject(error);
    },
  };
};
