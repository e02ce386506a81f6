import { type HttpDeps, toHttpError, unreachable } from './http.ts';

export const authorization = (token: string | null): Record<string, string> =>
  token === null ? {} : { authorization: `Bearer ${token}` };

export const combined = (timeoutMs: number, signal: AbortSignal | undefined): AbortSignal => {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([timeout, signal]) : timeout;
};

export type Checked = (
  attempt: (token: string | null) => Promise<Response>,
  signal: AbortSignal | undefined,
) => Promise<Response>;

/** A token that has run out is renewed, and the attempt made once more. */
export const createChecked =
  (deps: Pick<HttpDeps, 'getToken' | 'onUnauthorized'>): Checked =>
  async (attempt, signal) => {
    const tryWith = (token: string | null) =>
      attempt(token).catch((cause: unknown) => {
        signal?.throwIfAborted();
        throw unreachable(cause);
      });
    const token = deps.getToken();
    let response = await tryWith(token);
    if (response.status === 401 && token !== null) {
      const another = await deps.onUnauthorized(token);
      if (another !== null && another !== token) response = await tryWith(another);
    }
    if (response.ok) return response;
    throw await toHttpError(response);
  };

const loadTimeoutMs = 60_000;

/** Fetches a file with the session's token. */
export const createLoadBlob = (deps: Pick<HttpDeps, 'fetch' | 'getToken' | 'onUnauthorized'>) => {
  const checked = createChecked(deps);
  return async (url: string, signal: AbortSignal | undefined): Promise<Blob> => {
    const ask = (token: string | null) =>
      deps.fetch(url, { headers: authorization(token), signal: combined(loadTimeoutMs, signal) });
    const response = await checked(ask, signal);
    return response.blob().catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw unreachable(cause);
    });
  };
};

/** The server ends what is slower. */
const slowestBytesPerMs = 16;
const graceMs = 30_000;

/** How long a file may take to leave. */
export const uploadTimeoutMs = (file: Blob): number => graceMs + Math.ceil(file.size / slowestBytesPerMs);
