import { limits } from '@boltorezka/protocol';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Certificate } from './certificate.ts';
import type { Config } from './config.ts';
import { registerDocs } from './docs/index.ts';
import { installBodyDeadline, longestUploadMs } from './http/body-deadline.ts';
import { installErrorHandlers } from './http/errors.ts';
import { installJsonParser } from './http/json.ts';
import { servePage } from './http/page.ts';
import { inlineScriptSources } from './http/page-policy.ts';
import { rateLimitOptions } from './http/rate-limits.ts';
import type { Logger } from './platform/log.ts';
import type { Metrics } from './platform/metrics.ts';
import type { SharedCounter } from './platform/redis-counter.ts';

export interface AppDeps {
  config: Pick<Config, 'allowedOrigins' | 'attachments' | 'rates' | 'trustedProxies'>;
  log: Logger;
  metrics: Metrics;
  /** Counts with the other processes; none where there are none. */
  counter?: SharedCounter | undefined;
  /** HTTPS where there is a certificate. */
  certificate?: Certificate | undefined;
  /** The built web client; none where there is no page to serve. */
  pageRoot?: string | undefined;
}

const createSecurityPolicy = (inlineScripts: string[]) => ({
  useDefaults: false,
  directives: {
    'default-src': ["'self'"],
    'connect-src': ["'self'", 'ws:', 'wss:'],
    // Files need the session's token: the page fetches them, and shows what it has fetched.
    'img-src': ["'self'", 'data:', 'blob:'],
    'media-src': ["'self'", 'blob:'],
    'style-src': ["'self'"],
    'script-src': ["'self'", ...inlineScripts],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  },
});

const createFastify = ({ config, log, certificate }: AppDeps): FastifyInstance =>
  Fastify({
    loggerInstance: log,
    // A request line would hold the query, and the socket's query holds a token.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.maxPayloadBytes,
    routerOptions: { maxParamLength: 128 },
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    forceCloseConnections: 'idle',
    // Of an upload; every other body has `bodyDeadlineMs`.
    requestTimeout: longestUploadMs(config.attachments.maxBytes) + 60_000,
    ...(certificate ? { https: certificate } : {}),
  }) as unknown as FastifyInstance;

/** Fastify with everything that holds for every route; it opens no port and reads no environment. */
export const createApp = async (deps: AppDeps): Promise<FastifyInstance> => {
  const app = createFastify(deps);
  installBodyDeadline(app);
  installErrorHandlers(app);
  installJsonParser(app);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unmatched';
    deps.metrics.httpRequestSeconds.observe({ route, status: reply.statusCode }, reply.elapsedTime / 1000);
  });
  await app.register(helmet, {
    contentSecurityPolicy: createSecurityPolicy(inlineScriptSources(deps.pageRoot)),
    // The operator's proxy decides on HSTS: set here it would lock a LAN address to a self-made certificate.
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });
  if (deps.config.allowedOrigins.length > 0) {
    await app.register(cors, {
      origin: deps.config.allowedOrigins,
      methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
      // A page at a sibling's name shows the session's cookie; at a foreign one its browser keeps it back.
      credentials: true,
      exposedHeaders: ['retry-after', 'etag', 'content-range', 'content-disposition'],
    });
  }
  await app.register(rateLimit, rateLimitOptions(deps.counter));
  // Where a route asks for it; a request that comes compressed is never unpacked.
  await app.register(compress, { globalCompression: false, globalDecompression: false });
  registerDocs(app, { log: deps.log, limitPerMinute: deps.config.rates.restPerMinute });
  await servePage(app, deps.pageRoot);
  return app;
};
