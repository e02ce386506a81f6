import { AppError, type HttpMethod, type RouteName, routes, toValidationError } from '@boltorezka/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type BinaryAnswer, type BinaryRequest, letRefusalArrive, sendBinary } from './binary.ts';
import { type Caller, toCaller } from './caller.ts';
import type { Session } from './session.ts';

type Routes = typeof routes;
type Part<N extends RouteName, K extends 'params' | 'query' | 'body'> =
  Routes[N] extends Record<K, z.ZodType> ? z.output<Routes[N][K]> : undefined;
type BodyOf<N extends RouteName> = Routes[N] extends { requestBody: 'binary' }
  ? BinaryRequest
  : Part<N, 'body'>;
type AnswerOf<N extends RouteName> = Routes[N] extends { responseBody: 'binary' }
  ? BinaryAnswer
  : Responses<N>;
type Responses<N extends RouteName> = {
  [S in keyof Routes[N]['responses']]: Answer<S, z.input<Routes[N]['responses'][S] & z.ZodType>>;
}[keyof Routes[N]['responses']];

/** Several values of a name are lines of their own: cookies. */
export type AnswerHeaders = Record<string, string | string[]>;

interface Answer<S, B> {
  status: S;
  body: B;
  headers?: AnswerHeaders;
}

export interface RouteInput<N extends RouteName, S = Session> {
  params: Part<N, 'params'>;
  query: Part<N, 'query'>;
  body: BodyOf<N>;
  /** What an answer of bytes depends on: `range`, `if-none-match`, `if-range`. */
  headers: FastifyRequest['headers'];
  /** Who asks; of a route with `auth: 'none'` nobody, with `auth: 'optional'` whoever says so. */
  session: Routes[N]['auth'] extends 'bearer'
    ? S
    : Routes[N]['auth'] extends 'optional'
      ? S | undefined
      : undefined;
  caller: Caller;
}

type RouteLimit = keyof RouteLimits | 'none';

export interface RouteOptions<S> {
  limit?: RouteLimit;
  /** In place of asking the database who this is. */
  authenticate: (token: string) => Promise<S>;
}

/** Serves a route of the contract: input parsed by its schemas, the session checked, the answer held to its schema. */
export type RouteRegistrar = <N extends RouteName, S = Session>(
  name: N,
  handle: (input: RouteInput<N, S>) => Promise<AnswerOf<N>>,
  options?: RouteLimit | RouteOptions<S>,
) => void;

/** An answer with its status; the type keeps the number, so that the body is held to that status's schema. */
export const answer = <S extends number, B>(
  status: S,
  body: B,
  headers: AnswerHeaders = {},
): Answer<S, B> => ({ status, body, headers });

/**
 * REST calls a minute and address: `auth` for signing up and in, `tokens` for renewing tokens and for tickets, `files` for
 * reading files, `rest` for the rest. The first two are counted at all processes together.
 */
export interface RouteLimits {
  auth: number;
  tokens: number;
  files: number;
  rest: number;
}

export interface RouteDeps {
  authenticate: (token: string) => Promise<Session>;
  limitsPerMinute: RouteLimits;
}

/** What is read here is somebody's own, and may be nobody's any more: a browser that was signed out keeps none of it. */
const unkept = { 'cache-control': 'no-store' };

const bearerToken = (request: FastifyRequest): string => {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!token) throw new AppError('Unauthorized', 'Send the header "Authorization: Bearer <token>".');
  return token;
};

const parsePart = (schema: z.ZodType | undefined, value: unknown): unknown => {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value ?? {});
  if (!parsed.success) throw toValidationError(parsed.error);
  return parsed.data;
};

/** One of the contract's routes with its parts optional, as the code below reads it. */
interface LooseRoute {
  method: HttpMethod;
  path: string;
  auth: 'none' | 'optional' | 'bearer';
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  requestBody?: 'binary';
  responseBody?: 'binary';
  responses: Record<number, z.ZodType>;
}

/**
 * Only what is read: an answer to a POST may hold a token beside what the asker wrote, and compressed its length would tell
 * of it (BREACH). Files come as they are: parts of them are asked for by their positions.
 */
const compressionOf = ({ method, responseBody }: LooseRoute) =>
  method === 'GET' && responseBody === undefined
    ? { compress: { encodings: ['br' as const, 'gzip' as const], threshold: 1_024 } }
    : {};

const readInput = (route: LooseRoute, request: FastifyRequest, session: unknown) => ({
  params: parsePart(route.params, request.params),
  query: parsePart(route.query, request.query),
  body:
    route.requestBody === 'binary'
      ? { stream: request.raw, declaredBytes: declaredBytesOf(request) }
      : parsePart(route.body, request.body),
  headers: request.headers,
  session,
  caller: toCaller(request),
});

const declaredBytesOf = ({ headers }: FastifyRequest): number | undefined =>
  headers['content-length'] === undefined ? undefined : Number(headers['content-length']);

/** Where one need not sign in, a token that is none any more is as good as none. */
const findSession = async (
  auth: LooseRoute['auth'],
  request: FastifyRequest,
  identify: (token: string) => Promise<unknown>,
): Promise<unknown> => {
  if (auth === 'bearer') return identify(bearerToken(request));
  if (auth === 'none' || request.headers.authorization === undefined) return undefined;
  try {
    return await identify(bearerToken(request));
  } catch (error) {
    if (error instanceof AppError && error.code === 'Unauthorized') return undefined;
    throw error;
  }
};

type LooseHandle = (input: never) => Promise<Answer<number, unknown> | BinaryAnswer>;

const createHandler =
  (route: LooseRoute, handle: LooseHandle, identify: (token: string) => Promise<unknown>) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (route.requestBody === 'binary') letRefusalArrive(request, reply);
    const session = await findSession(route.auth, request, identify);
    const answered = await handle(readInput(route, request, session) as never);
    if (route.responseBody === 'binary') return sendBinary(reply, answered as BinaryAnswer);
    const { status, body, headers = {} } = answered as Answer<number, unknown>;
    // Parsing strips what the contract does not name: nothing leaves by accident.
    return reply
      .status(status)
      .headers({ ...unkept, ...headers })
      .send(route.responses[status]?.parse(body));
  };

export const createRouteRegistrar =
  (app: FastifyInstance, deps: RouteDeps): RouteRegistrar =>
  (name, handle, options = 'rest') => {
    const route: LooseRoute = routes[name];
    const { limit = 'rest', ...own } = typeof options === 'string' ? { limit: options } : options;
    const identify = 'authenticate' in own ? own.authenticate : deps.authenticate;
    const max = limit === 'none' ? 0 : deps.limitsPerMinute[limit];
    const define = (scope: FastifyInstance) =>
      scope.route({
        method: route.method,
        url: route.path,
        ...compressionOf(route),
        // A HEAD of a file would read the file.
        ...(route.responseBody === 'binary' ? { exposeHeadRoute: false } : {}),
        config: {
          bodyIsStreamed: route.requestBody === 'binary',
          rateLimit: limit === 'none' ? false : { max, timeWindow: '1 minute', groupId: limit },
        },
        handler: createHandler(route, handle as LooseHandle, identify),
      });
    if (route.requestBody === undefined) {
      define(app);
      return;
    }
    // Parsers belong to a scope: in this one a body of any type is left where it is, for the handler to read.
    void app.register((scope, _options, registered) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
      define(scope);
      registered();
    });
  };
