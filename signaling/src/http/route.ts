import { AppError, type HttpMethod, type RouteName, routes, toValidationError } from '@boltorezka/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type Caller, toCaller } from './caller.ts';
import type { Session } from './session.ts';

type Routes = typeof routes;
type Part<N extends RouteName, K extends 'params' | 'query' | 'body'> =
  Routes[N] extends Record<K, z.ZodType> ? z.output<Routes[N][K]> : undefined;
type Responses<N extends RouteName> = {
  [S in keyof Routes[N]['responses']]: Answer<S, z.input<Routes[N]['responses'][S] & z.ZodType>>;
}[keyof Routes[N]['responses']];

interface Answer<S, B> {
  status: S;
  body: B;
  headers?: Record<string, string>;
}

export interface RouteInput<N extends RouteName, S = Session> {
  params: Part<N, 'params'>;
  query: Part<N, 'query'>;
  body: Part<N, 'body'>;
  /** Who asks; of a route with `auth: 'none'` nobody. */
  session: Routes[N]['auth'] extends 'bearer' ? S : undefined;
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
  handle: (input: RouteInput<N, S>) => Promise<Responses<N>>,
  options?: RouteLimit | RouteOptions<S>,
) => void;

/** An answer with its status; the type keeps the number, so that the body is held to that status's schema. */
export const answer = <S extends number, B>(
  status: S,
  body: B,
  headers: Record<string, string> = {},
): Answer<S, B> => ({ status, body, headers });

/** REST calls a minute and address: `auth` for signing up and in, `rest` for the rest. */
export interface RouteLimits {
  auth: number;
  rest: number;
}

export interface RouteDeps {
  authenticate: (token: string) => Promise<Session>;
  limitsPerMinute: RouteLimits;
}

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
  auth: 'none' | 'bearer';
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  responses: Record<number, z.ZodType>;
}

/**
 * Only what is read: an answer to a POST may hold a token beside what the asker wrote, and compressed its length would tell
 * of it (BREACH).
 */
const compressionOf = ({ method }: LooseRoute) =>
  method === 'GET' ? { compress: { encodings: ['br' as const, 'gzip' as const], threshold: 1_024 } } : {};

export const createRouteRegistrar =
  (app: FastifyInstance, { authenticate, limitsPerMinute }: RouteDeps): RouteRegistrar =>
  (name, handle, options = 'rest') => {
    const route: LooseRoute = routes[name];
    const { limit = 'rest', ...own } = typeof options === 'string' ? { limit: options } : options;
    const identify = 'authenticate' in own ? own.authenticate : authenticate;
    app.route({
      method: route.method,
      url: route.path,
      ...compressionOf(route),
      config: {
        rateLimit:
          limit === 'none' ? false : { max: limitsPerMinute[limit], timeWindow: '1 minute', groupId: limit },
      },
      handler: async (request, reply) => {
        const session = route.auth === 'bearer' ? await identify(bearerToken(request)) : undefined;
        const input = {
          params: parsePart(route.params, request.params),
          query: parsePart(route.query, request.query),
          body: parsePart(route.body, request.body),
          session,
          caller: toCaller(request),
        };
        const answered = await handle(input as Parameters<typeof handle>[0]);
        const { status, body, headers = {} } = answered as Answer<number, unknown>;
        // Parsing strips what the contract does not name: nothing leaves by accident.
        return reply.status(status).headers(headers).send(route.responses[status]?.parse(body));
      },
    });
  };
