import { AppError, ErrorBody, ErrorCode, errorStatuses, type RouteDef, routes } from '@boltorezka/protocol';
import type { z } from 'zod';
import type { SessionForm } from './types.ts';

type Routes = typeof routes;
export type RouteName = keyof Routes;

type InputOf<R, K extends 'params' | 'query' | 'body'> = R extends { [key in K]: infer S extends z.ZodType }
  ? { [key in K]: z.input<S> }
  : object;
export type CallInput<N extends RouteName> = InputOf<Routes[N], 'params'> &
  InputOf<Routes[N], 'query'> &
  InputOf<Routes[N], 'body'>;
type SuccessOf<R> = R extends { responses: infer S }
  ? {
      [K in keyof S]: K extends 200 | 201 ? (S[K] extends z.ZodType ? z.output<S[K]> : never) : never;
    }[keyof S]
  : never;
export type CallResult<N extends RouteName> = SuccessOf<Routes[N]>;

export interface HttpDeps {
  baseUrl: string;
  fetch: typeof fetch;
  /** By cookie: a server at another origin is shown it as well, where it lets this page call. */
  session?: SessionForm;
  getToken: () => string | null;
  /** The server no longer takes the token that it was shown. Resolves with another to try with, where there is one. */
  onUnauthorized: (token: string) => Promise<string | null>;
}

export interface CallOptions {
  /** Stands in for the session's own, and no other stands in for it. */
  token?: string;
  /** Nobody waits for the answer any more. */
  signal?: AbortSignal;
}

export interface Http {
  /** Rejects with an `AppError`. */
  call<N extends RouteName>(name: N, input: CallInput<N>, options?: CallOptions): Promise<CallResult<N>>;
}

const timeoutMs = 15_000;

export const toPath = (template: string, params: Record<string, unknown>): string =>
  template.replace(/:(\w+)/g, (_match, name: string) => encodeURIComponent(String(params[name])));

const toQuery = (query: Record<string, unknown>): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
};

const codeOfStatus = (status: number): ErrorCode => {
  const known = (Object.keys(errorStatuses) as ErrorCode[]).find((code) => errorStatuses[code] === status);
  if (status === 401) return 'Unauthorized';
  if (status === 404) return 'NotFound';
  if (status === 502 || status === 504) return 'Unavailable';
  return known ?? 'ServerError';
};

/** A server that is newer than this may have a code of its own; what it says is still for people to read. */
const AnyErrorBody = ErrorBody.extend({ error: ErrorCode.optional().catch(undefined) });

const retryAfterOf = (response: Response): { retryAfterMs?: number } => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {};
};

/** What an error response says; a proxy's page of HTML is told by its status alone. */
export const toHttpError = async (response: Response): Promise<AppError> => {
  const body = AnyErrorBody.safeParse(await response.json().catch(() => undefined)).data;
  const code = body?.error ?? codeOfStatus(response.status);
  const message = body?.message ?? `The server refused (${response.status}). Try again later.`;
  return new AppError(code, message, {
    ...(body?.issues && { issues: body.issues }),
    ...(body?.ban && { ban: body.ban }),
    ...retryAfterOf(response),
  });
};

export const unreachable = (cause: unknown): AppError =>
  new AppError('Unavailable', 'The server cannot be reached. Check the network and try again.', { cause });

interface Sending {
  route: RouteDef;
  input: Record<string, unknown>;
  options: CallOptions;
}

const toSignal = ({ signal }: CallOptions): AbortSignal => {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal ? AbortSignal.any([timeout, signal]) : timeout;
};

const createSend =
  (deps: HttpDeps) =>
  async ({ route, input, options }: Sending, token: string | null): Promise<Response> => {
    const path = toPath(route.path, (input.params ?? {}) as Record<string, unknown>);
    const query = toQuery((input.query ?? {}) as Record<string, unknown>);
    const headers: Record<string, string> = {};
    if (token !== null) headers.authorization = `Bearer ${token}`;
    if (input.body !== undefined) headers['content-type'] = 'application/json';
    try {
      return await deps.fetch(`${deps.baseUrl}${path}${query}`, {
        method: route.method,
        headers,
        signal: toSignal(options),
        ...(deps.session === 'cookie' && { credentials: 'include' }),
        ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
      });
    } catch (cause) {
      throw unreachable(cause);
    }
  };

/** REST, typed by the contract's registry of routes. */
export const createHttp = (deps: HttpDeps): Http => {
  const send = createSend(deps);
  /** A token that has run out is renewed, and the call made once more: it was not carried out. */
  const sendAuthorized = async (sending: Sending): Promise<Response> => {
    if (sending.route.auth === 'none') return send(sending, null);
    const ownToken = sending.options.token;
    const token = ownToken ?? deps.getToken();
    const response = await send(sending, token);
    if (response.status !== 401 || token === null) return response;
    const another = await deps.onUnauthorized(token);
    const isFinal = another === null || another === token || ownToken !== undefined;
    return isFinal ? response : send(sending, another);
  };
  return {
    call: async <N extends RouteName>(name: N, input: CallInput<N>, options: CallOptions = {}) => {
      const route: RouteDef = routes[name];
      const sending = { route, input: input as Record<string, unknown>, options };
      const response = await sendAuthorized(sending);
      if (!response.ok) throw await toHttpError(response);
      const parsed = route.responses[response.status]?.safeParse(
        await response.json().catch((cause) => {
          throw unreachable(cause);
        }),
      );
      if (!parsed?.success) throw new AppError('ServerError', 'The answer of the server cannot be read.');
      return parsed.data as CallResult<N>;
    },
  };
};
