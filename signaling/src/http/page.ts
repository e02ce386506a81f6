import { join } from 'node:path';
import { AppError } from '@boltorezka/protocol';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const notFound = (request: FastifyRequest): never => {
  throw new AppError('NotFound', `There is nothing at ${request.method} ${request.url.split('?')[0]}.`);
};

/** Addresses that the page itself handles: navigation by a browser, not to an API. */
const isPageNavigation = (request: FastifyRequest): boolean =>
  ['GET', 'HEAD'].includes(request.method) &&
  !/^\/(v1|assets|docs)\//.test(request.url) &&
  (request.headers.accept ?? '').includes('text/html');

/**
 * Serves the built web client, compressed where the browser takes it: hashed assets for a year, the page itself never from
 * a cache.
 * @param root the folder of the build; undefined where this server has no page.
 */
export const servePage = async (app: FastifyInstance, root: string | undefined): Promise<void> => {
  if (!root) {
    app.setNotFoundHandler(notFound);
    return;
  }
  await app.register(fastifyStatic, {
    root,
    wildcard: false,
    cacheControl: false,
    // The build leaves a .br and a .gz beside each text. They are no addresses of their own.
    preCompressed: true,
    globIgnore: ['**/*.br', '**/*.gz'],
    setHeaders: (reply, path) => {
      const isHashed = path.startsWith(join(root, 'assets'));
      void reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) =>
    isPageNavigation(request) ? reply.sendFile('index.html') : notFound(request),
  );
};
